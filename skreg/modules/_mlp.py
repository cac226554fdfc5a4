"""The multilayer perceptron."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import ClassVar

from torch import Tensor, nn

from ._dropout import Dropout
from ._stacked_linear import linear

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    # In place, where the layer before has no use for its output: less memory to walk.
    "relu": partial(nn.ReLU, inplace=True),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
    "logistic": nn.Sigmoid,
    "identity": nn.Identity,
}


class MLP(nn.Module):
    """Linear layers with an activation and dropout between them.

    Parameters
    ----------
    n_inputs : int
        Width of the input.
    n_outputs : int
        Width of the output.
    hidden_layer_sizes : sequence of int, default=(128, 128)
        Widths of the hidden layers; empty for a linear model.
    activation : str, default='relu'
        'relu', 'gelu', 'silu', 'tanh', 'logistic' or 'identity'.
    dropout : float, default=0.0
        Probability of a hidden unit to be zeroed in training.
    n_members : int, default=1
        Members of an ensemble; more than one add a first axis to the output.

    Attributes
    ----------
    layers : torch.nn.Sequential
        The hidden layers.
    head : torch.nn.Linear or StackedLinear
        The last layer.
    shares_weights : bool
        Whether members have weights in common, and outputs a first axis for them
        even if there is one only.
    default_members : int
        Members unless told otherwise.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import MLP
    >>> MLP(4, 3, hidden_layer_sizes=(8,))(torch.zeros(5, 4)).shape
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
        widths = [n_inputs, *hidden_layer_sizes]
        layers: list[nn.Module] = []
        for n_in, n_out in pairwise(widths):
            layers.append(self.hidden_layer(n_in, n_out, n_members, len(layers)))
            layers.append(ACTIVATIONS[activation]())
            if dropout > 0:
                layers.append(Dropout(dropout))
        self.layers = nn.Sequential(*layers)
        self.head = self.last_layer(widths[-1], n_outputs, n_members)

    def hidden_layer(
        self, n_inputs: int, n_outputs: int, n_members: int, position: int
    ) -> nn.Module:
        """Return a hidden layer; the first is at position 0."""
        return linear(n_inputs, n_outputs, n_members)

    def last_layer(self, n_inputs: int, n_outputs: int, n_members: int) -> nn.Module:
        """Return the head."""
        return linear(n_inputs, n_outputs, n_members)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the last layer: logits or values."""
        for layer in self.layers:  # as the Sequential itself would, at less cost
            x = layer(x)
        out: Tensor = self.head(x)
        return out
