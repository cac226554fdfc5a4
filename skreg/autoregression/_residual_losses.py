"""Losses of a residual that are not its square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from scipy.special import expit

from .._types import Floats

# Fully efficient at 95 % under Gaussian errors (Huber, 1964).
_HUBER = 1.345


class Loss(Protocol):
    """A smooth convex loss of residuals, observed minus predicted.

    Attributes
    ----------
    is_rounded : bool
        Whether the scale is a rounding of a kink, which should become small.
    """

    is_rounded: ClassVar[bool]

    def value(self, residual: Floats, scale: float) -> Floats:
        """Return the losses of residuals, given their scale."""

    def slope(self, residual: Floats, scale: float) -> Floats:
        """Return the derivatives."""

    def location(self, residual: Floats, weight: Floats | None) -> float:
        """Return what is still to be added to predictions, given rows' weights."""


@dataclass(frozen=True)
class HuberLoss:
    """Quadratic up to 1.345 scales and linear beyond.

    References
    ----------
    .. [1] P. J. Huber. "Robust estimation of a location parameter", Annals of
       Mathematical Statistics 35, 1964.
    """

    is_rounded: ClassVar[bool] = False

    def value(self, residual: Floats, scale: float) -> Floats:
        """Return the losses of residuals, given their scale."""
        bound = _HUBER * scale
        size = np.abs(residual)
        return np.where(size <= bound, 0.5 * size**2, bound * (size - 0.5 * bound))

    def slope(self, residual: Floats, scale: float) -> Floats:
        """Return the derivatives."""
        return np.clip(residual, -_HUBER * scale, _HUBER * scale)

    def location(self, residual: Floats, weight: Floats | None) -> float:
        """Return zero: what is minimised is the loss itself."""
        return 0.0


@dataclass(frozen=True)
class PinballLoss:
    """The loss of a quantile, its kink rounded over a part of the scale.

    Attributes
    ----------
    level : float
        Of the quantile, in (0, 1).

    References
    ----------
    .. [1] R. Koenker, G. Bassett. "Regression quantiles", Econometrica 46, 1978.
    """

    level: float
    is_rounded: ClassVar[bool] = True

    def value(self, residual: Floats, scale: float) -> Floats:
        """Return the losses of residuals, given the width of the rounding."""
        rounding: Floats = scale * np.logaddexp(0.0, -residual / scale)
        return self.level * residual + rounding

    def slope(self, residual: Floats, scale: float) -> Floats:
        """Return the derivatives."""
        found: Floats = self.level - expit(-residual / scale)
        return found

    def location(self, residual: Floats, weight: Floats | None) -> float:
        """Return the quantile of the residuals, which the rounding has moved."""
        if weight is None:
            return float(np.quantile(residual, self.level))
        order = np.argsort(residual)
        mass = np.cumsum(weight[order])
        where = int(np.searchsorted(mass, self.level * mass[-1]))
        return float(residual[order[min(where, len(order) - 1)]])


def loss_named(name: str, level: float = 0.5) -> Loss | None:
    """Return the loss that a user has named, None for the squared error.

    Parameters
    ----------
    name : {'squared_error', 'huber', 'quantile'}
        The name.
    level : float, default=0.5
        Of the quantile.
    """
    losses: dict[str, Loss | None] = {
        "squared_error": None,
        "huber": HuberLoss(),
        "quantile": PinballLoss(level),
    }
    return losses[name]
