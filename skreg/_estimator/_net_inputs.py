"""From a table to numbers that a net can bear."""

import numpy as np

from .._types import Array
from ..preprocessing import TabularEncoder
from ..preprocessing._columns import Table

# Squares of it, summed over a layer, are in the range of single precision.
LARGEST = 1e15


def net_inputs(encoder: TabularEncoder, table: Table) -> Array:
    """Return the encoded table, within numbers that a net can bear.

    Scales that outliers cannot spoil leave these as they are, however far off, and
    products in single precision would be NaN.
    """
    inputs: Array = encoder._encode(table)
    if inputs.size and not (inputs.max() <= LARGEST and inputs.min() >= -LARGEST):
        np.clip(inputs, -LARGEST, LARGEST, out=inputs)
    return inputs
