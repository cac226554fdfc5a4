"""From the y of users to arrays."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_array, column_or_1d

from .._types import Array, Floats
from ..preprocessing._levels import is_missing
from ..preprocessing._values import to_float

# Kinds of types that are no numbers, or would be taken for some: dates, times, text.
_NO_NUMBERS = "mMUST"


def target_array(y: ArrayLike, dtype: str | None) -> Array:
    """Return y as an array, unless an entry is infinite.

    Parameters
    ----------
    y : array-like
        As users pass it.
    dtype : 'numeric' or None
        Whether entries must be numbers.

    Raises
    ------
    TypeError
        If y is a set or another collection without order.
    ValueError
        If an entry is infinite, or no number where it must be one.
    """
    if isinstance(y, (Set, Mapping)):
        raise TypeError(
            f"y is a {type(y).__name__}, which has no order of rows; pass an array, a "
            "list or a column."
        )
    if dtype == "numeric":
        y = _real(y)
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


def _real(y: Any) -> Any:
    """Return y with objects as floats, unless it holds something else than numbers."""
    if isinstance(y, list | tuple):
        y = _listed(y)
    kind = getattr(getattr(y, "dtype", None), "kind", None)
    if not isinstance(kind, str) and hasattr(y, "to_numpy"):  # frames, polars
        y = y.to_numpy()
        kind = y.dtype.kind
    if kind == "O":
        given = np.asarray(y, dtype=object)
        flat = to_float(given.ravel(), "y holds an entry that is not a number")
        return flat.reshape(given.shape)
    if kind is not None and kind in _NO_NUMBERS:
        raise ValueError(
            f"y must be numeric, but has the type {y.dtype}; convert it first, "
            "strings by astype(float), dates to days since one of them."
        )
    return y


def _listed(y: Any) -> Array:
    """Return an array of a list, of objects if its rows differ in length."""
    try:
        return np.asarray(y)
    except ValueError:
        rows = np.empty(len(y), dtype=object)
        rows[:] = [np.ravel(row) for row in y]
        return rows


def check_alike(labels: Array) -> None:
    """Raise if labels are of types that cannot be sorted together.

    Raises
    ------
    TypeError
        With the types.
    """
    if labels.dtype != object:
        return
    texts = {isinstance(label, str) for label in labels.tolist()}
    if len(texts) > 1:
        kinds = sorted({type(label).__name__ for label in labels.tolist()})
        raise TypeError(
            f"y mixes labels of the types {', '.join(kinds)}, which have no common "
            "order; convert all of them to text by astype(str)."
        )


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
