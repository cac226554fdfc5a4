"""A row of a table as a sequence of tokens, one for every column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class TokenLayout:
    """What the columns of an encoded table mean.

    The table holds the numeric columns, then indicators of their gaps, then codes.

    Attributes
    ----------
    n_numeric : int
        Numeric columns, without indicators.
    indicated : sequence of int
        The numeric column that each indicator belongs to.
    cardinalities : sequence of int
        Number of codes of each categorical column; code 0 is an unknown level.
    missing_codes : sequence of int
        The code of missing entries of each categorical column, 0 without any.
    constant : sequence of int
        Columns that hold one value only, numeric columns counted first.
    """

    n_numeric: int
    indicated: Sequence[int] = ()
    cardinalities: Sequence[int] = ()
    missing_codes: Sequence[int] = ()
    constant: Sequence[int] = ()

    @property
    def n_columns(self) -> int:
        """Columns of the table, and so tokens of a row."""
        return self.n_numeric + len(self.cardinalities)

    @property
    def first_code(self) -> int:
        """Where codes begin in the encoded table."""
        return self.n_numeric + len(self.indicated)

    def has_gaps(self) -> bool:
        """Whether some entries cannot be predicted."""
        return bool(self.indicated or self.constant or self.cardinalities)

    def known(self, x: Tensor) -> Tensor:
        """Tell which entries say something: present, of a known level, not constant.

        Parameters
        ----------
        x : Tensor of shape (n_rows, width)
            Encoded rows.

        Returns
        -------
        known : Tensor of bool of shape (n_rows, n_columns)
            In the order of the tokens.
        """
        known = x.new_ones((len(x), self.n_columns), dtype=torch.bool)
        if self.indicated:
            gaps = x[:, self.n_numeric : self.first_code] > 0
            known[:, list(self.indicated)] = ~gaps
        if self.cardinalities:
            codes = x[:, self.first_code :]
            missing = codes.new_tensor(list(self.missing_codes))
            known[:, self.n_numeric :] = (codes > 0) & (codes != missing)
        known[:, list(self.constant)] = False
        return known


class ColumnTokenizer(nn.Module):
    """One learnt token for every column, after those that stand for the whole row.

    A number is a multiple of its column's vector, a category has a vector of its own,
    and so has a missing entry; the column's bias is added to all. An unknown category
    has the bias alone, which is the middle of its column. The biases also tell the
    columns apart, so that no positions need be added.

    Parameters
    ----------
    layout : TokenLayout
        What the columns mean.
    width : int
        Dimensions of a token.
    n_reg_tokens : int, default=1
        Learnt tokens at the beginning, the same in every row.

    References
    ----------
    .. [1] Y. Gorishniy et al. "Revisiting Deep Learning Models for Tabular Data",
       NeurIPS 2021, section 3.3.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import ColumnTokenizer, TokenLayout
    >>> layout = TokenLayout(n_numeric=1, cardinalities=[3], missing_codes=[0])
    >>> ColumnTokenizer(layout, width=8)(torch.tensor([[0.5, 2.0]])).shape
    torch.Size([1, 3, 8])
    """

    first_level: Tensor
    gaps: Tensor

    def __init__(
        self, layout: TokenLayout, width: int, *, n_reg_tokens: int = 1
    ) -> None:
        super().__init__()
        self.layout = layout
        self.n_reg_tokens = n_reg_tokens
        self.n_tokens = n_reg_tokens + layout.n_columns
        bound = 1 / math.sqrt(width)

        def vectors(n: int) -> nn.Parameter | None:
            # An empty parameter would have no gradient, which slows optimizers down.
            if not n:
                return None
            return nn.Parameter(torch.empty(n, width).uniform_(-bound, bound))

        self.reg = vectors(n_reg_tokens)
        self.bias = cast(nn.Parameter, vectors(layout.n_columns))
        self.numeric = vectors(layout.n_numeric)
        self.missing = vectors(len(layout.indicated))
        self.levels = vectors(sum(layout.cardinalities))
        ends = torch.tensor([0, *layout.cardinalities]).cumsum(0)
        if self.levels is not None:
            with torch.no_grad():
                self.levels[ends[:-1]] = 0.0
        self.register_buffer("first_level", ends[:-1], persistent=False)
        gaps = torch.tensor(list(layout.indicated), dtype=torch.long)
        self.register_buffer("gaps", gaps, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the tokens of encoded rows, of shape (n_rows, n_tokens, width)."""
        parts = []
        if self.reg is not None:
            parts.append(self.reg.expand(len(x), -1, -1))
        if self.numeric is not None:
            parts.append(self._numbers(x, self.numeric))
        if self.levels is not None:
            codes = x[:, self.layout.first_code :].long() + self.first_level
            found = nn.functional.embedding(codes, self.levels)
            parts.append(found + self.bias[self.layout.n_numeric :])
        return torch.cat(parts, 1)

    def _numbers(self, x: Tensor, vectors: Tensor) -> Tensor:
        """Return the tokens of numeric columns."""
        n, first_code = self.layout.n_numeric, self.layout.first_code
        tokens = torch.addcmul(self.bias[:n], x[:, :n].unsqueeze(-1), vectors)
        if self.missing is None:
            return tokens
        # Missing entries are 0, so what is added here stands alone.
        gaps = x[:, n:first_code].unsqueeze(-1)
        return tokens.index_add(1, self.gaps, gaps * self.missing)
