"""What a net learns of y: class indices or scaled numbers, and the way back."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import r2_score
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from torch import Tensor

from .._training._losses import (
    REGRESSION_LOSSES,
    Criterion,
    absolute_error,
    cross_entropy,
)
from .._training._predict import softmax
from .._types import Floats
from ..modules import mean_output, mean_probability
from ..preprocessing._numeric import column_statistics
from ._codec import Codec
from ._emphasis import Emphasis
from ._inputs import numbers, present


class ClassTarget(Codec):
    """Labels as class indices.

    Parameters
    ----------
    class_weight : dict, 'balanced' or None
        Weights of the classes.
    label_smoothing : float, default=0.0
        Share of the target that goes to all classes alike.
    """

    criterion: Criterion = staticmethod(cross_entropy)
    combine = staticmethod(mean_probability)
    # What weight decay is worth by default. Certainty costs log-loss, not squares.
    prior_rows = 3000

    def __init__(self, class_weight: Any, *, label_smoothing: float = 0.0) -> None:
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
        self.classes: NDArray[Any] = np.empty(0)

    @property
    def n_outputs(self) -> int:
        """Number of logits."""
        return len(self.classes)

    n_classes = n_outputs

    @property
    def training_criterion(self) -> Criterion:
        """The loss that is trained, on smoothed labels."""
        if not self.label_smoothing:
            return self.criterion
        return partial(cross_entropy, label_smoothing=self.label_smoothing)

    def check(self, y: ArrayLike) -> NDArray[Any]:
        """Return y as a vector of labels."""
        # check_array turns nullable columns of booleans or whole numbers into floats.
        plain = y.to_numpy() if hasattr(y, "to_numpy") else y
        labels = column_or_1d(present(plain, dtype=None), warn=True)
        check_classification_targets(labels)
        return cast(NDArray[Any], labels)

    def fit(self, labels: NDArray[Any], classes: ArrayLike | None = None) -> None:
        """Learn the classes, or take the given ones."""
        source = labels if classes is None else np.asarray(classes)
        self.classes = np.unique(source)

    def go_on_from(self, previous: ClassTarget, classes: ArrayLike | None) -> None:
        """Take over the classes of an earlier fit, which may be named again."""
        self.classes = previous.classes
        if classes is not None and not np.array_equal(np.unique(classes), self.classes):
            raise ValueError(
                f"classes={np.asarray(classes).tolist()} differ from those of the "
                f"first call, {self.classes.tolist()}; leave them out or fit anew."
            )

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
        self, target: NDArray[np.int64], sample_weight: Floats | None
    ) -> Floats | None:
        """Multiply sample weights by class weights."""
        if self.class_weight is None:
            return sample_weight
        given = np.ones(len(target)) if sample_weight is None else sample_weight
        if self.class_weight == "balanced":
            totals = np.bincount(target, given, minlength=self.n_outputs)
            weights = np.zeros(self.n_outputs)
            shares = np.count_nonzero(totals) * totals
            np.divide(totals.sum(), shares, out=weights, where=totals > 0)
        else:
            weights = self._given_weights()
        return given * weights[target]

    def _given_weights(self) -> Floats:
        """Return the weights of a dictionary in the order of the classes."""
        given, classes = self.class_weight, self.classes.tolist()
        unknown = [label for label in given if label not in classes]
        if unknown and not all(label in given for label in classes):
            raise ValueError(
                f"class_weight has keys {unknown} that are no labels of y; the labels "
                f"are {classes}."
            )
        for label, weight in given.items():
            if not (
                isinstance(weight, int | float | np.number) and 0 <= weight < np.inf
            ):
                raise ValueError(
                    f"class_weight[{label!r}]={weight!r} must be a finite number of at "
                    "least 0; 0 leaves the class out."
                )
        return np.array([float(given.get(label, 1.0)) for label in classes])

    def strata(self, target: NDArray[Any]) -> NDArray[Any] | None:
        """Return the classes, to split by."""
        return target

    def distilled(self) -> ClassTarget:
        """Return the codec of a student."""
        student = copy.copy(self)
        student.label_smoothing = 0.0
        return student

    def soften(self, output: NDArray[Any]) -> NDArray[Any]:
        """Return what a student learns of the teacher's output: probabilities."""
        return softmax(output)


