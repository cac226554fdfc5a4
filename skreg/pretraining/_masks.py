"""Which columns of a row are seen, and which are to be predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor


class Bounds(NamedTuple):
    """Smallest and largest number of columns."""

    low: int
    high: int


@dataclass(frozen=True)
class MaskSizes:
    """How many columns may be seen, and how many predicted.

    Attributes
    ----------
    context, target : Bounds
        Of the columns seen and of those predicted.
    n_columns : int
        Columns of the table, at least 2.
    """

    context: Bounds
    target: Bounds
    n_columns: int

    @classmethod
    def of_shares(
        cls,
        context_share: Sequence[float],
        target_share: Sequence[float],
        n_columns: int,
        n_predictable: int | None = None,
    ) -> MaskSizes:
        """Turn shares of the columns into numbers, at least one column each.

        Parameters
        ----------
        context_share, target_share : (float, float)
            Smallest and largest share.
        n_columns : int
            Columns of the table.
        n_predictable : int or None, default=None
            Columns that can be predicted; None means all.
        """
        most = n_columns if n_predictable is None else max(n_predictable, 1)
        context = _bounds(context_share, n_columns, n_columns - 1)
        target = _bounds(target_share, n_columns, min(most, n_columns - context.low))
        return cls(context, target, n_columns)

    def draw(self, random: np.random.Generator) -> tuple[int, int]:
        """Draw both numbers, anew until there are columns enough for them."""
        while True:
            context, target = (
                size_at(float(random.random()), bounds)
                for bounds in (self.context, self.target)
            )
            if context + target <= self.n_columns:
                return context, target


def _bounds(share: Sequence[float], n_columns: int, most: int) -> Bounds:
    low, high = (min(max(round(s * n_columns), 1), most) for s in share)
    return Bounds(low, max(low, high))


def size_at(uniform: float, bounds: Bounds) -> int:
    """Return the size that a uniform number in [0, 1) stands for.

    The end values are half as likely as those between them.

    Examples
    --------
    >>> from skreg.pretraining._masks import Bounds, size_at
    >>> [size_at(u, Bounds(2, 4)) for u in (0.1, 0.3, 0.7, 0.9)]
    [2, 3, 3, 4]
    """
    low, high = bounds
    return low + round((high - low) * uniform)


def draw_columns(
    known: Tensor | None,
    shape: tuple[int, int],
    sizes: tuple[int, int],
    n_sets: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Draw the columns to see and to predict, for every row on its own.

    Parameters
    ----------
    known : Tensor of bool of shape (n_rows, n_columns) or None
        Entries that can be predicted, which come before others; None means all.
    shape : (int, int)
        Numbers of rows and columns.
    sizes : (int, int)
        Columns to see and to predict, together at most all.
    n_sets : int
        Sets of columns to predict; they may overlap each other.
    generator : torch.Generator
        Random numbers, on the device.

    Returns
    -------
    context : Tensor of int of shape (n_rows, n_seen)
        Distinct columns of each row.
    targets : Tensor of int of shape (n_sets, n_rows, n_predicted)
        Distinct columns of each row and set, none of them seen.

    Examples
    --------
    >>> import torch
    >>> from skreg.pretraining._masks import draw_columns
    >>> generator = torch.Generator().manual_seed(0)
    >>> context, targets = draw_columns(None, (1, 4), (1, 3), 1, generator)
    >>> sorted(torch.cat([context, targets[0]], 1)[0].tolist())
    [0, 1, 2, 3]
    """
    n_seen, n_predicted = sizes
    device = generator.device
    keys = torch.rand(shape, generator=generator, device=device)
    order = keys.argsort(1)
    context, rest = order[:, :n_seen], order[:, n_seen:]
    if known is None and n_sets == 1:
        return context, rest[:, :n_predicted].unsqueeze(0)
    keys = torch.rand((n_sets, *rest.shape), generator=generator, device=device)
    if known is not None:  # what cannot be predicted goes to the end
        keys += ~known.gather(1, rest)
    chosen = keys.argsort(2)[..., :n_predicted]
    return context, rest.expand(n_sets, -1, -1).gather(2, chosen)
