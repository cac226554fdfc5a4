"""The window matrix as a linear map: products without the matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.signal import oaconvolve

from .._types import Floats
from ._windows import Channel, correlations

# Fewer shifts than this are added up one by one.
_FEW = 32


class WindowOperator:
    """Multiply by the matrix of all windows, or by its transpose, by convolution.

    Parameters
    ----------
    channels : sequence of Channel
        As in :func:`window_moments`.
    length : int
        Times that a window spans.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.autoregression import Channel
    >>> from skreg.autoregression._operator import WindowOperator
    >>> windows = WindowOperator([Channel(np.arange(5.0), 0, 2)], 2)
    >>> windows.apply(np.array([1.0, 10.0]))
    array([10., 21., 32., 43.])
    >>> windows.adjoint(np.array([0.0, 0.0, 0.0, 1.0]))
    array([3., 4.])
    """

    def __init__(self, channels: Sequence[Channel], length: int) -> None:
        self.count = len(channels[0].values) - length + 1
        self.parts = [c.values[c.start : self.count - 1 + c.stop] for c in channels]
        self.edges = np.cumsum([0, *(c.stop - c.start for c in channels)])

    def apply(self, coef: Floats) -> Floats:
        """Return the product with coefficients of the columns, one value a window."""
        total = np.zeros(self.count)
        for i, part in enumerate(self.parts):
            kernel = coef[self.edges[i] : self.edges[i + 1]]
            used = np.flatnonzero(kernel)
            if len(used) <= _FEW:
                for j in used:
                    total += kernel[j] * part[j : j + self.count]
            else:
                total += oaconvolve(part, kernel[::-1], mode="valid")
        return total

    def adjoint(self, values: Floats) -> Floats:
        """Return the product of the transpose with one value a window."""
        return np.concatenate([correlations(values, part) for part in self.parts])

    def column(self, which: int) -> Floats:
        """Return one column."""
        i = int(np.searchsorted(self.edges, which, side="right")) - 1
        j = which - int(self.edges[i])
        return self.parts[i][j : j + self.count]
