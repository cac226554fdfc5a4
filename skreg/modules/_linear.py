"""A linear layer that treats all rows alike."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

# Bytes at which rows begin alike: the widest vector registers and cache lines.
_ALIGNMENT = 64


class Linear(nn.Linear):
    """A linear layer whose result for a row does not depend on the row's position.

    Matrix products begin a row in another way where it begins in the middle of a
    vector register, and its last bits differ. In evaluation mode rows are therefore
    set apart so that all begin alike; training is that of ``torch.nn.Linear``.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import Linear
    >>> layer = Linear(5, 8).eval()
    >>> out = layer(torch.full((16, 5), 0.1))
    >>> bool((out == out[0]).all())
    True
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x @ weight.T + bias``."""
        if not self.training:
            x = align_rows(x)
        return functional.linear(x, self.weight, self.bias)


def align_rows(x: Tensor) -> Tensor:
    """Return the same values, with a gap after each row where it is needed."""
    if x.ndim < 2 or not row_gap(x.stride(-2), x.element_size()):
        return x
    width = x.shape[-1]
    return functional.pad(x, (0, row_gap(width, x.element_size())))[..., :width]


def row_gap(width: int, itemsize: int) -> int:
    """Return how many entries to leave out between rows of that width."""
    return -width % (_ALIGNMENT // itemsize)
