"""The joint-embedding predictive architecture for tables."""

from __future__ import annotations

import copy
from typing import NamedTuple, Self, cast

import torch
from torch import Tensor, nn

from ._kernel_head import KernelHead
from ._numeric_embedding import look_up
from ._positions import wave_table
from ._tokens import ColumnTokenizer, TokenLayout
from ._transformer_trunk import TransformerTrunk, take_tokens


class MaskedRows(NamedTuple):
    """Rows of an encoded table, what is seen of them and what is to be predicted.

    Attributes
    ----------
    rows : Tensor of shape (n_rows, width)
        Encoded rows.
    context : Tensor of int of shape (n_rows, n_seen)
        Tokens of each row that are seen.
    targets : Tensor of int of shape (n_sets, n_rows, n_predicted)
        Tokens of each row to predict, set after set.
    """

    rows: Tensor
    context: Tensor
    targets: Tensor


class TableEncoder(nn.Module):
    """A transformer over the columns of a table.

    Parameters
    ----------
    tokenizer : ColumnTokenizer
        Makes tokens of the columns.
    trunk : TransformerTrunk
        Relates them.
    """

    def __init__(self, tokenizer: ColumnTokenizer, trunk: TransformerTrunk) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        self.trunk = trunk

    def forward(self, x: Tensor, positions: Tensor | None = None) -> Tensor:
        """Return the latents of all tokens of encoded rows, or of those seen alone."""
        tokens = self.tokenizer(x)
        if positions is not None:
            tokens = take_tokens(tokens, positions)
        latents: Tensor = self.trunk(tokens)
        return latents


class LatentPredictor(nn.Module):
    """Predicts latents of hidden tokens from those of the tokens seen.

    Parameters
    ----------
    width : int
        Dimensions of a latent.
    n_tokens : int
        Tokens of a row.
    trunk : TransformerTrunk
        Works in a width of its own, `trunk_width`.
    trunk_width : int
        Dimensions inside.
    """

    def __init__(
        self, width: int, n_tokens: int, trunk: TransformerTrunk, trunk_width: int
    ) -> None:
        super().__init__()
        self.narrow = nn.Linear(width, trunk_width)
        self.query = nn.Parameter(torch.empty(trunk_width))
        nn.init.trunc_normal_(self.query, std=0.02)
        self.register_buffer("positions", wave_table(n_tokens, trunk_width))
        self.trunk = trunk
        self.norm = nn.LayerNorm(trunk_width)
        self.widen = nn.Linear(trunk_width, width)

    def forward(self, latents: Tensor, context: Tensor, targets: Tensor) -> Tensor:
        """Return predictions of shape (n_rows, n_sets * n_predicted, width)."""
        n_sets, _, n_predicted = targets.shape
        positions = cast(Tensor, self.positions)
        seen = self.narrow(latents) + look_up(positions, context)
        queries = look_up(positions, targets.flatten(0, 1)) + self.query
        tokens = torch.cat([seen.repeat(n_sets, 1, 1), queries], 1)
        out = self.trunk(tokens)[:, -n_predicted:]
        predicted: Tensor = self.widen(self.norm(out))
        return by_row(predicted, n_sets)


class JEPA(nn.Module):
    """Context encoder, target encoder and predictor.

    In training it takes :class:`MaskedRows` and predicts the latents of hidden
    tokens; for plain rows it returns the target encoder's latents of all tokens.

    Parameters
    ----------
    encoder : TableEncoder
        The context encoder; the target encoder starts as its copy and is not trained
        by gradients.
    predictor : LatentPredictor
        Predicts the target encoder's latents.
    kernel : KernelHead or None, default=None
        Predicts kernel features of whole rows.

    References
    ----------
    .. [1] H. Thimonier et al. "T-JEPA: Augmentation-Free Self-Supervised Learning for
       Tabular Data", ICLR 2025.
    """

    def __init__(
        self,
        encoder: TableEncoder,
        predictor: LatentPredictor,
        kernel: KernelHead | None = None,
    ) -> None:
        super().__init__()
        self.context_encoder = encoder
        self.target_encoder = copy.deepcopy(encoder).requires_grad_(False)
        self.predictor = predictor
        self.kernel = kernel
        self.train()

    @property
    def layout(self) -> TokenLayout:
        """What the columns mean."""
        return self.context_encoder.tokenizer.layout

    @property
    def width(self) -> int:
        """Dimensions of a latent."""
        return self.context_encoder.tokenizer.bias.shape[1]

    @property
    def n_reg_tokens(self) -> int:
        """Tokens for the whole row, which come first."""
        return self.context_encoder.tokenizer.n_reg_tokens

    def forward(self, x: Tensor | MaskedRows) -> Tensor:
        """Return predictions for masked rows, latents for plain ones."""
        if not isinstance(x, MaskedRows):
            latents: Tensor = self.target_encoder(x)
            return latents
        seen = self.context_encoder(x.rows, x.context)
        predicted: Tensor = self.predictor(seen, x.context, x.targets)
        return predicted

    def train(self, mode: bool = True) -> Self:
        """Set the mode of all but the target encoder, which always evaluates."""
        super().train(mode)
        self.target_encoder.eval()
        return self


def by_row(values: Tensor, n_sets: int) -> Tensor:
    """Bring what belongs to a row together: from set after set to side by side."""
    if n_sets == 1:
        return values
    return values.unflatten(0, (n_sets, -1)).transpose(0, 1).flatten(1, 2)
