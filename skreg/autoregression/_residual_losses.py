"""Losses of a residual that are not its square."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from .._types import Floats

# Fully efficient at 95 % under Gaussian errors (Huber, 1964).
_HUBER = 1.345


@dataclass(frozen=True)
class Loss:
    """A smooth convex loss.

    Attributes
    ----------
    value : callable
        Losses of residuals (observed minus predicted), given their scale.
    slope : callable
        Derivatives.
    location : callable
        The constant that minimises the loss of residuals, given their weights.
    """

    value: Callable[[Floats, float], Floats]
    slope: Callable[[Floats, float], Floats]
    location: Callable[[Floats, Floats | None], float] | None = None


def huber() -> Loss:
    """Return a loss that is quadratic up to 1.345 scales and linear beyond.

    References
    ----------
    .. [1] P. J. Huber. "Robust estimation of a location parameter", Annals of
       Mathematical Statistics 35, 1964.
    """

    def value(residual: Floats, scale: float) -> Floats:
        bound = _HUBER * scale
        size = np.abs(residual)
        return np.where(size <= bound, 0.5 * size**2, bound * (size - 0.5 * bound))

    def slope(residual: Floats, scale: float) -> Floats:
        return np.clip(residual, -_HUBER * scale, _HUBER * scale)

    return Loss(value, slope)


def pinball(level: float) -> Loss:
    """Return the loss of a quantile, its kink rounded over a part of the scale.

    Parameters
    ----------
    level : float
        Of the quantile, in (0, 1).

    References
    ----------
    .. [1] R. Koenker, G. Bassett. "Regression quantiles", Econometrica 46, 1978.
    """

    def value(residual: Floats, scale: float) -> Floats:
        rounding: Floats = scale * np.logaddexp(0.0, -residual / scale)
        return level * residual + rounding

    def slope(residual: Floats, scale: float) -> Floats:
        found: Floats = level - expit(-residual / scale)
        return found

    def location(residual: Floats, weight: Floats | None) -> float:
        if weight is None:
            return float(np.quantile(residual, level))
        order = np.argsort(residual)
        mass = np.cumsum(weight[order])
        where = int(np.searchsorted(mass, level * mass[-1]))
        return float(residual[order[min(where, len(order) - 1)]])

    return Loss(value, slope, location)
