"""TabM: an ensemble whose members share almost all weights."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from ._mlp import MLP
from ._stacked_linear import StackedLinear, uniform


class AdaptedLinear(nn.Module):
    r"""One linear layer for all members, each of which rescales its input and output.

    Computes :math:`s_k \odot W (r_k \odot x) + b_k` for member k.

    Parameters
    ----------
    n_members : int
        Number of members.
    in_features : int
        Width of the input.
    out_features : int
        Width of the output.
    signs : bool, default=False
        Whether the members' input scales start as random signs, which makes the
        members different, or as ones.

    Attributes
    ----------
    shared : torch.nn.Linear
        The shared matrix.
    input_scale, output_scale, bias : Tensor of shape (n_members, features)
        What each member has of its own.

    References
    ----------
    .. [1] Y. Wen, D. Tran, J. Ba. "BatchEnsemble", ICLR 2020, eq. 1.
    """

    def __init__(
        self,
        n_members: int,
        in_features: int,
        out_features: int,
        *,
        signs: bool = False,
    ) -> None:
        super().__init__()
        scale = torch.ones(n_members, in_features)
        if signs:
            scale -= 2 * torch.randint(0, 2, scale.shape)
        self.shared = nn.Linear(in_features, out_features, bias=False)
        self.input_scale = nn.Parameter(scale)
        self.output_scale = nn.Parameter(torch.ones(n_members, out_features))
        self.bias = uniform(in_features, n_members, out_features)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of all members, of shape (n_members, batch, width).

        Parameters
        ----------
        x : Tensor of shape (batch, in_features) or (n_members, batch, in_features)
            One input for all members, or one for each.
        """
        shared = self.shared(x * self.input_scale.unsqueeze(1))
        return torch.addcmul(
            self.bias.unsqueeze(1), shared, self.output_scale.unsqueeze(1)
        )


class TabM(MLP):
    """A multilayer perceptron that is an ensemble at little more than its price.

    All members share the matrices of the hidden layers; each has scales, offsets and
    a last layer of its own.

    Parameters
    ----------
    n_inputs : int
        Width of the input.
    n_outputs : int
        Width of the output.
    hidden_layer_sizes : sequence of int, default=(128, 128)
        Widths of the hidden layers.
    activation : str, default='relu'
        'relu', 'gelu', 'silu', 'tanh', 'logistic' or 'identity'.
    dropout : float, default=0.0
        Probability of a hidden unit to be zeroed in training.
    n_members : int, default=1
        Members of the ensemble, the first axis of the output.

    Attributes
    ----------
    head : StackedLinear
        The last layers.

    References
    ----------
    .. [1] Y. Gorishniy, A. Kotelnikov, A. Babenko. "TabM: Advancing Tabular Deep
       Learning with Parameter-Efficient Ensembling", ICLR 2025, section 3.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import TabM
    >>> TabM(4, 3, n_members=8)(torch.zeros(5, 4)).shape
    torch.Size([8, 5, 3])
    """

    shares_weights: ClassVar[bool] = True
    # A half of what the authors take: on a CPU every member has its price.
    default_members: ClassVar[int] = 16

    def hidden_layer(
        self, n_inputs: int, n_outputs: int, n_members: int, position: int
    ) -> nn.Module:
        """Return a shared layer; the first one makes the members different."""
        return AdaptedLinear(n_members, n_inputs, n_outputs, signs=position == 0)

    def last_layer(self, n_inputs: int, n_outputs: int, n_members: int) -> nn.Module:
        """Return one head for each member."""
        return StackedLinear(n_members, n_inputs, n_outputs)