class RealTarget(Codec):
    """Numbers, standardised with weights.

    Parameters
    ----------
    params : estimator
        Its parameters of the target are read.
    """

    combine = staticmethod(mean_output)
    error: Criterion = staticmethod(absolute_error)

    def __init__(self, params: Any) -> None:
        self.criterion = self.read_criterion(params)
        self.standardize = params.standardize_target
        self.is_vector = True
        self.mean: Floats = np.zeros(1)
        self.spread: Floats = np.ones(1)

    def read_criterion(self, params: Any) -> Criterion:
        """Return the loss."""
        return REGRESSION_LOSSES[params.loss]

    @property
    def n_targets(self) -> int:
        """Number of targets."""
        return len(self.mean)

    @property
    def n_outputs(self) -> int:
        """Outputs of the net: one for each target."""
        return self.n_targets

    def check(self, y: ArrayLike) -> NDArray[Any]:
        """Return y as a matrix of finite numbers."""
        values = numbers(present(y, dtype="numeric"))
        self.is_vector = values.ndim == 1
        return values.reshape(len(values), -1)

    def fit(self, values: NDArray[Any], classes: ArrayLike | None = None) -> None:
        """Learn the number of targets."""
        self.mean = np.zeros(values.shape[1])
        self.spread = np.ones(values.shape[1])

    def go_on_from(self, previous: RealTarget, classes: ArrayLike | None) -> None:
        """Take over the scales of an earlier fit."""
        if type(previous) is not type(self):
            raise ValueError(
                "loss or balance ask for another kind of output than in the first "
                "fit; set them back, or fit anew with warm_start=False."
            )
        self.mean, self.spread = previous.mean, previous.spread

    def scale(self, target: NDArray[Any], weight: Floats | None) -> None:
        """Learn mean and standard deviation of the training rows."""
        if self.standardize:
            equal = np.ones(len(target)) if weight is None else weight
            statistics = column_statistics(target, equal)
            self.mean, self.spread = statistics.mean, statistics.scale

    def encode(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the values as they are; scaling follows the choice of rows."""
        if values.shape[1] != self.n_targets:
            raise ValueError(
                f"y has {values.shape[1]} targets, but the first fit had "
                f"{self.n_targets}."
            )
        return values

    def transform(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return scaled values."""
        return (values - self.mean) / self.spread

    def inverse_transform(self, output: NDArray[Any]) -> NDArray[Any]:
        """Return predictions in the units and the shape of y."""
        values = output * self.spread + self.mean
        return values[:, 0] if self.is_vector else values

    @property
    def validation_criterion(self) -> Criterion:
        """The loss of validation: the criterion, or an error to be balanced."""
        return self.error if self.emphasis.is_balanced else self.criterion

    def predictions(self, output: Tensor) -> Tensor:
        """Return the predictions of each target, along a last axis of their own."""
        return output.unflatten(-1, (self.n_targets, -1))

    def known_of(self, target: NDArray[Any]) -> dict[str, Any]:
        """Return what regularizers may know of the targets."""
        return {"target": target, "predictions": self.predictions}

    def weigh(
        self, target: NDArray[Any], sample_weight: Floats | None
    ) -> Floats | None:
        """Return the weights, times those of rare targets."""
        return self.emphasis.weigh(target, sample_weight)

    def distilled(self) -> RealTarget:
        """Return the codec of a student, which comes close to all outputs."""
        student = copy.copy(self)
        student.criterion = REGRESSION_LOSSES["squared_error"]
        student.emphasis = Emphasis()
        return student

    def soften(self, output: NDArray[Any]) -> NDArray[Any]:
        """Return what a student learns of the teacher's output: all of it."""
        return output

    def score(self, y: ArrayLike, prediction: NDArray[Any], weight: Any) -> float:
        """Return the coefficient of determination."""
        return float(r2_score(y, prediction, sample_weight=weight))
