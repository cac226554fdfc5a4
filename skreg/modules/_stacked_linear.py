"""Linear layers for one net, or for all members of an ensemble at once."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class StackedLinear(nn.Module):
    """Linear layers side by side, one for each member of an ensemble.

    One batched product serves all members. Each starts as ``torch.nn.Linear`` does.

    Parameters
    ----------
    n_members : int
        Number of layers.
    in_features : int
        Width of the input.
    out_features : int
        Width of the output.

    Attributes
    ----------
    weight : Tensor of shape (n_members, out_features, in_features)
        The matrices.
    bias : Tensor of shape (n_members, out_features)
        The offsets.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import StackedLinear
    >>> layer = StackedLinear(8, 3, 5)
    >>> layer(torch.zeros(10, 3)).shape, layer(torch.zeros(8, 10, 3)).shape
    (torch.Size([8, 10, 5]), torch.Size([8, 10, 5]))
    """

    def __init__(self, n_members: int, in_features: int, out_features: int) -> None:
        super().__init__()
        self.n_members = n_members
        self.in_features = in_features
        self.out_features = out_features
        self.weight = uniform(in_features, n_members, out_features, in_features)
        self.bias = uniform(in_features, n_members, out_features)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of all members.

        Parameters
        ----------
        x : Tensor of shape (batch, in_features) or (n_members, batch, in_features)
            One input for all members, or one for each.
        """
        if x.ndim == 2:
            x = x.expand(self.n_members, *x.shape)
        return torch.baddbmm(self.bias.unsqueeze(1), x, self.weight.transpose(1, 2))

    def extra_repr(self) -> str:
        """Return the sizes, as ``torch.nn.Linear`` does."""
        return (
            f"n_members={self.n_members}, in_features={self.in_features}, "
            f"out_features={self.out_features}"
        )


def uniform(n_inputs: int, *shape: int) -> nn.Parameter:
    """Return a parameter that starts as those of ``torch.nn.Linear`` do."""
    bound = 1.0 / math.sqrt(max(n_inputs, 1))
    return nn.Parameter(torch.empty(shape).uniform_(-bound, bound))


def linear(in_features: int, out_features: int, n_members: int) -> nn.Module:
    """Return a linear layer for one net or for several."""
    if n_members == 1:
        return nn.Linear(in_features, out_features)
    return StackedLinear(n_members, in_features, out_features)
