"""Penalties that select: a lasso, or one weighted anew at each solution."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from .._types import Floats
from ._arnet_penalty import PenalisedError, arnet_slope, sparsity_strength
from ._criteria import CRITERIA
from ._folds import PathSolver
from ._path import Path, weighted_lasso_path
from ._problem import Problem
from ._rule import Columns, Rule
from ._sparse import Solution, pilot, refitted, select, solve_at, standard_error

# The strength below which the path of strengths ends, relative to the first one.
_SMALLEST = 1e-4
# A slope that divides coefficients beyond the range of floats.
_FLAT = 1e-250


class SparsePenalty(ABC):
    """A penalty whose solutions have exact zeros."""

    n_rounds: int

    @abstractmethod
    def weights(self, coef: Floats, floor: float) -> Floats:
        """Return the slopes at some coefficients, not told apart below a floor."""

    @abstractmethod
    def per_alpha(self, n_coefs: int) -> float:
        """Return the lasso's strength for ``alpha=1``."""

    def minimised(
        self, problem: Problem, coef: Floats, path: Path, alpha: float
    ) -> Floats:
        """Return the minimum of the penalty itself, found from that of a tangent.

        Here that of the tangent: right where the penalty is its own tangent.
        """
        return coef

    def strength(self, rule: Rule, noise: float) -> float | str:
        """Return the strength, or the name of the way to choose it."""
        return rule.alpha

    def known_ridge(self, rule: Rule) -> float | None:
        """Return None: it is no ridge."""
        return None

    def ridge_of(self, alpha: float) -> float:
        """Return zero: the chosen columns are fitted anew without penalty."""
        return 0.0

    def keeps_shrinking(self, rule: Rule) -> bool:
        """Whether the penalised error itself is minimised anew on other data."""
        return not rule.refit

    def coef_at(self, problem: Problem, alpha: float) -> Floats:
        """Return the coefficients of one target for a given strength."""
        return solve_at(problem, self, alpha, refit=False).coef

    def solve(self, problem: Problem, rule: Rule, columns: Columns) -> list[Solution]:
        """Solve a problem for each of its targets."""
        starts = pilot(problem)
        noise = np.sqrt(problem.unexplained(starts))
        return [
            self._solve_target(
                problem.target(k), starts[:, k], float(noise[k]), rule, columns, k
            )
            for k in range(len(problem.power))
        ]

    def _solve_target(
        self,
        problem: Problem,
        start: Floats,
        noise: float,
        rule: Rule,
        columns: Columns,
        which: int,
    ) -> Solution:
        if problem.power[0] == 0:  # a constant target: its mean predicts it
            return Solution(np.zeros(problem.size), 0.0)
        alpha = self.strength(rule, noise)
        if not isinstance(alpha, str):
            return solve_at(problem, self, float(alpha), refit=rule.refit, start=start)
        if alpha != "cv":
            criterion = CRITERIA[alpha]
            return select(problem, self, criterion, refit=rule.refit, start=start)
        grid = self._strengths(problem, start, rule.n_alphas)
        solver = self._path_solver(rule.refit)
        errors = columns.errors(which, grid, solver)
        best = int(errors.argmin())
        return Solution(solver(problem, grid)[best], float(grid[best]), grid, errors)

    def _strengths(self, problem: Problem, start: Floats, n_alphas: int) -> Floats:
        """Return strengths from the first that selects anything downwards."""
        weights = self.weights(start, standard_error(problem, start))
        first = np.max(np.abs(problem.cross[:, 0]) / weights)
        first = max(first / self.per_alpha(problem.size), np.finfo(float).tiny)
        grid: Floats = np.geomspace(first, first * _SMALLEST, n_alphas)
        return grid

    def _path_solver(self, refit: bool) -> PathSolver:
        """Return a solver for several strengths on one path: one tangent only."""

        def solve(problem: Problem, alphas: Floats) -> list[Floats]:
            start = pilot(problem)[:, 0]
            floor = standard_error(problem, start)
            unit = self.per_alpha(problem.size)
            path = weighted_lasso_path(
                problem.gram,
                problem.cross[:, 0],
                self.weights(start, floor),
                alpha_min=float(alphas[-1]) * unit,
                max_steps=int(max(1, min(problem.size, problem.count // 2))),
            )
            coefs = [path.at(alpha * unit) for alpha in alphas]
            if not refit:
                return coefs
            return [refitted(problem, np.flatnonzero(coef))[0] for coef in coefs]

        return solve


@dataclass(frozen=True)
class LassoPenalty(SparsePenalty):
    """Equal weights: one lasso, nothing to approximate."""

    n_rounds: int = 1

    def weights(self, coef: Floats, floor: float) -> Floats:
        """Return ones."""
        return np.ones_like(coef)

    def per_alpha(self, n_coefs: int) -> float:
        """Return the lasso's strength for ``alpha=1``."""
        return 1.0


@dataclass(frozen=True)
class ARNetPenalty(SparsePenalty):
    """The concave penalty of AR-Net, by weighted lassos.

    A concave penalty lies below its tangents, which are weighted lassos; each round
    takes the tangent at the latest solution [1]_. Coefficients are not told apart
    below `floor`, their own standard error, where the slope would be infinite.

    References
    ----------
    .. [1] H. Zou, R. Li. "One-step sparse estimates in nonconcave penalized likelihood
       models", Annals of Statistics 36, 2008.
    """

    c1: float = 3.0
    c2: float = 3.0
    n_rounds: int = 2

    def weights(self, coef: Floats, floor: float) -> Floats:
        """Return the slopes at some coefficients.

        Raises
        ------
        ValueError
            If they cannot be told from zero, or are infinite.
        """
        size = np.maximum(np.abs(coef), floor)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            slopes = arnet_slope(size, c1=self.c1, c2=self.c2)
        if not (np.isfinite(slopes).all() and slopes.min(initial=1.0) > _FLAT):
            raise ValueError(
                f"c1={self.c1!r} and c2={self.c2!r} make the penalty of AR-Net so flat "
                "or so steep that its slope is beyond the range of floats; take values "
                "between 1 and 10, such as the paper's 3."
            )
        return slopes

    def per_alpha(self, n_coefs: int) -> float:
        """Return the lasso's strength for ``alpha=1``.

        ``MSE + alpha * mean(penalty)`` is twice the lasso's objective.
        """
        return 0.5 / n_coefs

    def minimised(
        self, problem: Problem, coef: Floats, path: Path, alpha: float
    ) -> Floats:
        """Return the best minimum that descent finds from many and from few lags."""
        if not alpha:
            return coef
        objective = PenalisedError(problem, alpha, self.c1, self.c2)
        return objective.best_of([coef, objective.start_on(path), np.zeros_like(coef)])

    def strength(self, rule: Rule, noise: float) -> float | str:
        """Return the strength of the paper, if the user expects some sparsity."""
        if rule.expected_sparsity is None:
            return rule.alpha
        return sparsity_strength(rule.expected_sparsity, noise)
