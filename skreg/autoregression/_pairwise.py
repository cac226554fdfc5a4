"""Missing values: covariances from the pairs of times at which both are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import linalg

from .._checks import Whole, checked
from .._types import Floats
from ._moments import Moments
from ._windows import Channel, Channels, correlations, require_inside

# Smallest eigenvalue of the repaired correlations, relative to the mean one.
_FLOOR = 1e-6


@checked(channels=Channels(gaps=True), length=Whole())
def pairwise_moments(channels: Sequence[Channel], length: int) -> Moments:
    """Return moments of windows of series with gaps, as if there were none.

    For stationary series a covariance depends on the distance in time alone, and is
    estimated from all pairs of known values at that distance. Windows need not be
    complete: at 20 % missing, hardly one of 20 lags is.

    Parameters
    ----------
    channels : sequence of Channel
        Series of equal length, with NaN where a value is missing, mean about 0.
    length : int
        Times that a window spans.

    Returns
    -------
    moments : Moments
        With sums of zero, and the average number of known pairs as count. Eigenvalues
        that came out negative are raised.

    Raises
    ------
    ValueError
        If two of the series are never known at some distance.
    """
    require_inside(channels, length)
    known = [np.isfinite(c.values).astype(float) for c in channels]
    filled = [np.where(np.isfinite(c.values), c.values, 0.0) for c in channels]
    filled = [
        (f - f.sum() / max(k.sum(), 1) * k) * _varies(f[k > 0])
        for f, k in zip(filled, known, strict=True)
    ]
    edges = np.cumsum([0, *(c.stop - c.start for c in channels)])
    covariance = np.empty((edges[-1], edges[-1]))
    pairs = np.empty_like(covariance)
    for i, a in enumerate(channels):
        rows = slice(edges[i], edges[i + 1])
        for j, b in enumerate(channels):
            columns = slice(edges[j], edges[j + 1])
            lag = np.subtract.outer(
                np.arange(b.start, b.stop), np.arange(a.start, a.stop)
            ).T
            products = _by_lag(filled[i], filled[j], length)[lag + length - 1]
            number = _by_lag(known[i], known[j], length)[lag + length - 1]
            covariance[rows, columns] = products / np.maximum(number, 1.0)
            pairs[rows, columns] = number
    if pairs.min() < 0.5:
        raise ValueError(
            f"too many values are missing: no pair of known ones at some of the "
            f"{length - 1} lags; use fewer lags, missing='auto' or 'interpolate'."
        )
    count = float(pairs.mean())
    return Moments(_repaired(covariance) * count, np.zeros(edges[-1]), count)


def _varies(values: Floats) -> bool:
    """Whether there are two values: what a mean leaves of others is rounding error."""
    return bool(np.ptp(values) > 0) if len(values) else False


def _by_lag(a: Floats, b: Floats, length: int) -> Floats:
    """Return ``sum_t a[t] b[t + lag]`` for lags from 1 - length to length - 1."""
    padded = np.concatenate([np.zeros(length - 1), b, np.zeros(length - 1)])
    return correlations(a, padded)


def _repaired(covariance: Floats) -> Floats:
    """Return the nearest covariances without negative eigenvalues, variances kept."""
    constant = np.diag(covariance) <= 0.0
    size = np.sqrt(np.where(constant, 1.0, np.diag(covariance)))
    correlation = covariance / np.outer(size, size)
    correlation[constant] = correlation[:, constant] = 0.0
    correlation[constant, constant] = 1.0
    values, vectors = linalg.eigh(correlation)
    if values[0] >= _FLOOR:
        return covariance
    fixed = vectors * np.maximum(values, _FLOOR) @ vectors.T
    scale = size / np.sqrt(np.diag(fixed))
    result: Floats = fixed * np.outer(scale, scale)
    result[constant] = result[:, constant] = 0.0
    return result
