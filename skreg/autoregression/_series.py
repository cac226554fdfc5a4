"""One series, as the functions for a single one take it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._types import Floats


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
    except (TypeError, ValueError) as error:
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
    if not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name}={value!r} must be a whole number from 1 on.")
    return int(value)
