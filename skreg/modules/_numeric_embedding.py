"""Embeddings of numeric columns: what lets a net see a number as a tree does."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.nn import functional

# Dense inputs of the net, and a sum of functions of single columns or None.
Embedded = tuple[Tensor, Tensor | None]


def look_up(table: Tensor, index: Tensor) -> Tensor:
    """Return rows of a table, or of the tables of all members.

    Parameters
    ----------
    table : Tensor of shape (n_rows, width) or (n_members, n_rows, width)
        The rows.
    index : Tensor of any shape
        Numbers of the rows, the same for all members.
    """
    if table.ndim == 3:
        starts = torch.arange(len(table), device=index.device) * table.shape[1]
        index = index + starts.view(-1, *[1] * index.ndim)
        table = table.flatten(0, 1)
    return functional.embedding(index, table)


class PlainNumbers(nn.Module):
    """Numbers as they are, and a linear term.

    Parameters
    ----------
    n_features : int
        Number of columns.
    n_additive : int, default=0
        Outputs of the linear term; 0 leaves it out.
    n_members : int, default=1
        Members of an ensemble.
    """

    holds_numbers = True

    def __init__(
        self, n_features: int, *, n_additive: int = 0, n_members: int = 1
    ) -> None:
        super().__init__()
        self.n_outputs = n_features
        lead = (n_members,) if n_members > 1 else ()
        self.additive = (
            nn.Parameter(torch.zeros(*lead, n_features, n_additive))
            if n_additive
            else None
        )

    def forward(self, x: Tensor) -> Embedded:
        """Return the columns and their weighted sum."""
        return x, None if self.additive is None else x @ self.additive


class PiecewiseLinearEmbedding(nn.Module):
    """A learnt piecewise linear curve for every numeric column.

    The curve of a column runs through learnt points at the edges of its bins and is
    constant outside. What is learnt are the increments from edge to edge, so that
    weight decay makes curves smooth. Two look-ups and a line between them take the
    place of the product with the encoded bins, hence many bins cost little.

    Parameters
    ----------
    edges : sequence of array-like of shape (n_edges,)
        Rising edges of the bins of each column.
    width : int, default=8
        Dimensions of a curve.
    n_additive : int, default=0
        Further dimensions that start at 0 and are summed over the columns: an
        additive model of the outputs beside the net.
    n_members : int, default=1
        Members of an ensemble, each with curves of its own.

    References
    ----------
    .. [1] Y. Gorishniy, I. Rubachev, A. Babenko. "On Embeddings for Numerical
       Features in Tabular Deep Learning", NeurIPS 2022, eq. 1 and section 3.2.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import PiecewiseLinearEmbedding
    >>> embed = PiecewiseLinearEmbedding([[0.0, 1.0, 4.0], [-1.0, 1.0]], width=3)
    >>> dense, additive = embed(torch.tensor([[0.5, 0.0], [9.0, -7.0]]))
    >>> dense.shape, additive
    (torch.Size([2, 6]), None)
    """

    holds_numbers = False

    start: Tensor
    end: Tensor
    inverse_widths: Tensor
    last: Tensor
    offset: Tensor

    def __init__(
        self,
        edges: Sequence[ArrayLike],
        width: int = 8,
        *,
        n_additive: int = 0,
        n_members: int = 1,
    ) -> None:
        super().__init__()
        columns = [torch.as_tensor(e, dtype=torch.float64) for e in edges]
        n_bins = max((len(e) - 1 for e in columns), default=0)
        n_bins = max(n_bins, 1)
        self.width = width
        self.n_outputs = width * len(columns)
        self._keep_edges(columns, n_bins)
        lead = (n_members,) if n_members > 1 else ()
        shape = (*lead, len(columns), n_bins)
        # A curve is a random walk: this spreads its end like a standard normal.
        steps = torch.tensor([[max(len(e) - 1, 1)] for e in columns]).view(-1, 1, 1)
        curves = torch.randn(*shape, width)
        curves = curves / steps.to(curves.dtype).sqrt()
        self.increments = nn.Parameter(
            torch.cat([curves, curves.new_zeros(*shape, n_additive)], -1)
        )

    def _keep_edges(self, columns: list[Tensor], n_bins: int) -> None:
        """Store the edges as one matrix, filled up by infinity."""
        padded = torch.full((len(columns), n_bins + 1), math.inf, dtype=torch.float64)
        inverse = torch.zeros(len(columns), n_bins, dtype=torch.float64)
        for row, steps, values in zip(padded, inverse, columns, strict=True):
            row[: len(values)] = values
            steps[: len(values) - 1] = 1.0 / values.diff()
        last = torch.tensor([[max(len(e) - 2, 0)] for e in columns], dtype=torch.long)
        default = torch.empty(0).dtype  # in an estimator, not the one of the process
        self.register_buffer("start", padded[:, :-1].to(default))
        self.register_buffer("end", padded[:, 1:].to(default).contiguous())
        self.register_buffer("inverse_widths", inverse.to(default))
        self.register_buffer("last", last.view(-1, 1))
        offset = torch.arange(len(columns)).view(-1, 1) * (n_bins + 1)
        self.register_buffer("offset", offset)

    def forward(self, x: Tensor) -> Embedded:
        """Return the points on the curves, and the sum of the additive dimensions."""
        index, fraction = self._locate(x)
        points = functional.pad(self.increments.cumsum(-2), (0, 0, 1, 0))
        table = points.flatten(-3, -2)
        curves = torch.lerp(look_up(table, index), look_up(table, index + 1), fraction)
        if curves.shape[-1] == self.width:
            return curves.flatten(-2), None
        dense, additive = curves.split_with_sizes(
            [self.width, curves.shape[-1] - self.width], -1
        )
        return dense.flatten(-2), additive.sum(-2)

    def _locate(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the bin of every number and how far into it the number lies."""
        by_column = x.T.contiguous()
        bins = torch.searchsorted(self.end, by_column, right=True)
        bins = torch.minimum(bins, self.last)
        distance = by_column - self.start.gather(1, bins)
        fraction = distance * self.inverse_widths.gather(1, bins)
        return (bins + self.offset).T, fraction.clamp_(0, 1).T.unsqueeze(-1)
