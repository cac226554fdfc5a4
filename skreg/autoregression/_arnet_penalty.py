r"""The penalty of AR-Net and its strength.

The mean over the weights of :math:`2 / (1 + \exp(-c_1 |w|^{1/c_2})) - 1` equals the
mean of :math:`\tanh(c_1 |w|^{1/c_2} / 2)`: steep at zero, flat far from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .._checks import Number, Numbers, checked
from .._types import Floats
from ._path import Path
from ._problem import Problem

# Falls of the objective below this, in variances of the target, are no gain.
_GAIN = 1e-10
_TANGENTS, _MOVES, _SEARCH = 50, 1000, 30
# Supports of a path that are tried: the first ones, then ever fewer.
_FIRST_KNOTS, _LATER_KNOTS = 32, 16

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


@dataclass(frozen=True)
class PenalisedError:
    r"""The mean squared error plus the AR-Net penalty, for one target.

    The objective :math:`1 - 2c'w + w'Gw + \kappa \sum_j h(|w_j|)` has many local
    minima: zero is one in every coordinate, as the slope of `h` is infinite there. Two
    kinds of moves take turns until neither lowers the objective: all coefficients in
    use by tangents, and single ones to the best of their values, zero included.

    Attributes
    ----------
    problem : Problem
        Of one target.
    alpha : float
        Strength of the penalty, in standardised units.
    c1, c2 : float
        Steepness and root of the penalty.
    """

    problem: Problem
    alpha: float
    c1: float
    c2: float

    def value(self, coef: Floats) -> float:
        """Return the objective."""
        error = float(self.problem.unexplained(coef[:, None])[0])
        return error + self.alpha * arnet_penalty(coef, c1=self.c1, c2=self.c2)

    def best_of(self, starts: Iterable[Floats]) -> Floats:
        """Return the best of the local minima that are reached from some starts."""
        found = [self._descended(start) for start in starts]
        return min(found, key=self.value)

    def start_on(self, path: Path) -> Floats:
        """Return least squares on the best support of a path."""
        best = np.zeros(self.problem.size)
        lowest, seen = self.value(best), set()
        last = max(path.coefs.shape[1] - 1, 1)
        later = np.geomspace(min(_FIRST_KNOTS, last), last, _LATER_KNOTS).astype(int)
        knots = np.unique([*range(min(_FIRST_KNOTS, last)), *later])
        for coef in path.coefs.T[knots[knots < path.coefs.shape[1]]]:
            support = np.flatnonzero(coef)
            if support.tobytes() in seen:
                continue
            seen.add(support.tobytes())
            refitted = self.problem.least_squares(support)[:, 0]
            value = self.value(refitted)
            if value < lowest:
                best, lowest = refitted, value
        return best

    def _descended(self, coef: Floats) -> Floats:
        """Return a local minimum, in all coefficients in use and in each alone."""
        coef = self._by_tangents(coef)
        for _ in range(_MOVES):
            moved = self._by_coordinates(coef)
            if moved is None:
                break
            coef = self._by_tangents(moved)
        return coef

    def _by_tangents(self, coef: Floats) -> Floats:
        """Lower the objective without taking up another regressor."""
        value = self.value(coef)
        half = 0.5 * self.alpha / self.problem.size
        for _ in range(_TANGENTS):
            support = np.flatnonzero(coef)
            if not len(support):
                break
            slope = arnet_slope(coef[support], c1=self.c1, c2=self.c2)
            other = np.zeros_like(coef)
            pull = half * slope * np.sign(coef[support])
            other[support] = self.problem.solved(support, pull)
            other[coef * other < 0] = 0.0  # the tangent holds on one side of zero only
            now = self.value(other)
            if now >= value - _GAIN:
                break
            coef, value = other, now
        return coef

    def _by_coordinates(self, coef: Floats) -> Floats | None:
        """Move as many coefficients as lower the objective together, None for none."""
        problem = self.problem
        target = problem.cross[:, 0] - problem.gram @ coef + coef
        wanted = self._single(target)
        gains = self._alone(coef, target) - self._alone(wanted, target)
        order = np.argsort(-gains, kind="stable")
        count, value = int(np.sum(gains > _GAIN)), self.value(coef)
        while count:
            moved = coef.copy()
            moved[order[:count]] = wanted[order[:count]]
            if self.value(moved) < value - 0.5 * _GAIN:
                return moved
            count //= 2
        return None

    def _alone(self, coef: Floats, target: Floats) -> Floats:
        """Return each coefficient's part of the objective, the others being fixed."""
        root = np.abs(coef) ** (1.0 / self.c2)
        share = np.tanh(0.5 * self.c1 * root) * self.alpha / self.problem.size
        found: Floats = coef**2 - 2.0 * coef * target + share
        return found

    def _single(self, target: Floats) -> Floats:
        """Return the best value of each coefficient, the others being fixed."""
        full = np.abs(target)
        size, half = full.copy(), 0.5 * self.alpha / self.problem.size
        for _ in range(_SEARCH):  # falls to the largest point where the slope is zero
            slope = arnet_slope(np.maximum(size, 1e-12), c1=self.c1, c2=self.c2)
            size = np.maximum(full - half * slope, 0.0)
        found = np.copysign(size, target)
        return np.where(self._alone(found, target) < 0.0, found, 0.0)
