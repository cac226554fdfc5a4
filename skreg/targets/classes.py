"""Labels as class indices, and the way back."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, Any, ClassVar, cast

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import accuracy_score
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from torch import Tensor

from .._parameters import Doc, Interval, StrOptions, parameters
from .._training._losses import cross_entropy
from .._training._predict import softmax
from .._types import Array, Floats, Integers
from ..modules import mean_probability
from ._base import Target
from ._reading import check_alike, present

ClassWeight = Annotated[
    Any,
    dict,
    StrOptions({"balanced"}),
    None,
    Doc(
        "dict, 'balanced' or None",
        "Weights of the classes, which multiply the sample weights. 'balanced' "
        "gives all classes the same total weight.",
    ),
]
SmoothingShare = Annotated[
    float,
    Interval(Real, 0, 1, closed="left"),
    Doc(
        "float",
        "Share of every label that is spread over all classes in training, so "
        "that the net is never pushed towards certainty. Probabilities are those of "
        "the labels as they are: the share is taken back.",
    ),
]
# Of the smoothing, what is left as the least probability: an estimate of 0 is no proof.
_LEFT = 0.1


def without_smoothing(probability: Floats, share: float) -> Floats:
    r"""Return the probabilities of labels from those of smoothed labels.

    Smoothing by a share :math:`s` over :math:`K` classes turns :math:`p` into
    :math:`(1 - s) p + s / K`. What a net says may be less than :math:`s / K`, so a
    smooth curve takes the place of the line there: it bends where `p` is a tenth of
    that, and never reaches 0.

    Parameters
    ----------
    probability : ndarray of shape (n_samples, n_classes)
        Of smoothed labels.
    share : float
        The smoothing, in [0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.targets.classes import without_smoothing
    >>> without_smoothing(np.array([[0.98, 0.02], [0.99, 0.01]]), 0.02).round(4)
    array([[0.9897, 0.0103],
           [0.999 , 0.001 ]])
    """
    if not share:
        return probability
    even = share / probability.shape[1]
    excess = probability - even
    values = excess + np.sqrt(excess**2 + (2 * _LEFT * even) ** 2)
    return cast(Floats, values / values.sum(axis=1, keepdims=True))


@parameters
class ClassTarget(Target):
    """Labels: the net learns logits, decoded to the most probable label.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.targets import ClassTarget
    >>> target = ClassTarget()
    >>> labels = target.read(["no", "yes", "no"])
    >>> target.learn(labels)
    >>> target.encode(labels)
    array([0, 1, 0])
    >>> target.decode(np.array([[0.2, 0.8]]))
    array(['yes'], dtype='<U3')
    """

    class_weight: ClassWeight = None
    label_smoothing: SmoothingShare = 0.0

    # Certainty costs log-loss, not squares: more decay than for numbers.
    prior_rows: ClassVar[int] = 3000

    def read(self, y: ArrayLike) -> Array:
        """Return y as a vector of labels."""
        # check_array turns nullable columns of booleans or whole numbers into floats.
        plain = y.to_numpy() if hasattr(y, "to_numpy") else y
        labels = column_or_1d(present(plain, dtype=None), warn=True)
        check_alike(labels)
        check_classification_targets(labels)
        return cast(Array, labels)

    def learn(self, values: Array, classes: ArrayLike | None = None) -> None:
        """Learn the classes, or take the given ones."""
        source = values if classes is None else np.asarray(classes)
        self.classes_: Array = np.unique(source)

    def resume(self, previous: Any, classes: ArrayLike | None = None) -> None:
        """Take over the classes of an earlier fit, which may be named again."""
        super().resume(previous)
        if classes is not None and not np.array_equal(
            np.unique(classes), self.classes_
        ):
            raise ValueError(
                f"classes={np.asarray(classes).tolist()} differ from those of the "
                f"first call, {self.classes_.tolist()}; leave them out or fit anew."
            )

    def encode(self, values: Array) -> Integers:
        """Return class indices; labels that are not a class are an error."""
        unknown = np.setdiff1d(values, self.classes_)
        if len(unknown):
            raise ValueError(
                f"y has labels {unknown.tolist()} that are not in classes "
                f"{self.classes_.tolist()}, for which the net was built; fit anew with "
                "warm_start=False, or pass all of them as `classes` in the first call "
                "of partial_fit."
            )
        return np.searchsorted(self.classes_, values).astype(np.int64)

    def weigh(self, encoded: Array, sample_weight: Floats | None) -> Floats | None:
        """Multiply sample weights by class weights."""
        if self.class_weight is None:
            return sample_weight
        given = np.ones(len(encoded)) if sample_weight is None else sample_weight
        if self.class_weight == "balanced":
            totals = np.bincount(encoded, given, minlength=self.n_outputs)
            weights = np.zeros(self.n_outputs)
            shares = np.count_nonzero(totals) * totals
            np.divide(totals.sum(), shares, out=weights, where=totals > 0)
        else:
            weights = self._given_weights()
        return given * weights[encoded]

    def strata(self, encoded: Array) -> Array | None:
        """Return the classes, to split by."""
        return encoded

    @property
    def n_outputs(self) -> int:
        """Number of logits."""
        return len(self.classes_)

    n_classes = n_outputs

    def criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the cross-entropy of smoothed labels."""
        return cross_entropy(
            output, target, reduction=reduction, label_smoothing=self.label_smoothing
        )

    def validation_criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the cross-entropy of the labels as they are."""
        return cross_entropy(output, target, reduction=reduction)

    def combine(self, outputs: Tensor) -> Tensor:
        """Return the logarithms of the members' mean probabilities."""
        return mean_probability(outputs)

    def decode(self, output: Array) -> Array:
        """Return the most probable labels."""
        labels: Array = self.classes_[output.argmax(axis=1)]
        return labels

    def probabilities(self, output: Array) -> Floats:
        """Return the probabilities of the classes, the smoothing taken back.

        Parameters
        ----------
        output : ndarray of shape (n_samples, n_classes)
            Logits.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In double precision.
        """
        return without_smoothing(softmax(output), self.label_smoothing)

    def score(self, y: ArrayLike, prediction: Array, weight: ArrayLike | None) -> float:
        """Return the share of right labels."""
        return float(accuracy_score(y, prediction, sample_weight=weight))

    def soften(self, output: Array) -> Array:
        """Return the probabilities of the teacher, smoothed as those of its labels."""
        return softmax(output)

    student_criterion = validation_criterion

    def _given_weights(self) -> Floats:
        """Return the weights of a dictionary in the order of the classes."""
        given, classes = self.class_weight, self.classes_.tolist()
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
