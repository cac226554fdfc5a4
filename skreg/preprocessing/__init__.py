"""From a messy table to the one float matrix that a net can read; weights of labels."""

from ._encoder import TabularEncoder
from ._label_weights import label_weights
from ._lds import bin_weights, lds_kernel

__all__ = ["TabularEncoder", "bin_weights", "label_weights", "lds_kernel"]
