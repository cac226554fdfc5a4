"""Rows of tables at the times that they belong to, and columns by their names."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._types import Floats, Integers


def by_name(table: Any, columns: Any, name: str) -> Floats:
    """Return the numbers of a table with its columns in a given order.

    Parameters
    ----------
    table : pandas.DataFrame
        Later rows.
    columns : pandas.Index
        Those of the fit.
    name : str
        What the table is called in messages.

    Raises
    ------
    ValueError
        If a column is absent.
    """
    absent = [column for column in columns if column not in table.columns]
    if absent:
        raise ValueError(
            f"{name} has the columns {list(table.columns)}, but the forecaster was "
            f"fitted with {list(columns)}; add {absent}."
        )
    found: Floats = table[list(columns)].to_numpy(dtype=float)
    return found


def at_steps(values: Floats, steps: Integers, count: int) -> Floats:
    """Return rows at their steps after a time, NaN where there is none.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Rows.
    steps : ndarray of int of shape (n_rows,)
        1 is the first time after; rows before it and after the last are left out.
    count : int
        Steps.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.forecasting._rows_by_time import at_steps
    >>> at_steps(np.array([[5.0], [6.0]]), np.array([0, 2]), 2).ravel()
    array([nan,  6.])
    """
    found = np.full((count, values.shape[1]), np.nan)
    inside = (steps >= 1) & (steps <= count)
    found[steps[inside] - 1] = values[inside]
    return found


def future_rows(values: Floats, steps: Integers, wanted: Integers) -> Floats:
    """Return exogenous rows of all times up to the last one that is wanted.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Rows that were given.
    steps : ndarray of int of shape (n_rows,)
        Steps after the known values to which they belong.
    wanted : ndarray of int
        Steps whose rows are read, rising.

    Raises
    ------
    ValueError
        If one of these was not given.
    """
    absent = np.setdiff1d(wanted, steps)
    if len(absent):
        raise ValueError(
            f"X has no row for step {int(absent[0])} after the known values, but "
            f"forecasts read those of {len(wanted)} steps up to {int(wanted[-1])}; "
            "give a row for each of these times. With differences, or "
            "strategy='recursive', these are all up to the last one."
        )
    found = at_steps(values, steps, int(wanted[-1]))
    # Rows that are not read may hold anything; here that of the next step that is.
    nearest = wanted[np.searchsorted(wanted, np.arange(1, len(found) + 1))]
    return found[nearest - 1]
