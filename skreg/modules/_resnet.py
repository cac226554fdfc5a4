"""The residual net for tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn

from ._dropout import Dropout
from ._mlp import ACTIVATIONS
from ._stacked_linear import linear


class ResidualBlock(nn.Module):
    """``x + linear(dropout(activation(linear(norm(x)))))``.

    Parameters
    ----------
    width : int
        Width of input and output.
    hidden : int
        Width between the two linear layers.
    activation : str
        A key of `ACTIVATIONS`.
    dropout : float
        Probability of a hidden unit to be zeroed in training.
    n_members : int
        Members of an ensemble.
    """

    def __init__(
        self, width: int, hidden: int, activation: str, dropout: float, n_members: int
    ) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.enter = linear(width, hidden, n_members)
        self.activation = ACTIVATIONS[activation]()
        self.dropout = Dropout(dropout) if dropout > 0 else nn.Identity()
        self.leave = linear(hidden, width, n_members)

    def forward(self, x: Tensor) -> Tensor:
        """Return the input plus what the block adds."""
        hidden = self.dropout(self.activation(self.enter(self.norm(x))))
        out: Tensor = x + self.leave(hidden)
        return out


class ResNet(nn.Module):
    """Residual blocks of two linear layers each, behind a linear projection.

    Layers are normalised by row instead of by batch, so that a row's output does
    not depend on the other rows.

    Parameters
    ----------
    n_inputs : int
        Width of the input.
    n_outputs : int
        Width of the output.
    hidden_layer_sizes : sequence of int, default=(128, 128)
        Width between the two layers of each block; their first is also the width
        of the blocks. Empty for a linear model.
    activation : str, default='relu'
        'relu', 'gelu', 'silu', 'tanh', 'logistic' or 'identity'.
    dropout : float, default=0.0
        Probability of a hidden unit to be zeroed in training.
    n_members : int, default=1
        Members of an ensemble; more than one add a first axis to the output.

    Attributes
    ----------
    head : torch.nn.Linear or StackedLinear
        The last layer.

    References
    ----------
    .. [1] Y. Gorishniy, I. Rubachev, V. Khrulkov, A. Babenko. "Revisiting Deep
       Learning Models for Tabular Data", NeurIPS 2021, section 3.2.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import ResNet
    >>> ResNet(4, 3, hidden_layer_sizes=(8, 16))(torch.zeros(5, 4)).shape
    torch.Size([5, 3])
    """

    shares_weights: ClassVar[bool] = False
    default_members: ClassVar[int] = 1

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        *,
        hidden_layer_sizes: Sequence[int] = (128, 128),
        activation: str = "relu",
        dropout: float = 0.0,
        n_members: int = 1,
    ) -> None:
        super().__init__()
        width = hidden_layer_sizes[0] if hidden_layer_sizes else n_inputs
        layers: list[nn.Module] = []
        if hidden_layer_sizes:
            layers.append(linear(n_inputs, width, n_members))
        layers += [
            ResidualBlock(width, hidden, activation, dropout, n_members)
            for hidden in hidden_layer_sizes
        ]
        if hidden_layer_sizes:
            layers += [nn.LayerNorm(width), ACTIVATIONS[activation]()]
        self.layers = nn.Sequential(*layers)
        self.head = linear(width, n_outputs, n_members)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the last layer: logits or values."""
        out: Tensor = self.head(self.layers(x))
        return out
