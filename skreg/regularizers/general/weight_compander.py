"""Weight compander: bounded weights that keep away from zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Annotated, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrize

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from ...modules._layers import find_head, weight_layers
from .._base import Regularizer
from .._fit_state import FitInfo


class _Shape(NamedTuple):
    """An odd, increasing function, its inverse and its upper limit."""

    compress: Callable[[Tensor], Tensor]
    expand: Callable[[Tensor], Tensor]
    limit: float


SHAPES = {
    "arctan": _Shape(torch.atan, torch.tan, math.pi / 2),
    "tanh": _Shape(torch.tanh, torch.atanh, 1.0),
    "softsign": _Shape(functional.softsign, lambda u: u / (1.0 - u.abs()), 1.0),
}


class Compander(nn.Module):
    r"""The map :math:`w = a\,f(v / b)` of free parameters to weights.

    Parameters
    ----------
    shape : {'arctan', 'tanh', 'softsign'}
        The function :math:`f`.
    scale : float
        Initial :math:`a > 0`: all :math:`|w| < a \sup f`.
    width : float
        Initial :math:`b > 0`: the slope at 0 is :math:`a / b`.
    learn : bool
        Whether both are trained, through a softplus.
    """

    def __init__(self, shape: str, scale: float, width: float, *, learn: bool) -> None:
        super().__init__()
        self.shape = shape
        free = torch.tensor([scale, width]).expm1().log()
        self.free = nn.Parameter(free, requires_grad=learn)

    def forward(self, v: Tensor) -> Tensor:
        """Return the weights of the free parameters."""
        scale, width = functional.softplus(self.free)
        return scale * SHAPES[self.shape].compress(v / width)

    def right_inverse(self, weight: Tensor) -> Tensor:
        """Return free parameters for weights, cut to the open range of the map."""
        shape = SHAPES[self.shape]
        scale, width = functional.softplus(self.free)
        edge = shape.limit * (1.0 - 1e-3)
        return width * shape.expand((weight / scale).clamp(-edge, edge))


@parameters
class WeightCompander(Regularizer):
    r"""Write every weight as a bounded, steep function of a free parameter.

    Linear layers except the last get :math:`w = a \arctan(v / b)`. Weights stay
    below :math:`a \pi / 2` and, with a slope :math:`a / b > 1` at zero, small ones
    are driven away from it. Weight decay acts on :math:`v`. After training the
    weights are stored as usual, so prediction costs nothing.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    The abstract of the paper fixes the qualitative shape only. The arctangent, the
    default scale and width, and the treatment of weight decay are our choice and
    not confirmed by the authors, who published no code.

    References
    ----------
    .. [1] R. Cakaj, J. Mehnert, B. Yang. "Weight Compander: A Simple Weight
       Reparameterization for Regularization", IJCNN 2023.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.modules import weight_layers
    >>> from skreg.regularizers import WeightCompander
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(regularizers=[WeightCompander()], max_epochs=9)
    >>> hidden = weight_layers(net.fit(X, y).net_.module_)[0]
    >>> bool(hidden.weight.abs().max() < 2)
    True
    """

    shape: Annotated[
        str,
        StrOptions(set(SHAPES)),
        Doc("{'arctan', 'tanh', 'softsign'}", "The bounded function."),
    ] = "arctan"
    scale: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Initial factor a in front of the function."),
    ] = 1.0
    width: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Initial divisor b of its argument."),
    ] = 0.5
    learn: Annotated[
        bool,
        "boolean",
        Doc("bool", "Whether scale and width are trained, one pair a layer."),
    ] = True

    companders_: Annotated[
        list[Compander],
        Doc("list of Compander", "The trained map of every layer, in order."),
    ] = field(init=False)

    free_: list[Tensor] = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Start from the parameters."""
        self.companders_, self.free_ = [], []

    def resume(self, info: FitInfo) -> None:
        """Go on with the maps of the earlier fit and what they were applied to."""
        self.companders_ = [c.to(info.device, info.dtype) for c in self.companders_]

    def transform_module(self, module: nn.Module) -> nn.Module:
        """Reparametrize the linear layers, keeping their initial weights."""
        head = find_head(module)
        hidden = [layer for layer in weight_layers(module) if layer is not head]
        if not self.companders_:
            self.companders_ = [self._compander(layer) for layer in hidden]
        for layer, compander in zip(hidden, self.companders_, strict=True):
            parametrize.register_parametrization(layer, "weight", compander)
        if self.free_:  # the inverse of the map costs bits, near its limit many
            with torch.no_grad():
                for layer, free in zip(hidden, self.free_, strict=True):
                    _free(layer).copy_(free)
        return module

    def finish(self, module: nn.Module) -> nn.Module:
        """Store the weights themselves again."""
        head = find_head(module)
        hidden = [layer for layer in weight_layers(module) if layer is not head]
        self.free_ = [_free(layer).detach().cpu().clone() for layer in hidden]
        for layer in hidden:
            parametrize.remove_parametrizations(layer, "weight")
        return module

    def _compander(self, layer: nn.Module) -> Compander:
        like = next(layer.parameters())
        compander = Compander(self.shape, self.scale, self.width, learn=self.learn)
        return compander.to(like.device, like.dtype)


def _free(layer: nn.Module) -> Tensor:
    """Return the free parameters of a layer whose weights are companded."""
    free: Tensor = layer.parametrizations["weight"].original  # type: ignore[index, union-attr]
    return free
