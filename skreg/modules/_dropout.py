"""Dropout with random numbers of its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class Dropout(nn.Dropout):
    """Dropout that draws from a given generator instead of torch's global one.

    Fits in several threads then neither disturb each other nor the caller. Without
    a generator it behaves as ``torch.nn.Dropout``.

    Parameters
    ----------
    p : float, default=0.5
        Probability of an entry to be zeroed.

    Attributes
    ----------
    generator : torch.Generator or None
        Set for the time of a fit; never copied or pickled.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import Dropout
    >>> dropout = Dropout(0.5)
    >>> dropout.generator = torch.Generator().manual_seed(0)
    >>> sorted(set(dropout(torch.ones(100)).tolist()))
    [0.0, 2.0]
    """

    generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Zero entries at random and scale up the rest, in training only."""
        if not self.training or self.p == 0 or self.generator is None:
            return super().forward(x)
        keep = torch.empty_like(x).bernoulli_(1.0 - self.p, generator=self.generator)
        return x * keep.div_(max(1.0 - self.p, torch.finfo(x.dtype).tiny))

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        state.pop("generator", None)
        return state
