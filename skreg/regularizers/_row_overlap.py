"""How much training rows have in common, as the net sees them."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


class RowOverlap:
    """The mean squared cosine between different rows, centred in their batch.

    It is one over the number of directions that the rows spread over. A net that
    takes a step for one row moves its predictions for the others as far as they
    overlap; with n rows, n times the overlap of them speak about a row beside itself.
    The fewer they are, the sooner the net can learn a single label by heart.

    Parameters
    ----------
    device : torch.device, default=None
        Where the sums are kept; None is torch's default.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers._row_overlap import RowOverlap
    >>> rows = torch.randn(1000, 20, generator=torch.Generator().manual_seed(0))
    >>> overlap = RowOverlap()
    >>> overlap.learn(rows)
    >>> round(1 / overlap.mean())  # directions
    20
    """

    def __init__(self, *, device: torch.device | None = None) -> None:
        self.sums = torch.zeros(2, dtype=torch.float64, device=device)

    def to(self, device: torch.device) -> RowOverlap:
        """Return this object, moved to a device."""
        self.sums = self.sums.to(device)
        return self

    def learn(self, rows: Tensor, weight: Tensor | None = None) -> None:
        """Compare the rows of a batch with each other.

        Parameters
        ----------
        rows : Tensor of shape (..., batch, width)
            Inputs of the net.
        weight : Tensor of shape (..., batch) or None, default=None
            Weights of the rows; None means equal ones.
        """
        rows = rows.detach().float()
        rows = rows / rows.abs().amax().clamp_min(1e-30)  # squares stay finite
        if weight is None:
            weight = rows.new_ones(rows.shape[:-1])
        share = (weight / weight.sum(-1, keepdim=True)).unsqueeze(-1)
        rows = functional.normalize(rows - (share * rows).sum(-2, keepdim=True), dim=-1)
        squared = (rows @ rows.mT).square()
        pairs = weight.unsqueeze(-1) * weight.unsqueeze(-2)
        pairs = pairs - pairs.diagonal(dim1=-2, dim2=-1).diag_embed()
        self.sums += torch.stack([(pairs * squared).sum(), pairs.sum()])

    def mean(self) -> float:
        """Return the mean so far, 0 where there was no pair of rows."""
        squares, pairs = self.sums.tolist()
        return squares / pairs if pairs > 0 else 0.0
