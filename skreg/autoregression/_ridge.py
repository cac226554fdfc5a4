"""Ridge regression for all strengths from one eigendecomposition."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from .._types import Floats
from ._problem import Problem, idle
from ._sparse import Solution


class RidgePath:
    """The ridge solutions of a problem of one target.

    Parameters
    ----------
    problem : Problem
        Of one target.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.autoregression import Moments
    >>> from skreg.autoregression._problem import Problem
    >>> from skreg.autoregression._ridge import RidgePath
    >>> rows = np.random.default_rng(0).normal(size=(50, 3))
    >>> path = RidgePath(Problem.of(Moments.of_rows(rows), [0, 1], [2]))
    >>> path.freedom(0.0)
    2.0
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        values, self.vectors = linalg.eigh(problem.gram)
        self.values = np.maximum(values, 0.0)
        self.turned = self.vectors.T @ problem.cross[:, 0]
        self.idle = idle(problem.gram, problem.cross[:, 0])

    def at(self, alpha: float) -> Floats:
        """Return the minimiser of ``MSE + alpha * sum(coef**2)``, standardised."""
        size = self.values + alpha
        kept = size > len(size) * np.finfo(float).eps * size[-1]
        inverse = np.divide(1.0, size, out=np.zeros_like(size), where=kept)
        coef: Floats = self.vectors @ (inverse * self.turned)
        coef[self.idle] = 0.0
        return coef

    def freedom(self, alpha: float) -> float:
        """Return the effective number of coefficients."""
        size = self.values + alpha
        kept = size > len(size) * np.finfo(float).eps * size[-1]
        return float((self.values[kept] / size[kept]).sum())

    def select(self, alphas: Floats) -> Solution:
        """Return the solution with the least generalised cross-validation error.

        Parameters
        ----------
        alphas : ndarray
            Strengths to compare.

        References
        ----------
        .. [1] G. Golub, M. Heath, G. Wahba. "Generalized cross-validation as a method
           for choosing a good ridge parameter", Technometrics 21, 1979.
        """
        scores = np.empty(len(alphas))
        for i, alpha in enumerate(alphas):
            error = float(self.problem.unexplained(self.at(alpha)[:, None])[0])
            spare = 1.0 - self.freedom(alpha) / self.problem.count
            scores[i] = error / max(spare, 1e-8) ** 2
        best = int(np.argmin(scores))
        return Solution(self.at(alphas[best]), float(alphas[best]), alphas, scores)


def ridge_grid(n_alphas: int) -> Floats:
    """Return strengths from strong to none worth mentioning, in standardised units."""
    grid: Floats = np.logspace(1, -6, n_alphas)
    return grid
