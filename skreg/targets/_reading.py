"""From the y of users to arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_array, column_or_1d

from .._types import Array, Floats
from ..preprocessing._levels import is_missing


def target_array(y: ArrayLike, dtype: str | None) -> Array:
    """Return y as an array, unless an entry is infinite."""
    with np.errstate(invalid="ignore"):  # of the sum that scikit-learn tries first
        values: Array = check_array(
            y,
            dtype=dtype,
            ensure_2d=False,
            ensure_all_finite="allow-nan",
            input_name="y",
            ensure_min_samples=0,
            allow_nd=True,
        )
    return values


def numbers(values: Array) -> Floats:
    """Return numeric targets as floats; a single column is a vector.

    Raises
    ------
    ValueError
        If there are more than two dimensions, or an entry is not a number.
    """
    if values.ndim > 2:
        raise ValueError(
            f"y must have one or two dimensions, but its shape is {values.shape}; "
            "give one column for each target."
        )
    try:
        values = values.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"y holds an entry that is not a number ({error}); convert y to numbers."
        ) from error
    if values.ndim == 2 and values.shape[1] == 1:
        values = column_or_1d(values, warn=True)
    return values


def present(y: ArrayLike, dtype: str | None) -> Array:
    """Return y as an array, unless an entry is missing or infinite."""
    values = target_array(y, dtype)
    rows = _missing_rows(values)
    if len(rows):
        raise ValueError(
            f"Input y contains NaN or None in {len(rows)} of {len(values)} rows, first "
            f"in row {rows[0]}; drop these rows before fit."
        )
    return values


def _missing_rows(values: Array) -> Array:
    if values.dtype == object:
        missing = np.array([is_missing(v) for v in values.ravel()], dtype=bool)
    else:
        missing = values.ravel() != values.ravel()
    return np.unique(np.flatnonzero(missing) // max(values[:1].size, 1))
