"""Units that keep squares within the range of doubles, at no cost in digits."""

from __future__ import annotations

import numpy as np

from .._types import Floats


def binary_units(values: Floats) -> Floats:
    """Return a power of two for each column, of the size of its largest value.

    Divided by it, values lie between -2 and 2 with the same digits: what is computed
    of them differs in the exponent only, unless it would have overflowed or vanished.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        May hold NaN.

    Returns
    -------
    units : ndarray of shape (n_columns,)
        1 for columns without a value that is not zero.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.autoregression._units import binary_units
    >>> binary_units(np.array([[5.0, 0.0], [-3.0, 0.0]]))
    array([4., 1.])
    """
    size = np.where(np.isnan(values), 0.0, np.abs(values)).max(axis=0, initial=0.0)
    exponent = np.where(size > 0, np.frexp(size)[1] - 1, 0)
    return np.ldexp(1.0, exponent)
