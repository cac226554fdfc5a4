"""Parameters of a forecaster against its data: clear words before any work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._types import Floats
from ._index import after, has_times
from ._panel import Form, Series


def resolve_lags(lags: Any, n_times: int) -> tuple[int, ...]:
    """Return the lags, rising.

    Parameters
    ----------
    lags : None, int or sequence of int
        None means ``10 * log10(n_times)``, at most a quarter of the series.
    n_times : int
        Length of the shortest series.
    """
    if lags is None:
        lags = int(min(10 * np.log10(max(n_times, 1)), n_times // 4))
        lags = max(lags, 1)
    found = whole_numbers(lags)
    if not found:
        raise ValueError(
            f"lags={lags!r} must be whole numbers from 1, the latest value."
        )
    return tuple(range(1, found[0] + 1)) if np.ndim(lags) == 0 else found


def whole_numbers(given: Any) -> tuple[int, ...]:
    """Return whole numbers from 1 on, rising and once each; none if any is not one.

    Parameters
    ----------
    given : int or sequence of int
        As a user has passed them.
    """
    try:
        values = np.atleast_1d(np.asarray(given, dtype=np.float64))
    except (TypeError, ValueError):
        return ()
    if values.ndim != 1 or not (values >= 1).all() or (values % 1).any():
        return ()
    return tuple(int(value) for value in np.unique(values))


def resolve_differences(differences: Any) -> tuple[int, ...]:
    """Return the periods of differences: ones for an int, or those listed."""
    if np.ndim(differences) == 0:
        return (1,) * int(differences)
    if not len(differences):
        return ()
    if not whole_numbers(differences):
        raise ValueError(
            f"differences={differences!r} must be periods of at least 1, whole numbers."
        )
    return tuple(int(period) for period in differences)  # [1, 1] are two


def resolve_exog_lags(
    exog_lags: Mapping[Any, Any] | None, names: Sequence[Any], n_exog: int
) -> dict[int, tuple[int, ...]]:
    """Return lags by column number for columns given by name or number."""
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
        if not whole_numbers(lags):
            raise ValueError(
                f"exog_lags has {lags!r} for the column {column!r}; give whole numbers "
                "from 1, the latest known value."
            )
        found[places[0]] = resolve_lags(lags, 0)
    return found


def require_values(panel: Sequence[Series], form: Form, missing: str) -> None:
    """Raise if a series is missing altogether, or in part and that is not allowed."""
    for i, series in enumerate(panel):
        holes = np.isnan(series.values)
        which = form.label(i)
        if not len(series) or holes.all(axis=0).any():
            raise ValueError(f"{which} has no value that is not missing.")
        blank = np.isnan(series.exog).all(axis=0)
        if blank.any():
            raise ValueError(
                f"column {int(blank.argmax())} of X of {which} has no value that is "
                "not missing; drop it."
            )
        if missing == "raise" and (holes.any() or np.isnan(series.exog).any()):
            raise ValueError(
                f"{which} or its X contains NaN ({int(holes.sum())} missing values in "
                "y); use missing='pairwise', 'drop' or 'interpolate'."
            )


def require_no_gaps(panel: Sequence[Series], missing: str) -> None:
    """Raise if later values have gaps although that is not allowed."""
    if missing == "raise" and any(np.isnan(s.values).any() for s in panel):
        raise ValueError(
            "y contains NaN; fit with missing='pairwise', 'drop' or 'interpolate', and "
            "gaps before a forecast are filled by the model's own forecasts."
        )


def require_widths(old: Series, new: Series, name: str) -> None:
    """Raise if later values have other columns than those of the fit."""
    for part, ours, theirs in (
        (name, old.values.shape[1], new.values.shape[1]),
        (f"X of {name}", old.exog.shape[1], new.exog.shape[1]),
    ):
        if ours != theirs:
            raise ValueError(
                f"{part} has {theirs} columns, but the model was fitted with {ours}; "
                "give the same columns in the same order."
            )


def require_length(
    panel: Sequence[Series], form: Form, order: int, horizon: int, lost: int
) -> None:
    """Raise if a series is too short for a single window."""
    for i, series in enumerate(panel):
        if len(series) <= order + horizon + lost:
            which = form.label(i)
            extra = f" + {lost} lost to differences" if lost else ""
            raise ValueError(
                f"{which} has {len(series)} values (n_samples = {len(series)}), which "
                f"is not more than {order} lags + horizon {horizon}{extra}; give a "
                "longer series, fewer lags or a shorter horizon."
            )


def require_future(X: Series | None, series: Series, horizon: int) -> None:
    """Raise if exogenous rows have other times than those that are forecast."""
    if X is None or not has_times(X.index) or type(X.index) is not type(series.index):
        return
    wanted = after(series.index, min(horizon, len(X)))
    wrong = np.flatnonzero(np.asarray(wanted != X.index[: len(wanted)]))
    if len(wrong):
        at = int(wrong[0])
        raise ValueError(
            f"row {at} of X is that of {X.index[at]!s}, but the time to forecast is "
            f"{wanted[at]!s}; give the rows after the end of y."
        )


def future_columns(
    X: Floats | None, horizon: int, known: Sequence[int], n_exog: int, name: str
) -> Floats:
    """Return the exogenous columns of the times to come, checked.

    Parameters
    ----------
    X : ndarray of shape (at least horizon, n_exog) or None
        What was given.
    horizon : int
        Steps to forecast.
    known : sequence of int
        Columns of which the future is needed.
    n_exog : int
        Columns in training.
    name : str
        What the columns are called in messages.
    """
    if X is None:
        if known:
            raise ValueError(
                f"the model was fitted with {n_exog} exogenous columns, so predict "
                f"needs {name} with their values at the next {horizon} times; columns "
                "whose future is unknown belong into exog_lags."
            )
        return np.full((horizon, n_exog), np.nan)
    if not n_exog:
        raise ValueError(f"{name} was given, but the model was fitted without X.")
    if X.shape[1] != n_exog:
        raise ValueError(
            f"{name} has {X.shape[1]} columns, but the model was fitted with {n_exog}."
        )
    if len(X) < horizon:
        raise ValueError(
            f"{name} has {len(X)} rows, but {horizon} times are to be forecast."
        )
    found = X[:horizon]
    gaps = np.argwhere(np.isnan(found[:, list(known)]))
    if len(gaps):
        row, column = gaps[0]
        raise ValueError(
            f"{name} contains NaN in column {known[column]} at step {row + 1}; the "
            "future of an exogenous column must be known. Fill it, or name the column "
            "in exog_lags if only its past is known."
        )
    return found
