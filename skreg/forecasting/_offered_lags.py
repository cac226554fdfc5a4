"""Lags and differences on offer: read as users pass them, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..autoregression._series_arguments import read_lags

# More differences than that, one after the other, describe no series.
_MOST = 3


def offered_lags(lags: int | Sequence[int] | None, n_times: int) -> tuple[int, ...]:
    """Return the lags to choose from, rising.

    Parameters
    ----------
    lags : None, int or sequence of int
        None means ``10 * log10(n_times)``, at most a quarter of the series.
    n_times : int
        Length of the shortest series.
    """
    if lags is None:
        lags = max(int(min(10 * np.log10(max(n_times, 1)), n_times // 4)), 1)
    return _rising(read_lags(lags))


def _rising(lags: Any) -> tuple[int, ...]:
    return tuple(int(lag) for lag in np.unique(lags))


def difference_periods(differences: Any) -> tuple[int, ...]:
    """Return the periods of differences: ones for an int, or those listed.

    Parameters
    ----------
    differences : int or sequence of int
        As the user has passed them.
    """
    if np.ndim(differences) == 0:
        if differences > _MOST:
            raise ValueError(
                f"differences={differences} would take {differences} differences, one "
                f"after the other; give differences=[{differences}] for the change "
                f"since {differences} times before, as of a season."
            )
        return (1,) * int(differences)
    if not len(differences):
        return ()
    rule = "periods of at least 1, whole numbers"
    periods = read_lags(differences, "differences", rule=rule)
    return tuple(int(period) for period in periods)  # [1, 1] are two


def exogenous_lags(
    exog_lags: Mapping[Any, Any] | None, names: Sequence[Any], n_exog: int
) -> dict[int, tuple[int, ...]]:
    """Return lags by column number for columns given by name or number.

    Parameters
    ----------
    exog_lags : mapping or None
        As the user has passed them.
    names : sequence of str
        Of the exogenous columns; empty if they have none.
    n_exog : int
        Number of exogenous columns.
    """
    found = {}
    for column, lags in (exog_lags or {}).items():
        places = [i for i, name in enumerate(names) if name == column]
        is_number = isinstance(column, (int, np.integer))
        if not places and is_number and 0 <= column < n_exog:
            places = [int(column)]
        if not places:
            raise ValueError(
                f"exog_lags names the column {column!r}, which X does not have; X has "
                f"{list(names) or n_exog} columns."
            )
        rule = "whole numbers from 1, the latest known value"
        found[places[0]] = _rising(read_lags(lags, f"exog_lags[{column!r}]", rule=rule))
    return found
