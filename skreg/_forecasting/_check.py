"""Parameters of a forecaster against its data: clear words before any work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._panel import Form, Series

Floats = NDArray[np.float64]


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
    if np.ndim(lags) == 0:
        return tuple(range(1, int(lags) + 1))
    found = [int(lag) for lag in lags]
    if not found or min(found) < 1 or [float(lag) for lag in lags] != found:
        raise ValueError(
            f"lags={list(lags)!r} must be whole numbers from 1, the latest value."
        )
    return tuple(sorted(set(found)))


def resolve_differences(differences: Any) -> tuple[int, ...]:
    """Return the periods of differences: ones for an int, or those listed."""
    if np.ndim(differences) == 0:
        return (1,) * int(differences)
    periods = tuple(int(period) for period in differences)
    if any(period < 1 for period in periods):
        raise ValueError(f"differences={differences!r} must be periods of at least 1.")
    return periods


def resolve_exog_lags(
    exog_lags: Mapping[Any, Any] | None, names: Sequence[Any], n_exog: int
) -> dict[int, tuple[int, ...]]:
    """Return lags by column number for columns given by name or number."""
    found = {}
    for column, lags in (exog_lags or {}).items():
        places = [i for i, name in enumerate(names) if name == column]
        if not places and isinstance(column, (int, np.integer)) and column < n_exog:
            places = [int(column)]
        if not places:
            raise ValueError(
                f"exog_lags names the column {column!r}, which X does not have; X has "
                f"{list(names) or n_exog} columns."
            )
        found[places[0]] = resolve_lags(lags, 4)
    return found


def require_values(panel: Sequence[Series], form: Form, missing: str) -> None:
    """Raise if a series is missing altogether, or in part and that is not allowed."""
    for i, series in enumerate(panel):
        holes = np.isnan(series.values)
        which = "y" if form.kind == "one" else f"series {i} of y"
        if not len(series) or holes.all(axis=0).any():
            raise ValueError(f"{which} has no value that is not missing.")
        if missing == "raise" and (holes.any() or np.isnan(series.exog).any()):
            raise ValueError(
                f"{which} or its X contains NaN ({int(holes.sum())} missing values in "
                "y); use missing='pairwise', 'drop' or 'interpolate'."
            )


def require_length(
    panel: Sequence[Series], form: Form, order: int, horizon: int, lost: int
) -> None:
    """Raise if a series is too short for a single window."""
    for i, series in enumerate(panel):
        if len(series) <= order + horizon + lost:
            which = "y" if form.kind == "one" else f"series {i} of y"
            extra = f" + {lost} lost to differences" if lost else ""
            raise ValueError(
                f"{which} has {len(series)} values (n_samples = {len(series)}), which "
                f"is not more than {order} lags + horizon {horizon}{extra}; give a "
                "longer series, fewer lags or a shorter horizon."
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
