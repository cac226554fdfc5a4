"""Widths of prediction intervals: from past errors, or from a Gaussian model."""

from __future__ import annotations

import math

import numpy as np
from scipy.signal import lfilter

from .._checks import Number, Numbers, Whole, checked, size_of
from .._types import Floats

# Errors that the overall mean square counts as.
_PRIOR = 10.0


@checked(
    errors=Numbers(n_axes=(1, 2, 3), least=0), coverage=Number(0.0, 1.0, is_open=True)
)
def conformal_bounds(errors: Floats, coverage: float) -> tuple[Floats, Floats]:
    r"""Return how far below and above a forecast the truth is to be expected.

    The two bounds are the empirical quantiles of past errors (observed minus
    forecast) at :math:`(1 \mp \text{coverage}) / 2`, with the :math:`(n + 1)` of split
    conformal prediction: exact for exchangeable errors, whatever their law.

    Parameters
    ----------
    errors : ndarray of shape (n_errors, ...)
        Past errors of forecasts made as the new ones are.
    coverage : float
        Share of intervals that shall contain the truth, in (0, 1).

    Returns
    -------
    lower, upper : ndarray of shape (...)
        To be added to forecasts.

    Raises
    ------
    ValueError
        If there are too few errors for that coverage, or it is not in (0, 1).

    References
    ----------
    .. [1] V. Vovk, A. Gammerman, G. Shafer. "Algorithmic Learning in a Random World",
       Springer, 2005.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.autoregression import conformal_bounds
    >>> lower, upper = conformal_bounds(np.arange(-10.0, 11.0), 0.8)
    >>> float(lower), float(upper)
    (-9.0, 9.0)
    """
    count = len(errors)
    below = math.floor((count + 1) * (1.0 - coverage) / 2.0 + 1e-9)
    if below < 1:
        needed = math.ceil(2.0 / (1.0 - coverage) - 1e-9) - 1
        raise ValueError(
            f"coverage={coverage} needs at least {needed} past errors, but there are "
            f"{count}; give a longer series or raise calibration_size, lower the "
            "coverage, or use interval='gaussian'."
        )
    ranked = np.sort(errors, axis=0)
    return ranked[below - 1], ranked[count - below]


def local_scales(
    errors: Floats, delay: int, *, half_life: float = 100.0
) -> tuple[Floats, Floats]:
    """Return how large errors were around each time, from those known by then.

    Errors divided by their local scale stay alike when calm and wild times alternate,
    which exchangeability needs and the errors of most series do not.

    Parameters
    ----------
    errors : ndarray of shape (n_errors, ...)
        Errors in time order, NaN where unknown.
    delay : int
        An error is known that many times after its forecast was made.
    half_life : float, default=100.0
        After that many times an error counts half.

    Returns
    -------
    scales : ndarray of shape (n_errors, ...)
        Root of the exponentially weighted mean square of the errors known before.
    latest : ndarray of shape (...)
        The same, of all errors.

    Notes
    -----
    The mean square of all errors counts as much as ten of them, so that the first
    scales are not erratic.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.autoregression._intervals import local_scales
    >>> scales, latest = local_scales(np.full(50, -2.0), delay=1)
    >>> bool(np.allclose(scales, 2.0)), float(latest.round(3))
    (True, 2.0)
    """
    known = np.isfinite(errors)
    squares = np.where(known, errors, 0.0) ** 2
    count = known.sum(axis=0)
    prior = squares.sum(axis=0) / np.maximum(count, 1)
    decay = 0.5 ** (1.0 / half_life)
    total = lfilter([1.0], [1.0, -decay], squares, axis=0)
    number = lfilter([1.0], [1.0, -decay], known.astype(float), axis=0)
    after = np.sqrt((total + _PRIOR * prior) / (number + _PRIOR))
    after = np.maximum(after, np.finfo(float).tiny)
    before = np.concatenate([np.broadcast_to(np.sqrt(prior), errors.shape), after])
    before = np.maximum(before, np.finfo(float).tiny)
    first = max(len(errors) - delay, 0)
    scales = np.concatenate([before[: min(delay, len(errors))], after[:first]])
    return scales, (after[-1] if len(errors) else np.sqrt(prior))


@checked(lags=Numbers(n_axes=(3,)), steps=Whole())
def impulse_responses(lags: Floats, steps: int) -> Floats:
    """Return the moving-average coefficients of a (vector) autoregression.

    Parameters
    ----------
    lags : ndarray of shape (order, n_series, n_series)
        Coefficient matrices, lag 1 first; rows are what is explained.
    steps : int
        How many.

    Returns
    -------
    responses : ndarray of shape (steps, n_series, n_series)
        The effect of a shock after 0, 1, ... steps, the identity first.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.autoregression import impulse_responses
    >>> impulse_responses(np.array([[[0.5]]]), 4).ravel()
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    order, n_series, n_columns = lags.shape
    if n_series != n_columns:
        raise ValueError(
            f"lags has the shape {lags.shape}; give a square matrix for each lag."
        )
    size_of(steps=steps, n_series=n_series, n_columns=n_series)
    responses = np.zeros((steps, n_series, n_series))
    responses[0] = np.eye(n_series)
    for k in range(1, steps):
        reach = min(k, order)
        past = responses[k - reach : k][::-1]
        responses[k] = np.einsum("lij,ljm->im", lags[:reach], past)
    return responses


def forecast_deviations(responses: Floats, covariance: Floats) -> Floats:
    """Return the standard deviations of the errors 1, 2, ... steps ahead.

    Parameters
    ----------
    responses : ndarray of shape (steps, n_series, n_series)
        From :func:`impulse_responses`.
    covariance : ndarray of shape (n_series, n_series)
        Of the one-step errors.

    Returns
    -------
    deviations : ndarray of shape (steps, n_series)
        For known coefficients: their own uncertainty is left out.
    """
    parts = np.einsum("kij,jl,kil->ki", responses, covariance, responses)
    found: Floats = np.sqrt(np.cumsum(parts, axis=0))
    return found
