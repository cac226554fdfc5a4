"""Names for the arrays and pairs that signatures mention again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Booleans", "Floats", "Integers"]

# Of any entries: labels of users, tables as they come.
Array = NDArray[Any]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
