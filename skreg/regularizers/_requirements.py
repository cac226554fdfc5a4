"""What a method may require of a fit, each with the remedy in its message."""

from __future__ import annotations

from enum import Enum

from ._fit_state import FitInfo


class Requirement(Enum):
    """A condition that a regularizer declares in its ``requires``.

    Attributes
    ----------
    CLASSIFICATION
        The targets are classes.
    REGRESSION
        The targets are numbers.
    TARGETS
        There are targets, classes or numbers.
    ONE_OUTPUT
        Of numeric targets, the net has one output each.
    TWO_CLASSES
        At least two classes are present.
    TWO_SAMPLES
        At least two training rows are present.
    TWO_MEMBERS
        The net is an ensemble of at least two, which learn from each other.
    FEATURES
        ``Step.features``, the input of the module's last linear layer, is read.
    """

    CLASSIFICATION = (
        "needs class labels; use it with a classifier, or leave it out of the regressor"
    )
    REGRESSION = (
        "needs numeric targets; use it with a regressor, or leave it out of the "
        "classifier"
    )
    TARGETS = "needs targets, but this fit has none; leave the method out"
    ONE_OUTPUT = (
        "needs one output for each target; use another loss than 'quantile', and no "
        "balance"
    )
    TWO_CLASSES = (
        "needs at least two classes, but y has one class only; check y or leave the "
        "method out"
    )
    TWO_SAMPLES = (
        "needs at least two training rows, but there is 1 sample; add rows or leave "
        "the method out"
    )
    TWO_MEMBERS = (
        "needs at least two nets that learn from each other; set n_members=2, or leave "
        "the method out"
    )
    FEATURES = (
        "needs the features before the last layer, but the module has no linear "
        "layer; end it with a torch.nn.Linear, name its last layer `head`, or leave "
        "the method out"
    )

    def holds(self, info: FitInfo) -> bool:
        """Return whether the fit meets the requirement."""
        return _met(info)[self.name]


def _met(info: FitInfo) -> dict[str, bool]:
    is_regression = info.target is not None
    n_targets = info.target.shape[1] if info.target is not None else None
    return {
        "CLASSIFICATION": info.is_classification,
        "REGRESSION": is_regression,
        "TARGETS": info.is_classification or is_regression,
        "ONE_OUTPUT": n_targets in (None, info.n_outputs),
        "TWO_CLASSES": info.n_classes is None or info.n_classes >= 2,
        "TWO_SAMPLES": info.n_samples >= 2,
        "TWO_MEMBERS": (info.n_members or 1) >= 2,
        "FEATURES": info.has_features,
    }
