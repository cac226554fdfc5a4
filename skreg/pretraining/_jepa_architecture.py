"""From an encoded table to the net that is pretrained on it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch
from numpy.typing import NDArray

from .._estimator._architecture import TrainingTable
from ..modules import (
    JEPA,
    ColumnTokenizer,
    KernelHead,
    LatentPredictor,
    TableEncoder,
    TokenLayout,
    TransformerTrunk,
)
from ..preprocessing import TabularEncoder

# Columns above which attention, quadratic in them, is slow on a CPU.
_MANY_COLUMNS = 100


def read_layout(encoder: TabularEncoder, inputs: NDArray[Any]) -> TokenLayout:
    """Return what the columns of an encoded table mean.

    Parameters
    ----------
    encoder : TabularEncoder
        Fitted, with missing indicators and codes.
    inputs : ndarray of shape (n_rows, width)
        The rows to train on, encoded.

    Raises
    ------
    ValueError
        If there is nothing to predict.
    """
    encoded = encoder.layout_
    layout = TokenLayout(
        n_numeric=len(encoded.numeric),
        indicated=encoded.indicated,
        cardinalities=encoded.cardinalities,
        missing_codes=encoded.missing_codes,
    )
    constant = tuple(j for j in range(layout.n_columns) if _constant(layout, inputs, j))
    _check_columns(layout.n_columns, len(constant), len(inputs))
    return TokenLayout(**{**vars(layout), "constant": constant})


def _constant(layout: TokenLayout, inputs: NDArray[Any], column: int) -> bool:
    """Whether all present entries of a column are the same."""
    if column >= layout.n_numeric:
        shift = layout.first_code - layout.n_numeric
        code = inputs[:, column + shift]
        missing = layout.missing_codes[column - layout.n_numeric]
        values = code[(code != missing) | (missing == 0)]
    else:
        values = inputs[:, column]
        if column in layout.indicated:
            gap = layout.n_numeric + list(layout.indicated).index(column)
            values = values[inputs[:, gap] == 0]
    return not len(values) or bool(values.min() == values.max())


def _check_columns(n_columns: int, n_constant: int, n_samples: int) -> None:
    if n_columns < 2:
        raise ValueError(
            f"T-JEPA predicts columns of each other, but X has 1 feature(s) "
            f"(n_features = {n_columns}); give it at least 2."
        )
    if n_columns == n_constant:
        raise ValueError(
            "T-JEPA predicts columns that vary, but none of X does (n_samples = "
            f"{n_samples}, n_features = {n_columns}); add rows or other columns."
        )
    if n_columns > _MANY_COLUMNS:
        warnings.warn(
            f"X has {n_columns} columns, and the cost of attention grows with their "
            "square: pretraining may be slow. Drop or merge columns, or use a GPU by "
            "device='cuda'.",
            UserWarning,
            stacklevel=2,
        )


@dataclass(frozen=True, kw_only=True)
class JEPANet:
    """Encoders and predictor by their parameters, which are those of the transformer.

    Attributes
    ----------
    hidden_dim, n_layers, n_heads, ff_dim, n_reg_tokens
        Of the encoder.
    predictor_dim, predictor_layers, predictor_heads
        Of the predictor.
    dropout : float
        In both.
    kernel_weight : float
        Whether the features of a kernel are predicted, too: not if it is 0.
    """

    hidden_dim: int
    n_layers: int
    n_heads: int
    ff_dim: int
    n_reg_tokens: int
    predictor_dim: int
    predictor_layers: int
    predictor_heads: int
    dropout: float
    kernel_weight: float = field(compare=False)  # its size is no matter of the net

    n_members: ClassVar[int | None] = None
    draws_globally: ClassVar[bool] = False

    def build(self, table: TrainingTable) -> JEPA:
        """Return a new net.

        Parameters
        ----------
        table : TrainingTable
            The rows to train on.
        """
        inputs = table.inputs[table.rows.train]
        layout = read_layout(table.encoder, inputs)
        width = self.hidden_dim
        tokenizer = ColumnTokenizer(layout, width, n_reg_tokens=self.n_reg_tokens)
        trunk = TransformerTrunk(
            width,
            n_layers=self.n_layers,
            n_heads=self.n_heads,
            ff_width=self.ff_dim,
            dropout=self.dropout,
        )
        predictor_trunk = TransformerTrunk(
            self.predictor_dim,
            n_layers=self.predictor_layers,
            n_heads=self.predictor_heads,
            ff_width=4 * self.predictor_dim,
            dropout=self.dropout,
        )
        encoder = TableEncoder(tokenizer, trunk)
        n_tokens = tokenizer.n_tokens
        predictor = LatentPredictor(
            width, n_tokens, predictor_trunk, self.predictor_dim
        )
        kernel = None
        if self.kernel_weight:
            kernel = KernelHead(layout, torch.from_numpy(inputs), n_tokens * width)
        return JEPA(encoder, predictor, kernel)
