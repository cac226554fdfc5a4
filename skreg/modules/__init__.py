"""Torch modules that the estimators are built from."""

from ._dropout import Dropout
from ._embedding import (
    CategoryEmbedding,
    TableEmbedding,
    TabularModule,
    WideAndDeep,
    split_embedding,
)
from ._ensemble import Members, mean_output, mean_probability
from ._layers import find_head, weight_layers, weight_matrices
from ._linear import StackedLinear
from ._mlp import ACTIVATIONS, MLP
from ._numeric import PiecewiseLinearEmbedding, PlainNumbers
from ._periodic import CombinedEmbedding, PeriodicEmbedding
from ._resnet import ResNet
from ._tabm import AdaptedLinear, TabM

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "AdaptedLinear",
    "CategoryEmbedding",
    "CombinedEmbedding",
    "Dropout",
    "Members",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
    "PlainNumbers",
    "ResNet",
    "StackedLinear",
    "TabM",
    "TableEmbedding",
    "TabularModule",
    "WideAndDeep",
    "find_head",
    "mean_output",
    "mean_probability",
    "split_embedding",
    "weight_layers",
    "weight_matrices",
]
