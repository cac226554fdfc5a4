"""Every penalty by the name that users give it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .._types import Floats
from ._problem import Problem
from ._ridge import RidgePath, ridge_grid
from ._rule import Columns, Penalty, Rule
from ._sparse import Solution
from ._sparse_penalties import ARNetPenalty, LassoPenalty


class QuadraticPenalty(ABC):
    """A multiple, perhaps zero, of the sum of squared coefficients."""

    @abstractmethod
    def strength(self, rule: Rule, noise: float) -> float | str:
        """Return the strength, or the name of the way to choose it."""

    def known_ridge(self, rule: Rule) -> float | None:
        """Return the strength, None if it has to be chosen."""
        alpha = self.strength(rule, 1.0)
        return None if isinstance(alpha, str) else float(alpha)

    def coef_at(self, problem: Problem, alpha: float) -> Floats:
        """Return the coefficients of one target for a given strength."""
        return problem.least_squares(ridge=alpha)[:, 0]

    def ridge_of(self, alpha: float) -> float:
        """Return the strength, which other data are fitted with as well."""
        return alpha

    def keeps_shrinking(self, rule: Rule) -> bool:
        """Whether more is minimised anew than least squares with a ridge: never."""
        return False


@dataclass(frozen=True)
class NoPenalty(QuadraticPenalty):
    """Least squares."""

    def strength(self, rule: Rule, noise: float) -> float:
        """Return zero."""
        return 0.0

    def solve(self, problem: Problem, rule: Rule, columns: Columns) -> list[Solution]:
        """Solve a problem for each of its targets."""
        return [Solution(coef, 0.0) for coef in problem.least_squares().T]


@dataclass(frozen=True)
class RidgePenalty(QuadraticPenalty):
    """The mean squared error plus a multiple of the sum of squared coefficients."""

    def strength(self, rule: Rule, noise: float) -> float | str:
        """Return the strength, or the name of the way to choose it."""
        return rule.alpha

    def solve(self, problem: Problem, rule: Rule, columns: Columns) -> list[Solution]:
        """Solve a problem for each of its targets."""
        if not isinstance(rule.alpha, str):
            solved = problem.least_squares(ridge=float(rule.alpha)).T
            return [Solution(coef, float(rule.alpha)) for coef in solved]
        grid = ridge_grid(rule.n_alphas)
        solutions = []
        for k in range(len(problem.power)):
            path = RidgePath(problem.target(k))
            if rule.alpha != "cv":
                solutions.append(path.select(grid))
                continue
            errors = columns.errors(k, grid, _ridge_coefs)
            alpha = float(grid[errors.argmin()])
            solutions.append(Solution(path.at(alpha), alpha, grid, errors))
        return solutions


def _ridge_coefs(problem: Problem, alphas: Floats) -> list[Floats]:
    path = RidgePath(problem)
    return [path.at(alpha) for alpha in alphas]


# Made with the steepness and the root of the AR-Net penalty, which others ignore.
_PENALTIES: Mapping[str | None, Callable[[float, float], Penalty]] = {
    None: lambda c1, c2: NoPenalty(),
    "l2": lambda c1, c2: RidgePenalty(),
    "l1": lambda c1, c2: LassoPenalty(),
    "arnet": ARNetPenalty,
}


def penalty_named(name: str | None, *, c1: float = 3.0, c2: float = 3.0) -> Penalty:
    """Return the penalty that a user has named.

    Parameters
    ----------
    name : {'arnet', 'l1', 'l2'} or None
        The name; None is least squares.
    c1, c2 : float, default=3.0
        Steepness and root of the AR-Net penalty.
    """
    return _PENALTIES[name](c1, c2)
