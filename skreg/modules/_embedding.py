"""Embedding of categorical columns in front of any net."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn


def embedding_width(cardinality: int) -> int:
    """Return the usual width for a column with that many levels.

    Examples
    --------
    >>> from skreg.modules._embedding import embedding_width
    >>> [embedding_width(n) for n in (2, 10, 1000)]
    [3, 6, 50]
    """
    return min(50, math.ceil(1.6 * cardinality**0.56))


class CategoryEmbedding(nn.Module):
    """Replace the code columns at the end of a matrix by learnt vectors.

    Code 0 stands for a level that training has not seen; its vector is zero and
    stays so.

    Parameters
    ----------
    n_numeric : int
        Leading columns, passed through.
    cardinalities : sequence of int
        Number of codes of each following column, code 0 included.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import CategoryEmbedding
    >>> embed = CategoryEmbedding(2, [3, 5])
    >>> embed(torch.tensor([[0.5, -1.0, 2, 4]])).shape == (1, embed.n_outputs)
    True
    """

    def __init__(self, n_numeric: int, cardinalities: Sequence[int]) -> None:
        super().__init__()
        self.n_numeric = n_numeric
        self.columns = nn.ModuleList(
            nn.Embedding(n, embedding_width(n), padding_idx=0) for n in cardinalities
        )
        widths = (cast(nn.Embedding, e).embedding_dim for e in self.columns)
        self.n_outputs = n_numeric + sum(widths)

    def forward(self, x: Tensor) -> Tensor:
        """Return numeric columns and vectors side by side."""
        codes = x[..., self.n_numeric :].long().unbind(-1)
        vectors = [embed(c) for embed, c in zip(self.columns, codes, strict=True)]
        return torch.cat([x[..., : self.n_numeric], *vectors], dim=-1)


class TabularModule(nn.Module):
    """An embedding of categorical columns and the net behind it.

    Parameters
    ----------
    embed : torch.nn.Module
        Encoded table to dense inputs.
    body : torch.nn.Module
        Dense inputs to outputs.
    """

    def __init__(self, embed: nn.Module, body: nn.Module) -> None:
        super().__init__()
        self.embed = embed
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the body for the embedded inputs."""
        return cast(Tensor, self.body(self.embed(x)))
