"""How much training rows have in common, as the net sees them."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

# Shorter rows, in units of the largest entry, are what rounding leaves of zero.
_SHORTEST = 1e-5


class RowOverlap:
    """The mean squared cosine between different rows, centred in their batch.

    It is one over the number of directions that the rows spread over. A net that
    takes a step for one row moves its predictions for the others as far as they
    overlap; with n rows, n times the overlap of them speak about a row beside itself.
    The fewer they are, the sooner the net can memorise a single label.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers.noisy_labels._row_overlap import RowOverlap
    >>> rows = torch.randn(1000, 20, generator=torch.Generator().manual_seed(0))
    >>> overlap = RowOverlap()
    >>> overlap.learn(rows)
    >>> round(1 / overlap.mean())  # directions
    20
    """

    def __init__(self) -> None:
        self.squares = self.pairs = 0.0

    def learn(self, rows: Tensor, weight: Tensor | None = None) -> None:
        """Compare the rows of a batch with each other.

        Parameters
        ----------
        rows : Tensor of shape (..., batch, width)
            Inputs of the net; the mean is taken over leading axes.
        weight : Tensor of shape (batch,) or None, default=None
            Weights of the rows; None means equal ones.
        """
        rows = rows.detach()
        rows = (rows / rows.abs().amax().clamp_min(1e-30)).float()
        weight = rows.new_ones(rows.shape[-2]) if weight is None else weight.float()
        total, squared_weights = weight.sum(), weight.square().sum()
        share = (weight / total.clamp_min(1e-30)).unsqueeze(-1)
        centred = rows - (share * rows).sum(-2, keepdim=True)
        shortest = _SHORTEST * rows.shape[-1] ** 0.5
        unit = functional.normalize(centred, dim=-1, eps=shortest)
        unit = weight.sqrt().unsqueeze(-1) * unit
        # Both products have the same sum of squares: the smaller one is taken.
        is_long = unit.shape[-2] > unit.shape[-1]
        product = unit.mT @ unit if is_long else unit @ unit.mT
        own = unit.square().sum(-1).square().sum(-1)
        squares = (product.square().sum((-2, -1)) - own).mean()
        figures = torch.stack([squares, total.square(), squared_weights])
        overlap, square_of_sum, sum_of_squares = figures.tolist()
        pairs = square_of_sum - sum_of_squares
        if pairs > 0:
            # Centring alone makes rows of a small batch alike, by this much.
            by_centring = (square_of_sum / sum_of_squares - 1.0) ** -2
            self.squares += overlap - pairs * by_centring
            self.pairs += pairs

    def mean(self) -> float:
        """Return the mean so far, 0 where there was no pair of rows."""
        return max(self.squares / self.pairs, 0.0) if self.pairs > 0 else 0.0
