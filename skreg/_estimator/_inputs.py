"""Checks of what users pass besides the table."""

from __future__ import annotations

import copy
from collections.abc import KeysView, Mapping
from collections.abc import Set as AbstractSet
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_consistent_length

from .._sklearn import check_sample_weight
from .._types import Array
from ..preprocessing import TabularEncoder
from ..targets import Target

# What has a length, but no rows in an order.
_NOT_ROWS = (AbstractSet, Mapping, KeysView, str, bytes)
# What scikit-learn reads rows by.
_ROWS = ("__len__", "shape", "__array__")


class GivenRows(NamedTuple):
    """What a user passes to a fit, and the share of the rows to set aside.

    Attributes
    ----------
    X, y, sample_weight, classes
        As in ``fit`` and ``partial_fit``.
    held_out : float or None
        Share of validation rows, None without.
    """

    X: Any
    y: Any
    sample_weight: ArrayLike | None
    classes: ArrayLike | None
    held_out: float | None


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


def read_target(
    target: Target, y: Any, classes: ArrayLike | None, previous: Target | None
) -> tuple[Target, Array]:
    """Let a target read y; return it and y, encoded.

    Parameters
    ----------
    target : Target
        New.
    y : array-like
        Of the user.
    classes : array-like or None
        All labels that will ever be seen, if the user named them.
    previous : Target or None
        That of a fit to go on from.
    """
    values = target.read(y)
    if previous is None:
        target.learn(values, classes)
    else:
        target.resume(previous, classes)
    return target, target.encode(values)


def new_encoder(
    scaling: Any, min_frequency: float | None, dtype: str
) -> TabularEncoder:
    """Return an encoder that has seen no table."""
    return TabularEncoder(
        scaling=scaling,
        min_frequency=min_frequency,
        dtype=np.dtype(dtype).type,
        scale_indicators=False,
    )


def in_precision(encoder: TabularEncoder, dtype: str) -> TabularEncoder:
    """Return a fitted encoder for another precision of its output."""
    other: TabularEncoder = copy.copy(encoder)
    return other.set_params(dtype=np.dtype(dtype).type)


def require_target(estimator: BaseEstimator, y: Any, n_samples: int) -> None:
    """Raise if y is missing or of another length than X."""
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but "
            "the target y is None."
        )
    if isinstance(y, _NOT_ROWS) or not any(hasattr(y, part) for part in _ROWS):
        raise TypeError(
            f"y is a {type(y).__name__}, which has no rows in an order; pass an array, "
            "a list or a series with one entry for each row of X."
        )
    check_consistent_length(np.empty((n_samples, 0)), y)


def check_no_early_stopping(early_stopping: bool) -> None:
    """Raise if one of many calls is to set rows aside, as in scikit-learn.

    Raises
    ------
    ValueError
        If the parameter is on.
    """
    if early_stopping:
        raise ValueError(
            "partial_fit does not support early_stopping=True: each call would set "
            "other rows aside. Set early_stopping=False, or call fit."
        )
