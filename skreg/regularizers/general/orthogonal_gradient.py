"""Orthogonal gradient: never just scale the weights up."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Annotated

import torch
from torch import Tensor

from ..._parameters import Doc, Interval, parameters
from ...modules import StackedLinear
from .._base import Regularizer
from .._fit_state import Step


def orthogonal_gradient(
    weight: Tensor, gradient: Tensor, *, strength: float = 1.0, rescale: bool = False
) -> Tensor:
    r"""Remove a gradient's component along the weights.

    Parameters
    ----------
    weight : Tensor
        The parameter :math:`w`, as one long vector.
    gradient : Tensor of the same shape
        Its gradient :math:`g`.
    strength : float, default=1.0
        Share of the component that is removed, in [0, 1].
    rescale : bool, default=False
        Whether the result keeps the length of the gradient.

    Returns
    -------
    gradient : Tensor of the same shape
        :math:`g - s \frac{\langle w, g \rangle}{\langle w, w \rangle} w`; unchanged
        where all weights are 0.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import orthogonal_gradient
    >>> orthogonal_gradient(torch.tensor([2.0, 0.0]), torch.tensor([1.0, 3.0]))
    tensor([0., 3.])
    """
    tiny = torch.finfo(weight.dtype).tiny
    along = (weight * gradient).sum() / weight.square().sum().clamp_min(tiny)
    result = gradient - strength * along * weight
    if not rescale:
        return result
    length, rest = (torch.linalg.vector_norm(t) for t in (gradient, result))
    return result * (length / rest.clamp_min(tiny))


@parameters
class OrthogonalGradient(Regularizer):
    """Remove the component along the weights from every weight's gradient.

    That component mostly scales the logits up once the training rows are fitted,
    which makes the net surer without making it better. Matrices are treated, each
    as one vector; biases and other one-dimensional parameters are left alone.

    Parameters
    ----------
    {parameters}

    References
    ----------
    .. [1] L. Prieto, M. Barsbey, P. Mediano, T. Birdal. "Grokking at the Edge of
       Numerical Stability", ICLR 2025.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import OrthogonalGradient
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(regularizers=[OrthogonalGradient()])
    >>> net.fit(X, y).predict(X[:3]).tolist()
    [0, 0, 0]
    """

    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc("float", "Share of the component that is removed; 0 is off."),
    ] = 1.0
    rescale: Annotated[
        bool,
        "boolean",
        Doc("bool", "Whether the gradient is rescaled to its former length."),
    ] = False

    def transform_gradient(self, step: Step, terms: Mapping[str, Tensor]) -> None:
        """Project the gradients of all matrices."""
        stacked = {
            id(layer.weight)
            for layer in step.module.modules()
            if isinstance(layer, StackedLinear)
        }
        with torch.no_grad():
            for weight in step.module.parameters():
                if weight.grad is None or weight.ndim < 2:
                    continue
                if id(weight) in stacked:  # a matrix for each member
                    pairs = zip(weight, weight.grad, strict=True)
                    weight.grad = torch.stack([self._project(*pair) for pair in pairs])
                else:
                    weight.grad = self._project(weight, weight.grad)

    def _project(self, weight: Tensor, gradient: Tensor) -> Tensor:
        return orthogonal_gradient(
            weight, gradient, strength=self.strength, rescale=self.rescale
        )
