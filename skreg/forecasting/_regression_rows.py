"""Rows of numbers for a regression, or words about what else they hold."""

from __future__ import annotations

from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._sklearn import check_sample_weight
from .._types import Array, Floats
from ..preprocessing._levels import is_missing
from ..targets._reading import present

# Weights are added up and multiplied with products of columns.
_HEAVIEST = 1e100
# Kinds of types that NumPy would turn into floats, or fail at without a name.
_NO_NUMBERS = "mMUSTV"
_OBJECT = np.dtype(object)
# Products of larger numbers are scaled by a power of two, to be in range on the way.
_LARGE = 1e150


def require_numbers(X: Any) -> None:
    """Raise unless all columns of a table hold numbers.

    Raises
    ------
    ValueError or TypeError
        With the name of the column.
    """
    if hasattr(X, "columns"):
        for name in X.columns:
            _require(X[name], f"column {name!r} of X")
        return
    if isinstance(X, list | tuple) or getattr(X, "dtype", None) is _OBJECT:
        X = _objects(X)
        for number, column in enumerate(X.T if X.ndim == 2 else []):
            _require(column, f"column {number} of X")
        return
    _refuse_kind(X, "X")


def _objects(X: Any) -> Array:
    try:
        return np.asarray(X, dtype=object)
    except ValueError:  # of lists that differ in length, which has its own words
        return np.empty(0, dtype=object)


def _require(column: Any, name: str) -> None:
    if getattr(column, "ndim", 1) != 1:  # several columns with one name
        return
    _refuse_kind(column, name)
    if getattr(column, "dtype", None) is None or hasattr(column.dtype, "kind"):
        column = np.asarray(column)
    else:
        column = column.to_numpy()
        _refuse_kind(column, name)
    if column.dtype != object:
        return
    for value in column:
        if is_missing(value):
            continue
        try:
            float(value)
        except (TypeError, ValueError, OverflowError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(
                f"{name} holds {short(value)}, which is no number ({error}); drop the "
                "column, or encode it, such as by skreg.preprocessing.TabularEncoder."
            ) from error


def _refuse_kind(values: Any, name: str) -> None:
    kind = getattr(getattr(values, "dtype", None), "kind", "f")
    if isinstance(kind, str) and kind in _NO_NUMBERS:
        raise ValueError(
            f"{name} has the type {values.dtype}, not one of numbers; convert it, such "
            "as dates to days, or drop it."
        )


def read_targets(y: Any) -> Array:
    """Return y as floats, unless an entry is missing, infinite or no number."""
    return present(y, dtype="numeric").astype(np.float64, copy=False)


def products(X: Floats, coef: Floats) -> Floats:
    """Return the sums of columns times coefficients, row by row, always finite.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Rows.
    coef : ndarray of shape (n_targets, n_features)
        Coefficients.
    """
    if not X.size or np.abs(X).max() < _LARGE:
        # Row by row sums: a row's result does not depend on its neighbours.
        return np.asarray(np.einsum("ij,kj->ik", X, coef))
    largest = np.finfo(np.float64).max
    small = np.einsum("ij,kj->ik", np.ldexp(X, -600), coef)
    with np.errstate(over="ignore"):
        return np.clip(np.ldexp(small, 600), -largest, largest)


def read_row_weights(sample_weight: ArrayLike | None, X: Floats) -> Floats | None:
    """Return checked weights of the rows, None if there are none."""
    if sample_weight is None:
        return None
    weight: Floats = check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True
    )
    if weight.max() > _HEAVIEST:
        raise ValueError(
            f"sample_weight holds numbers beyond {_HEAVIEST:g}, whose sums overflow; "
            "divide all weights by a constant."
        )
    return weight
