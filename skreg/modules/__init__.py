"""Torch modules that the estimators are built from."""

from ._dropout import Dropout
from ._embedding import CategoryEmbedding, TabularModule
from ._layers import find_head, weight_layers
from ._mlp import ACTIVATIONS, MLP

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "CategoryEmbedding",
    "Dropout",
    "TabularModule",
    "find_head",
    "weight_layers",
]
