"""From an encoded table to the inputs of a net."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ._numeric_embedding import Embedded, look_up

# Standard deviation of the initial vectors.
_SPREAD = 0.3
# Code 0, for what training has not seen.
_ZERO_ROW = (0, 0, 1, 0)


def embedding_width(cardinality: int) -> int:
    """Return the usual width for a column with that many levels.

    Examples
    --------
    >>> from skreg.modules._table_embedding import embedding_width
    >>> [embedding_width(n) for n in (2, 10, 1000)]
    [3, 6, 50]
    """
    return min(50, math.ceil(1.6 * cardinality**0.56))


class CategoryEmbedding(nn.Module):
    """A learnt vector for every level of every categorical column.

    Code 0 stands for a level that training has not seen; its vector is zero and
    stays so.

    Parameters
    ----------
    cardinalities : sequence of int
        Number of codes of each column, code 0 included.
    n_additive : int, default=0
        Further dimensions that start at 0 and are summed over the columns: an
        additive model of the outputs beside the net.
    n_members : int, default=1
        Members of an ensemble, each with vectors of its own.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import CategoryEmbedding
    >>> embed = CategoryEmbedding([3, 5])
    >>> vectors, additive = embed(torch.tensor([[2, 4]]))
    >>> vectors.shape == (1, embed.n_outputs)
    True
    """

    def __init__(
        self,
        cardinalities: Sequence[int],
        *,
        n_additive: int = 0,
        n_members: int = 1,
    ) -> None:
        super().__init__()
        self.n_additive = n_additive
        lead = (n_members,) if n_members > 1 else ()
        tables = []
        for n in cardinalities:
            vectors = torch.randn(*lead, n - 1, embedding_width(n)) * _SPREAD
            additive = torch.zeros(*lead, n - 1, n_additive)
            tables.append(nn.Parameter(torch.cat([vectors, additive], -1)))
        self.tables = nn.ParameterList(tables)
        self.n_outputs = sum(t.shape[-1] - n_additive for t in tables)

    def forward(self, codes: Tensor) -> Embedded:
        """Return the vectors side by side, and the sum of the additive dimensions."""
        found = [
            look_up(functional.pad(table, _ZERO_ROW), column)
            for table, column in zip(self.tables, codes.unbind(-1), strict=True)
        ]
        if not self.n_additive:
            return torch.cat(found, -1), None
        widths = [f.shape[-1] - self.n_additive for f in found]
        pairs = [
            f.split_with_sizes([width, self.n_additive], -1)
            for f, width in zip(found, widths, strict=True)
        ]
        additive = torch.stack([pair[1] for pair in pairs]).sum(0)
        return torch.cat([pair[0] for pair in pairs], -1), additive


class TableEmbedding(nn.Module):
    """Numeric columns and codes of categories as dense inputs of a net.

    Parameters
    ----------
    n_numeric : int
        Numeric columns, which come first.
    numeric : torch.nn.Module
        Their embedding, such as :class:`PiecewiseLinearEmbedding`. The net gets the
        numbers, too, unless it says `holds_numbers`.
    categorical : CategoryEmbedding or None
        The embedding of the other columns.
    """

    def __init__(
        self,
        n_numeric: int,
        numeric: nn.Module,
        categorical: CategoryEmbedding | None,
    ) -> None:
        super().__init__()
        self.n_numeric = n_numeric
        self.numeric = numeric
        self.categorical = categorical
        self.adds_numbers = not numeric.holds_numbers
        self.n_outputs = cast(int, numeric.n_outputs) + n_numeric * self.adds_numbers
        if categorical is not None:
            self.n_outputs += categorical.n_outputs

    def forward(self, x: Tensor) -> Tensor:
        """Return dense inputs, with the additive term of all columns at the end."""
        numbers = x[..., : self.n_numeric]
        dense, additive = self.numeric(numbers)
        parts = [dense]
        if self.categorical is not None:
            codes = x[..., self.n_numeric :].long()
            vectors, more = self.categorical(codes)
            parts.append(vectors)
            additive = more if additive is None else additive + more
        if self.adds_numbers:
            parts.append(numbers)
        if additive is not None:
            parts.append(additive)
        lead = max(parts, key=lambda part: part.ndim).shape[:-1]
        return torch.cat([part.expand(*lead, -1) for part in parts], -1)


class WideAndDeep(nn.Module):
    """A net, plus the additive term that comes with its inputs.

    Parameters
    ----------
    deep : torch.nn.Module
        The net.
    n_outputs : int
        Columns at the end of the input that are added to the net's output.

    References
    ----------
    .. [1] H.-T. Cheng et al. "Wide & Deep Learning for Recommender Systems", DLRS
       2016.
    """

    def __init__(self, deep: nn.Module, n_outputs: int) -> None:
        super().__init__()
        self.deep = deep
        self.n_outputs = n_outputs

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum of both parts."""
        width = x.shape[-1] - self.n_outputs
        inputs, additive = x.split_with_sizes([width, self.n_outputs], -1)
        out: Tensor = self.deep(inputs) + additive
        return out


class Combiner(Protocol):
    """What makes one output of those of several members."""

    def combine(self, outputs: Tensor, /) -> Tensor:
        """Return one output for those of shape (n_members, batch, n_outputs)."""


class TabularModule(nn.Module):
    """An embedding of a table, the net behind it, and the mean of its members.

    Parameters
    ----------
    embed : torch.nn.Module or None
        Encoded table to dense inputs.
    body : torch.nn.Module
        Dense inputs to outputs.
    combine : object or None, default=None
        Its method of this name makes one output of those of the members of an
        ensemble, in evaluation mode. A :class:`skreg.targets.Target` has one.
    """

    def __init__(
        self,
        embed: nn.Module | None,
        body: nn.Module,
        combine: Combiner | None = None,
    ) -> None:
        super().__init__()
        self.embed = embed
        self.body = body
        self.combine = combine

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the body for the embedded inputs."""
        if self.embed is not None:
            x = self.embed(x)
        out: Tensor = self.body(x)
        if self.combine is None or self.training:
            return out
        return self.combine.combine(out)


def split_embedding(module: nn.Module) -> tuple[nn.Module | None, nn.Module]:
    """Return the embedding of the table, if there is one, and the net behind it.

    Parameters
    ----------
    module : torch.nn.Module
        Any net.
    """
    if isinstance(module, TabularModule):
        return module.embed, module.body
    return None, module
