"""Information criteria: how well and how simply."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln

from .._checks import Number, checked

Criterion = Callable[[float, float, float, int], float]

# Relative to the variance of the target: what is below is rounding error.
_EXACT = 1e-14


_COUNT = Number(0.0, 1e15)
_ARGUMENTS = {"error": Number(0.0), "count": _COUNT, "n_used": _COUNT}


@checked(**_ARGUMENTS, n_offered=_COUNT)
def bic(error: float, count: float, n_used: float, n_offered: int) -> float:
    """Return the Bayesian information criterion, up to a constant.

    Parameters
    ----------
    error : float
        Mean squared error.
    count : float
        Number of rows.
    n_used : float
        Coefficients that are not zero, or degrees of freedom.
    n_offered : int
        Coefficients that could have been used.

    Returns
    -------
    score : float
        Low is good.

    Examples
    --------
    >>> from skreg.autoregression import bic
    >>> bic(0.50, 100, 3, 10) < bic(0.49, 100, 4, 10)  # the fourth is not worth it
    True
    """
    return _bic(error, count, n_used, n_offered)


@checked(**_ARGUMENTS, n_offered=_COUNT)
def ebic(error: float, count: float, n_used: float, n_offered: int) -> float:
    r"""Return the extended criterion: BIC + :math:`2 \log \binom{p}{k}`.

    It charges for the number of models of that size, which BIC ignores and which lets
    BIC pick up chance correlations among many lags.

    Parameters
    ----------
    error : float
        Mean squared error.
    count : float
        Number of rows.
    n_used : float
        Coefficients that are not zero, or degrees of freedom.
    n_offered : int
        Coefficients that could have been used.

    Returns
    -------
    score : float
        Low is good.

    References
    ----------
    .. [1] J. Chen, Z. Chen. "Extended Bayesian information criteria for model
       selection with large model spaces", Biometrika 95, 2008; with gamma = 1.

    Examples
    --------
    >>> from skreg.autoregression import bic, ebic
    >>> round(ebic(0.5, 100, 1, 50) - bic(0.5, 100, 1, 50), 3)  # 2 log 50
    7.824
    """
    if n_used > n_offered:
        raise ValueError(
            f"n_used={n_used} is more than n_offered={n_offered}; give the number of "
            "all coefficients."
        )
    return _ebic(error, count, n_used, n_offered)


# Searches call these very often, with numbers that need no checks.


def _bic(error: float, count: float, n_used: float, n_offered: int) -> float:
    fit = count * np.log(max(error, _EXACT))
    return float(fit + n_used * np.log(max(count, 1.0)))


def _ebic(error: float, count: float, n_used: float, n_offered: int) -> float:
    n_unused = n_offered - n_used
    models = gammaln(n_offered + 1) - gammaln(n_used + 1) - gammaln(n_unused + 1)
    return _bic(error, count, n_used, n_offered) + float(2.0 * models)


CRITERIA: dict[str, Criterion] = {"bic": _bic, "ebic": _ebic}
