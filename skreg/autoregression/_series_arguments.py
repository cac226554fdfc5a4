"""A series, its lags and other whole numbers, as users pass them."""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._checks import MOST
from .._types import Floats, Integers

_LAGS = "whole numbers from 1, the latest value"


def one_series(y: ArrayLike, *, gaps: bool = False) -> Floats:
    """Return a series as a vector of doubles, or explain why it is none.

    Parameters
    ----------
    y : array-like of shape (n_times,)
        The series.
    gaps : bool, default=False
        Whether NaN may stand for missing values.
    """
    try:
        values = np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"y must hold numbers only: {error}") from error
    if values.ndim != 1:
        raise ValueError(f"y must be one series, got an array of shape {values.shape}.")
    if not gaps and not np.isfinite(values).all():
        raise ValueError(
            "y contains NaN or infinity; fill the gaps, or use ARNetForecaster, which "
            "takes them."
        )
    return values


def whole_number(value: Any, name: str) -> int:
    """Return a number of lags or steps, which must be whole and at least 1."""
    if not isinstance(value, (int, np.integer)) or not 1 <= value <= MOST:
        raise ValueError(
            f"{name}={short(value)} must be a whole number from 1 on, {MOST} at most."
        )
    return int(value)


def read_lags(
    lags: int | Sequence[int], name: str = "lags", *, rule: str = _LAGS
) -> Integers:
    """Return lags as numbers: all up to an int, or those listed, in their order.

    Parameters
    ----------
    lags : int or sequence of int
        As a user has passed them.
    name : str, default="lags"
        What they are called in messages.
    rule : str
        What they must be, in words.
    """
    try:
        given = np.asarray(lags, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        given = np.empty(0)
    valid = given.ndim <= 1 and given.size and (given >= 1).all()
    if not valid or not (given <= MOST).all() or (given % 1).any():
        raise ValueError(f"{name}={short(lags)} must be {rule}.")
    if given.ndim == 0:
        return np.arange(1, 1 + int(given))
    return given.astype(np.int64)
