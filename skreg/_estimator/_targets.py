"""What a net learns of y: class indices or scaled numbers, and the way back."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array, column_or_1d, compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets

from .._training._losses import REGRESSION_LOSSES, Criterion, cross_entropy
from ..preprocessing._numeric import column_statistics

Floats = NDArray[np.float64]


class ClassTarget:
    """Labels as class indices.

    Parameters
    ----------
    class_weight : dict, 'balanced' or None
        Weights of the classes.
    """

    criterion: Criterion = staticmethod(cross_entropy)

    def __init__(self, class_weight: Any) -> None:
        self.class_weight = class_weight
        self.classes: NDArray[Any] = np.empty(0)

    @property
    def n_outputs(self) -> int:
        """Number of logits."""
        return len(self.classes)

    n_classes = n_outputs

    def check(self, y: ArrayLike) -> NDArray[Any]:
        """Return y as a vector of labels."""
        labels = column_or_1d(_finite_labels(y), warn=True)
        check_classification_targets(labels)
        return cast(NDArray[Any], labels)

    def fit(self, labels: NDArray[Any], classes: ArrayLike | None = None) -> None:
        """Learn the classes, or take the given ones."""
        source = labels if classes is None else np.asarray(classes)
        self.classes = np.unique(source)

    def encode(self, labels: NDArray[Any]) -> NDArray[np.int64]:
        """Return class indices; labels that are not a class are an error."""
        unknown = np.setdiff1d(labels, self.classes)
        if len(unknown):
            raise ValueError(
                f"y has labels {unknown.tolist()} that are not in classes "
                f"{self.classes.tolist()}; pass all of them as `classes` in the first "
                "call of partial_fit."
            )
        return np.searchsorted(self.classes, labels).astype(np.int64)

    def weigh(
        self, labels: NDArray[Any], sample_weight: Floats | None
    ) -> Floats | None:
        """Multiply sample weights by class weights."""
        if self.class_weight is None:
            return sample_weight
        rows = slice(None) if sample_weight is None else sample_weight > 0
        weights = np.zeros(len(labels))
        weights[rows] = compute_sample_weight(self.class_weight, labels[rows])
        return weights if sample_weight is None else weights * sample_weight

    def scale(self, target: NDArray[Any], weight: Floats | None) -> None:
        """Learn nothing: classes have no scale."""

    def transform(self, target: NDArray[Any]) -> NDArray[Any]:
        """Return the class indices as they are."""
        return target

    def strata(self, target: NDArray[Any]) -> NDArray[Any] | None:
        """Return the classes to split by, None if one has a single row."""
        counts = np.bincount(target)
        return target if counts[counts > 0].min() >= 2 else None


class RealTarget:
    """Numbers, standardised with weights.

    Parameters
    ----------
    loss : str
        Name of the criterion.
    standardize : bool
        Whether to scale to mean 0 and standard deviation 1.
    """

    n_classes = None

    def __init__(self, loss: str, *, standardize: bool) -> None:
        self.criterion = REGRESSION_LOSSES[loss]
        self.standardize = standardize
        self.is_vector = True
        self.mean: Floats = np.zeros(1)
        self.spread: Floats = np.ones(1)

    @property
    def n_outputs(self) -> int:
        """Number of targets."""
        return len(self.mean)

    def check(self, y: ArrayLike) -> NDArray[Any]:
        """Return y as a matrix of finite numbers."""
        values = check_array(
            y, dtype="numeric", ensure_2d=False, input_name="y", allow_nd=True
        )
        values = values.astype(np.float64, copy=False)
        if values.ndim > 2:
            raise ValueError(f"y must have one or two dimensions, got {values.ndim}.")
        if values.ndim == 2 and values.shape[1] == 1:
            values = column_or_1d(values, warn=True)
        self.is_vector = values.ndim == 1
        return cast(NDArray[Any], values.reshape(len(values), -1))

    def fit(self, values: NDArray[Any], classes: ArrayLike | None = None) -> None:
        """Learn the number of targets."""
        self.mean = np.zeros(values.shape[1])
        self.spread = np.ones(values.shape[1])

    def scale(self, target: NDArray[Any], weight: Floats | None) -> None:
        """Learn mean and standard deviation of the training rows."""
        if self.standardize:
            equal = np.ones(len(target)) if weight is None else weight
            statistics = column_statistics(target, equal)
            self.mean, self.spread = statistics.mean, statistics.scale

    def encode(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the values as they are; scaling follows the choice of rows."""
        if values.shape[1] != self.n_outputs:
            raise ValueError(
                f"y has {values.shape[1]} targets, but the first fit had "
                f"{self.n_outputs}."
            )
        return values

    def transform(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return scaled values."""
        return (values - self.mean) / self.spread

    def inverse_transform(self, output: NDArray[Any]) -> NDArray[Any]:
        """Return predictions in the units and the shape of y."""
        values = output * self.spread + self.mean
        return values[:, 0] if self.is_vector else values

    def weigh(
        self, values: NDArray[Any], sample_weight: Floats | None
    ) -> Floats | None:
        """Return the weights as they are."""
        return sample_weight

    def strata(self, target: NDArray[Any]) -> None:
        """Split at random."""
        return


def _finite_labels(y: ArrayLike) -> Any:
    """Return y unless a label is missing."""
    labels = check_array(
        y,
        dtype=None,
        ensure_2d=False,
        ensure_all_finite=True,
        input_name="y",
        ensure_min_samples=0,
        allow_nd=True,
    )
    if labels.dtype == object and any(_is_missing(v) for v in labels.ravel()):
        raise ValueError(
            "Input y contains NaN or None; drop the rows without a label before fit."
        )
    return labels


def _is_missing(value: Any) -> bool:
    """Whether a label is None, NaN, pandas.NA or NaT: unequal to itself or void."""
    equal = value == value
    return value is None or (equal is not True and not bool(np.all(equal is True)))
