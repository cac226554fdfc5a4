r"""The penalty of AR-Net and its strength.

The mean over the weights of :math:`2 / (1 + \exp(-c_1 |w|^{1/c_2})) - 1` equals the
mean of :math:`\tanh(c_1 |w|^{1/c_2} / 2)`: steep at zero, flat far from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .._checks import Number, Numbers, checked
from .._types import Floats

_WEIGHTS = Numbers(n_axes=(0, 1, 2))
_SHAPE = Number(1e-3, 1e3)


@checked(weights=_WEIGHTS, c1=_SHAPE, c2=_SHAPE)
def arnet_penalty(weights: ArrayLike, *, c1: float = 3.0, c2: float = 3.0) -> float:
    r"""Return the mean of :math:`\tanh(c_1 |w|^{1/c_2} / 2)` over the weights.

    Parameters
    ----------
    weights : array-like
        Coefficients of the lags.
    c1, c2 : float, default=3.0
        Steepness and exponent; the defaults are those of the paper.

    Returns
    -------
    penalty : float
        Between 0 (all weights zero) and 1.

    References
    ----------
    .. [1] O. Triebe, N. Laptev, R. Rajagopal. "AR-Net: A simple Auto-Regressive Neural
       Network for time-series", arXiv:1911.12436, 2019. Equation 5.

    Examples
    --------
    >>> from skreg.autoregression import arnet_penalty
    >>> round(arnet_penalty([0.2, 0.0, -0.5, 0.0]), 4)
    0.3839
    """
    size = np.abs(np.asarray(weights, dtype=np.float64))
    return float(np.tanh(0.5 * c1 * size ** (1.0 / c2)).mean())


def arnet_slope(weights: ArrayLike, *, c1: float = 3.0, c2: float = 3.0) -> Floats:
    """Return the derivative of a weight's share of the penalty by its size.

    Parameters
    ----------
    weights : array-like
        Coefficients of the lags.
    c1, c2 : float, default=3.0
        As in :func:`arnet_penalty`.

    Returns
    -------
    slope : ndarray
        Positive; infinite at zero if ``c2 > 1``. Divide by the number of weights for
        the gradient of the mean.

    Examples
    --------
    >>> from skreg.autoregression._arnet_penalty import arnet_slope
    >>> arnet_slope([0.01, 0.1, 1.0]).round(3)
    array([9.721, 1.48 , 0.09 ])
    """
    size = np.abs(np.asarray(weights, dtype=np.float64))
    root = size ** (1.0 / c2)
    with np.errstate(divide="ignore"):
        steepness: Floats = 0.5 * c1 / c2 * size ** (1.0 / c2 - 1.0)
    return steepness / np.cosh(0.5 * c1 * root) ** 2


@checked(
    expected_sparsity=Number(1e-150, 1.0),
    noise=Number(0.0),
)
def sparsity_strength(expected_sparsity: float, noise: float) -> float:
    r"""Return the strength :math:`\lambda(s) = (1/s - 1)\, \sigma / 100` of the paper.

    Parameters
    ----------
    expected_sparsity : float
        The share s of the lags that are expected to matter, in (0, 1].
    noise : float
        Standard deviation of the one-step errors.

    Returns
    -------
    strength : float
        0 if all lags matter.

    Raises
    ------
    ValueError
        If the share is not in (0, 1] or the noise is negative.

    Examples
    --------
    >>> from skreg.autoregression import sparsity_strength
    >>> sparsity_strength(0.1, noise=1.0)
    0.09
    """
    return noise / 100.0 * (1.0 / expected_sparsity - 1.0)
