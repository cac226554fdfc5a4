r"""The error with the AR-Net penalty, minimised from several starts.

The objective :math:`1 - 2c'w + w'Gw + \kappa \sum_j h(|w_j|)` has many local minima:
zero is one in every coordinate, as the slope of `h` is infinite there. So two kinds of
moves take turns until neither lowers the objective: all coefficients in use by
tangents, and single coefficients to the best of all their values, zero included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .._types import Floats
from ._arnet_penalty import arnet_penalty, arnet_slope
from ._path import Path
from ._problem import Problem

# Falls of the objective below this, in variances of the target, are no gain.
_GAIN = 1e-10
_TANGENTS, _MOVES, _SEARCH = 50, 1000, 30
# Supports of a path that are tried: the first ones, then ever fewer.
_FIRST_KNOTS, _LATER_KNOTS = 32, 16


@dataclass(frozen=True)
class PenalisedError:
    """The mean squared error plus the AR-Net penalty, for one target.

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
