"""Label smoothing: never ask for certainty."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, ClassVar

from torch import Tensor

from ..._parameters import Doc, Interval, parameters
from .._base import Regularizer
from .._fit_state import Step
from .._requirements import Requirement


def smooth_labels(target: Tensor, strength: float) -> Tensor:
    """Blend class probabilities with the uniform distribution.

    Parameters
    ----------
    target : Tensor of shape (..., n_classes)
        Class probabilities; one-hot labels included.
    strength : float
        Weight of the uniform distribution, in [0, 1].

    Returns
    -------
    target : Tensor of shape (..., n_classes)
        ``(1 - strength) * target + strength / n_classes``.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import smooth_labels
    >>> smooth_labels(torch.eye(2), 0.2)
    tensor([[0.9000, 0.1000],
            [0.1000, 0.9000]])
    """
    return target * (1.0 - strength) + strength / target.shape[-1]


@parameters
class LabelSmoothing(Regularizer):
    """Train on labels blended with the uniform distribution.

    Keeps logits moderate and probabilities less sure of themselves. Wrong labels
    are memorised as before: see :class:`ELR` for those.

    Parameters
    ----------
    {parameters}

    References
    ----------
    .. [1] C. Szegedy et al. "Rethinking the Inception Architecture for Computer
       Vision", CVPR 2016, section 7.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import LabelSmoothing
    >>> X, y = load_iris(return_X_y=True)
    >>> net = RegularizedClassifier(regularizers=[LabelSmoothing(strength=0.2)])
    >>> bool(net.fit(X, y).predict_proba(X).max() < 0.99)
    True
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset({Requirement.CLASSIFICATION})

    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc("float", "Weight of the uniform distribution in [0, 1]; 0 is off."),
    ] = 0.1

    def refine(self, step: Step) -> None:
        """Smooth the targets of the batch."""
        step.target = smooth_labels(step.soft_target(), self.strength)
