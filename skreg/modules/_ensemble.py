"""Several nets as one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn


class Members(nn.Module):
    """Nets of any kind side by side, one after the other in time.

    Parameters
    ----------
    nets : sequence of torch.nn.Module
        The members.
    """

    def __init__(self, nets: Sequence[nn.Module]) -> None:
        super().__init__()
        self.nets = nn.ModuleList(nets)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, of shape (n_members, batch, n_outputs).

        Parameters
        ----------
        x : Tensor of shape (batch, width) or (n_members, batch, width)
            One input for all members, or one for each.
        """
        inputs = x.expand(len(self.nets), *x.shape) if x.ndim == 2 else x
        pairs = zip(self.nets, inputs.unbind(), strict=True)
        return torch.stack([cast(Tensor, net(part)) for net, part in pairs])


def mean_output(outputs: Tensor) -> Tensor:
    """Return the mean over the members, the first axis."""
    return outputs.mean(0)


def mean_probability(logits: Tensor) -> Tensor:
    """Return the logarithm of the members' mean probabilities.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import mean_probability
    >>> logits = torch.tensor([[[0.2, 0.8]], [[0.6, 0.4]]]).log()
    >>> mean_probability(logits).exp()
    tensor([[0.4000, 0.6000]])
    """
    return logits.log_softmax(-1).logsumexp(0) - math.log(len(logits))
