"""From a messy table to the one float matrix that a net can read; weights of labels."""

from ._encoded_layout import EncodedLayout
from ._encoder import TabularEncoder
from ._lds import bin_weights, lds_kernel
from ._target_weights import label_weights

__all__ = [
    "EncodedLayout",
    "TabularEncoder",
    "bin_weights",
    "label_weights",
    "lds_kernel",
]
