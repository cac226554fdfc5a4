"""Transformers over the tokens of a row."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ._dropout import Dropout


class SelfAttention(nn.Module):
    """Attention of all tokens of a row to each other.

    Parameters
    ----------
    width : int
        Dimensions of a token.
    n_heads : int
        Heads; they have to divide the width.
    """

    def __init__(self, width: int, n_heads: int) -> None:
        super().__init__()
        if width % n_heads:
            raise ValueError(
                f"{n_heads} heads do not divide a width of {width}; choose a multiple."
            )
        self.n_heads = n_heads
        self.project_in = nn.Linear(width, 3 * width)
        self.project_out = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return tokens of the same shape, (n_rows, n_tokens, width)."""
        n_rows, n_tokens, width = tokens.shape
        heads = self.project_in(tokens).view(n_rows, n_tokens, 3, self.n_heads, -1)
        query, key, value = heads.permute(2, 0, 3, 1, 4).unbind()
        mixed = functional.scaled_dot_product_attention(query, key, value)
        joined = mixed.transpose(1, 2).reshape(n_rows, n_tokens, width)
        out: Tensor = self.project_out(joined)
        return out


class TransformerLayer(nn.Module):
    """Attention, then a small net for every token, each with a residual connection.

    Parameters
    ----------
    width : int
        Dimensions of a token.
    n_heads : int
        Heads of the attention.
    ff_width : int
        Hidden units of the small net.
    dropout : float, default=0.0
        Probability of an entry of a branch to be zeroed.
    norm_first : bool, default=True
        Whether a branch normalises its input, which trains more easily, or the layer
        its sum with the branch, as the first transformers did.
    """

    def __init__(
        self,
        width: int,
        n_heads: int,
        ff_width: int,
        *,
        dropout: float = 0.0,
        norm_first: bool = True,
    ) -> None:
        super().__init__()
        self.attention = SelfAttention(width, n_heads)
        self.widen = nn.Linear(width, ff_width)
        self.narrow = nn.Linear(ff_width, width)
        self.norm_attention = nn.LayerNorm(width)
        self.norm_ff = nn.LayerNorm(width)
        self.dropout = Dropout(dropout)
        self.norm_first = norm_first

    def forward(self, tokens: Tensor) -> Tensor:
        """Return tokens of the same shape."""
        if self.norm_first:
            tokens = tokens + self._attend(self.norm_attention(tokens))
            return tokens + self._feed(self.norm_ff(tokens))
        tokens = self.norm_attention(tokens + self._attend(tokens))
        out: Tensor = self.norm_ff(tokens + self._feed(tokens))
        return out

    def _attend(self, tokens: Tensor) -> Tensor:
        out: Tensor = self.dropout(self.attention(tokens))
        return out

    def _feed(self, tokens: Tensor) -> Tensor:
        out: Tensor = self.dropout(self.narrow(functional.relu(self.widen(tokens))))
        return out


class TransformerTrunk(nn.Module):
    """Transformer layers and a normalised linear map of every token.

    Its output has mean 0 and variance 1 over the dimensions of a token, up to a learnt
    scale and shift.

    Parameters
    ----------
    width : int
        Dimensions of a token.
    n_layers : int
        Number of layers.
    n_heads : int
        Heads of the attention.
    ff_width : int
        Hidden units of the small net in a layer.
    dropout : float, default=0.0
        Probability of an entry of a branch to be zeroed.
    norm_first : bool, default=True
        As in `TransformerLayer`.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import TransformerTrunk
    >>> trunk = TransformerTrunk(8, n_layers=2, n_heads=2, ff_width=16)
    >>> trunk(torch.randn(4, 3, 8)).shape
    torch.Size([4, 3, 8])
    """

    def __init__(
        self,
        width: int,
        *,
        n_layers: int,
        n_heads: int,
        ff_width: int,
        dropout: float = 0.0,
        norm_first: bool = True,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            TransformerLayer(
                width, n_heads, ff_width, dropout=dropout, norm_first=norm_first
            )
            for _ in range(n_layers)
        )
        self.norm_in = nn.LayerNorm(width)
        self.project = nn.Linear(width, width)
        self.norm_out = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return tokens of the same shape."""
        for layer in self.layers:
            tokens = layer(tokens)
        out: Tensor = self.norm_out(self.project(self.norm_in(tokens)))
        return out


def take_tokens(tokens: Tensor, positions: Tensor) -> Tensor:
    """Pick tokens of each row.

    Parameters
    ----------
    tokens : Tensor of shape (n_rows, n_tokens, width)
        All tokens.
    positions : Tensor of int of shape (n_rows, n_taken)
        Which tokens of each row.

    Returns
    -------
    taken : Tensor of shape (n_rows, n_taken, width)
        In the order of the positions.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import take_tokens
    >>> tokens = torch.tensor([[[1.0], [2.0]], [[3.0], [4.0]]])
    >>> take_tokens(tokens, torch.tensor([[1], [0]])).ravel()
    tensor([2., 3.])
    """
    n_rows, n_tokens, width = tokens.shape
    first = torch.arange(0, n_rows * n_tokens, n_tokens, device=tokens.device)
    flat = (positions + first.unsqueeze(1)).flatten()
    taken = tokens.reshape(-1, width).index_select(0, flat)
    return taken.view(n_rows, -1, width)
