"""Torch modules that the estimators are built from."""

from ._dropout import Dropout
from ._ensemble import Members, mean_output, mean_probability
from ._jepa import JEPA, LatentPredictor, MaskedRows, TableEncoder, by_row
from ._kernel_head import KernelHead
from ._layers import find_head, output_and_features, weight_layers, weight_matrices
from ._mlp import MLP
from ._numeric_embedding import PiecewiseLinearEmbedding, PlainNumbers
from ._periodic import CombinedEmbedding, PeriodicEmbedding
from ._positions import wave_table
from ._resnet import ResNet
from ._stacked_linear import StackedLinear
from ._table_embedding import (
    CategoryEmbedding,
    TableEmbedding,
    TabularModule,
    WideAndDeep,
    split_embedding,
)
from ._tabm import AdaptedLinear, TabM
from ._tokens import ColumnTokenizer, TokenLayout
from ._transformer_trunk import TransformerTrunk, take_tokens

__all__ = [
    "JEPA",
    "MLP",
    "AdaptedLinear",
    "CategoryEmbedding",
    "ColumnTokenizer",
    "CombinedEmbedding",
    "Dropout",
    "KernelHead",
    "LatentPredictor",
    "MaskedRows",
    "Members",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
    "PlainNumbers",
    "ResNet",
    "StackedLinear",
    "TabM",
    "TableEmbedding",
    "TableEncoder",
    "TabularModule",
    "TokenLayout",
    "TransformerTrunk",
    "WideAndDeep",
    "by_row",
    "find_head",
    "mean_output",
    "mean_probability",
    "output_and_features",
    "split_embedding",
    "take_tokens",
    "wave_table",
    "weight_layers",
    "weight_matrices",
]
