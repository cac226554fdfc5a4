"""Errors next to the label bins that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array

from .._checks import same_length
from .._sklearn import check_sample_weight
from .._types import Floats
from ..preprocessing._target_bins import TargetBins, check_bins, check_targets

# How an absolute error is transformed before averaging, and the mean thereafter.
ERRORS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "absolute": (np.asarray, float),
    "squared": (np.square, float),
    "geometric": (np.log, np.exp),
}


@dataclass(frozen=True)
class OutputErrors:
    """Absolute errors of one output, with the bins of the labels.

    Parameters
    ----------
    error : ndarray of shape (n_samples,)
        Absolute errors.
    weight : ndarray of shape (n_samples,)
        Sample weights.
    bin : ndarray of shape (n_samples,)
        Bin of each label.
    n_train : ndarray of shape (n_bins,)
        Training rows in each bin.
    """

    error: Floats
    weight: Floats
    bin: NDArray[np.int64]
    n_train: Floats

    def mean(
        self,
        kind: str,
        *,
        rows: NDArray[np.bool_] | None = None,
        by_bin: bool = False,
        floor: float = 0.0,
    ) -> float:
        """Return the mean error of rows, or of their bins; NaN for no rows."""
        forward, backward = ERRORS[kind]
        weight = self.weight if rows is None else np.where(rows, self.weight, 0.0)
        if by_bin:
            mass = np.bincount(self.bin, weight)
            share = np.divide(1.0, mass, out=np.zeros_like(mass), where=mass > 0)
            weight = weight * share[self.bin]
        if not weight.sum() > 0:
            return float("nan")
        error = forward(np.maximum(self.error, floor))
        return float(backward(np.average(error, weights=weight)))


def output_errors(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    y_train: ArrayLike | None,
    *,
    n_bins: int = 1,
    edges: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Iterator[OutputErrors]:
    """Yield the errors of each output; bins are those of the training labels."""
    true, predicted = check_targets(y_true, "y_true"), check_targets(y_pred, "y_pred")
    train = true if y_train is None else check_targets(y_train, "y_train")
    same_length(y_true=true, y_pred=predicted)
    for name, other in (("y_pred", predicted), ("y_train", train)):
        if other.shape[1] != true.shape[1]:
            raise ValueError(
                f"{name} has {other.shape[1]} outputs, but y_true has {true.shape[1]}."
            )
    weight = check_sample_weight(
        sample_weight, true, dtype=np.float64, ensure_non_negative=True
    )
    for column, guess, trained in zip(true.T, predicted.T, train.T, strict=True):
        bins = label_bins(trained, n_bins, edges)
        error = np.abs(guess - column)
        yield OutputErrors(error, weight, bins.index(column), bins.mass(trained))


def check_option(name: str, value: str, options: Collection[str]) -> None:
    """Raise a ValueError unless the value is one of the options."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name}={value!r} must be one of {sorted(options)}.")


def label_bins(labels: Floats, n_bins: int, edges: ArrayLike | None) -> TargetBins:
    """Return equal bins over labels, or those with the given edges."""
    check_bins(n_bins)
    if edges is None:
        return TargetBins.over(labels, n_bins)
    given = check_array(edges, dtype=np.float64, ensure_2d=False, input_name="edges")
    if given.ndim != 1 or len(given) < 2 or (np.diff(given) <= 0).any():
        raise ValueError("edges must be a vector of at least two increasing numbers.")
    return TargetBins(given)
