"""Checks of what users pass besides the table."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.validation import check_consistent_length

from .._sklearn import check_sample_weight
from ..preprocessing._levels import is_missing


def read_weights(
    sample_weight: ArrayLike | None, n_samples: int
) -> NDArray[np.float64] | None:
    """Return checked sample weights relative to the largest, None for equal ones.

    Raises
    ------
    ValueError
        If they are negative, all zero, not finite or of another length.
    """
    if sample_weight is None:
        return None
    if isinstance(sample_weight, Real):
        sample_weight = np.full(n_samples, sample_weight)
    # An array without columns stands for the table: only its length matters.
    table = np.empty((n_samples, 0))
    weight: NDArray[np.float64] = check_sample_weight(
        sample_weight,
        table,
        dtype=np.float64,
        ensure_non_negative=True,
        allow_all_zero_weights=True,
    )
    largest = weight.max()
    if largest == 0:
        raise ValueError(
            "sample_weight is zero for every row, which leaves no row to train on; "
            "give at least one row a positive weight."
        )
    # By a power of two, which is exact; sums then stay in the range of floats.
    return np.ldexp(weight, -np.frexp(largest)[1])


def require_target(estimator: Any, y: Any, n_samples: int) -> None:
    """Raise if y is missing or of another length than X."""
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but "
            "the target y is None."
        )
    check_consistent_length(np.empty((n_samples, 0)), y)


def target_array(y: ArrayLike, dtype: str | None) -> NDArray[Any]:
    """Return y as an array, unless an entry is infinite."""
    with np.errstate(invalid="ignore"):  # of the sum that scikit-learn tries first
        values: NDArray[Any] = check_array(
            y,
            dtype=dtype,
            ensure_2d=False,
            ensure_all_finite="allow-nan",
            input_name="y",
            ensure_min_samples=0,
            allow_nd=True,
        )
    return values


def numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return numeric targets as floats; a single column is a vector.

    Raises
    ------
    ValueError
        If there are more than two dimensions.
    """
    if values.ndim > 2:
        raise ValueError(
            f"y must have one or two dimensions, but its shape is {values.shape}; "
            "give one column for each target."
        )
    values = values.astype(np.float64, copy=False)
    if values.ndim == 2 and values.shape[1] == 1:
        values = column_or_1d(values, warn=True)
    return values


def present(y: ArrayLike, dtype: str | None) -> NDArray[Any]:
    """Return y as an array, unless an entry is missing or infinite."""
    values = target_array(y, dtype)
    rows = _missing_rows(values)
    if len(rows):
        raise ValueError(
            f"Input y contains NaN or None in {len(rows)} of {len(values)} rows, first "
            f"in row {rows[0]}; drop these rows before fit."
        )
    return values


def _missing_rows(values: NDArray[Any]) -> NDArray[np.intp]:
    if values.dtype == object:
        missing = np.array([is_missing(v) for v in values.ravel()], dtype=bool)
    else:
        missing = values.ravel() != values.ravel()
    return np.unique(np.flatnonzero(missing) // max(values[:1].size, 1))
