"""NormLoss: pull the weights of every neuron to the unit sphere."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from numbers import Real
from typing import Annotated

import torch
from torch import Tensor, nn

from ..._parameters import Doc, Interval, Options, field, parameters
from ...modules._layers import find_head, weight_layers, weight_matrices
from .._base import Penalty
from .._fit_state import FitInfo, Step


def norm_loss(weights: Iterable[Tensor]) -> Tensor:
    r"""Return :math:`\sum_l \sum_j (1 - \lVert W_l[j, :] \rVert_2)^2`.

    Parameters
    ----------
    weights : iterable of Tensor of shape (n_out, ...)
        Weights of layers, one row for every output.

    Returns
    -------
    loss : Tensor of shape ()
        0 if and only if every row has length 1.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import norm_loss
    >>> norm_loss([torch.eye(3), 3 * torch.eye(2)])
    tensor(8.)
    """
    norms = [torch.linalg.vector_norm(w.flatten(1), dim=1) for w in weights]
    return (1.0 - torch.cat(norms)).square().sum()


@parameters
class NormLoss(Penalty):
    """Penalise the distance of each neuron's weight vector from length 1.

    Meant in place of weight decay: weights neither vanish nor grow. Biases and
    one-dimensional parameters are left alone.

    Parameters
    ----------
    {parameters}

    References
    ----------
    .. [1] T. Georgiou, S. Schmitt, T. Baeck, W. Chen, M. Lew. "Norm Loss: An
       efficient yet effective regularization method for deep neural networks",
       ICPR 2020. The default strength and the treatment of the last layer are our
       choice, not confirmed by the paper.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import NormLoss
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[NormLoss(strength=0.1)], max_epochs=9)
    >>> sorted(net.fit(X, y).history_)
    ['epoch', 'normloss', 'train_loss']
    """

    strength: Annotated[
        float | Tensor,
        Interval(Real, 0, None, closed="left"),
        Tensor,
        Doc("float", "Factor of the penalty. 0 equals the plain net bit for bit."),
    ] = 0.01
    include_head: Annotated[
        bool | str,
        "boolean",
        Options(str, {"auto"}),
        Doc(
            "bool or 'auto'",
            "Whether the last layer is penalised too. 'auto' spares it in "
            "regression, where it sets the scale of the output.",
        ),
    ] = "auto"

    layers_: list[nn.Module] = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Collect the layers to penalise."""
        include = (
            info.is_classification
            if self.include_head == "auto"
            else bool(self.include_head)
        )
        head = None if include else find_head(info.module)
        self.layers_ = [m for m in weight_layers(info.module) if m is not head]

    def finish(self, module: nn.Module) -> nn.Module:
        """Forget the layers, which the net holds anyway."""
        del self.layers_
        return module

    def penalty(self, step: Step) -> Tensor:
        """Return the penalty of the current weights."""
        if not self.layers_:
            return step.output.new_zeros(())
        return norm_loss(chain.from_iterable(map(weight_matrices, self.layers_)))
