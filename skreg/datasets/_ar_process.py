"""Series whose lags are known."""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from sklearn.utils import check_random_state

from .._checks import MOST, Number, Numbers, Whole, checked, size_of
from ..autoregression import is_stationary


@checked(
    n_samples=Whole(),
    coef=Numbers(),
    noise=Number(0.0),
    burn_in=Whole(0),
)
def make_ar_process(
    n_samples: int = 1000,
    *,
    lags: Sequence[int] = (1, 2, 3),
    coef: Sequence[float] = (0.2, 0.3, -0.5),
    noise: float = 1.0,
    burn_in: int = 5000,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float64]:
    """Draw a series from a sparse autoregression.

    The default lags and coefficients are those of the AR-Net paper [1]_.

    Parameters
    ----------
    n_samples : int, default=1000
        Length of the series.
    lags : sequence of int, default=(1, 2, 3)
        Lags that matter; 1 is the previous value.
    coef : sequence of float, default=(0.2, 0.3, -0.5)
        Their coefficients.
    noise : float, default=1.0
        Standard deviation of the Gaussian innovations.
    burn_in : int, default=5000
        Values that are drawn before the series and dropped.
    random_state : int, RandomState instance or None, default=None
        Determines the innovations.

    Returns
    -------
    y : ndarray of shape (n_samples,)
        The series, oldest value first.

    Raises
    ------
    ValueError
        If lags and coefficients differ in number, a lag is not positive, or the
        process is not stationary.

    References
    ----------
    .. [1] O. Triebe, N. Laptev, R. Rajagopal. "AR-Net: A simple Auto-Regressive Neural
       Network for time-series", arXiv:1911.12436, 2019.

    Examples
    --------
    >>> from skreg.datasets import make_ar_process
    >>> y = make_ar_process(500, lags=[1, 24], coef=[0.5, 0.4], random_state=0)
    >>> y.shape
    (500,)
    """
    given = Numbers(high=MOST)(lags, "lags")
    if len(given) != len(coef) or given.min() < 1 or (given % 1).any():
        raise ValueError(
            f"lags={short(lags)} and coef={short(coef)} must pair positive lags, which "
            "are whole numbers, with their coefficients."
        )
    size_of(n_samples=n_samples + burn_in)
    filled = np.zeros(int(given.max()))
    np.add.at(filled, given.astype(int) - 1, coef)
    if not is_stationary(filled):
        raise ValueError(
            f"lags={short(lags)} with coef={short(coef)} make a process that is not "
            "stationary; use smaller coefficients."
        )
    polynomial = np.append(1.0, -filled)
    drawn = check_random_state(random_state).normal(size=n_samples + burn_in)
    series: NDArray[np.float64] = lfilter([noise], polynomial, drawn)[burn_in:]
    return series
