"""Exogenous columns: the same in every call, known where forecasts need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._types import Array, Floats
from ._series_panel import Series
from ._time_index import after, has_times


def column_names(X: Any) -> Array | None:
    """Return the names of exogenous columns, None if they have none.

    Parameters
    ----------
    X : array-like, pandas object, or list or dict of these, or None
        Exogenous columns.
    """
    tables = _tables(X)
    columns = getattr(tables[0], "columns", None) if tables else None
    if columns is None or not all(isinstance(name, str) for name in columns):
        return None
    return np.asarray(columns, dtype=object)


def _tables(X: Any) -> list[Any]:
    if isinstance(X, dict):
        return list(X.values())
    return list(X) if isinstance(X, (list, tuple)) else [X]


def require_names(X: Any, names: Array | None) -> None:
    """Raise if tables have other columns than those of the fit, or another order.

    Parameters
    ----------
    X : array-like, pandas object, or list or dict of these, or None
        Exogenous columns.
    names : ndarray of str or None
        Those of the fit; None means that they had no names.
    """
    if names is None:
        return
    for table in _tables(X):
        found = column_names(table)
        if found is not None and list(found) != list(names):
            raise ValueError(
                f"X has the columns {list(found)}, but the model was fitted with "
                f"{list(names)}; give the same columns in the same order, for "
                f"instance X[{list(names)}]."
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
