"""Very long orders: Yule-Walker equations by Levinson's recursion."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from .._checks import Number, checked
from .._types import Floats
from ._series_arguments import one_series, whole_number
from ._units import binary_units
from ._windows import correlations


@checked(ridge=Number(0.0))
def yule_walker(
    y: ArrayLike, order: int, *, horizon: int = 1, ridge: float = 0.0
) -> Floats:
    """Fit an autoregression of any length from the autocovariances.

    O(n log n + order^2) time and O(n + order) memory: no matrix is formed. The result
    differs from least squares by what the ends of the series contribute, and is biased
    near unit roots: take differences first.

    Parameters
    ----------
    y : array-like of shape (n_times,)
        The series, oldest value first. Its mean is subtracted.
    order : int
        Number of lags.
    horizon : int, default=1
        Steps ahead; each gets its own coefficients.
    ridge : float, default=0.0
        Added to the variance, relative to it.

    Returns
    -------
    coef : ndarray of shape (horizon, order)
        Lag 1 first.

    Raises
    ------
    ValueError
        If the series is shorter than that, or has gaps.

    Examples
    --------
    >>> from skreg.autoregression import yule_walker
    >>> from skreg.datasets import make_ar_process
    >>> y = make_ar_process(20_000, lags=[1, 2], coef=[0.5, -0.3], random_state=0)
    >>> yule_walker(y, 2).round(1)
    array([[ 0.5, -0.3]])
    """
    order, horizon = whole_number(order, "order"), whole_number(horizon, "horizon")
    values = one_series(y)
    if len(values) < order + horizon:
        raise ValueError(
            f"y has {len(values)} values, fewer than order + horizon = "
            f"{order + horizon}; use a smaller order or a longer series."
        )
    values = values / binary_units(values[:, None])[0]
    values = values - values.mean()
    reach = order + horizon
    padded = np.concatenate([values, np.zeros(reach - 1)])
    covariance = correlations(values, padded)
    if covariance[0] == 0:
        return np.zeros((horizon, order))
    column = covariance[:order].copy()
    column[0] *= 1.0 + ridge
    ahead = np.column_stack([covariance[k + 1 : k + 1 + order] for k in range(horizon)])
    solved: Floats = linalg.solve_toeplitz(column, ahead).T
    return solved
