"""Whether a recursion forgets its past."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .._checks import Numbers, checked


@checked(coef=Numbers(least=0))
def is_stationary(coef: ArrayLike) -> bool:
    """Whether an autoregression is stationary: all its roots lie outside the circle.

    Decided by the reflection coefficients of the step-down recursion, all of which
    must be below 1 in size: O(order^2) instead of the O(order^3) of the roots.

    Parameters
    ----------
    coef : array-like of shape (order,)
        Coefficients, lag 1 first.

    Returns
    -------
    stationary : bool
        Forecasts of a process that is not explode or never settle.

    Raises
    ------
    ValueError
        If a coefficient is no finite number.

    Examples
    --------
    >>> from skreg.autoregression import is_stationary
    >>> is_stationary([0.2, 0.3, -0.5]), is_stationary([0.5, 0.6])
    (True, False)
    """
    current = np.append(1.0, -np.asarray(coef, dtype=np.float64))
    while len(current) > 1:
        reflection = current[-1]
        if not abs(reflection) < 1.0:
            return False
        current = (current[:-1] - reflection * current[:0:-1]) / (1.0 - reflection**2)
    return True
