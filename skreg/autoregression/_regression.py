"""From moments to coefficients: every penalty, every rule for its strength."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .._types import Floats, Integers
from ._criteria import CRITERIA
from ._folds import Fold, validation_errors
from ._path import weighted_lasso_path
from ._penalties import ARNetPenalty, LassoPenalty, SparsePenalty
from ._penalty import sparsity_strength
from ._problem import Problem
from ._ridge import RidgePath, ridge_grid
from ._sparse import Solution, pilot, refitted, select, solve_at, standard_error

# The strength below which the path of strengths ends, relative to the first one.
_SMALLEST = 1e-4


@dataclass(frozen=True)
class Rule:
    """How coefficients are regularized and how strongly.

    Attributes
    ----------
    penalty : {'arnet', 'l1', 'l2', None}
        What is minimised besides the squared error.
    alpha : float or {'ebic', 'bic', 'cv'}
        Strength in standardised units, or how to choose it.
    expected_sparsity : float or None
        Share of coefficients expected to matter; takes precedence over `alpha`.
    c1, c2 : float
        Shape of the AR-Net penalty.
    refit : bool
        Whether selected regressors are fitted anew without penalty.
    n_alphas : int
        Strengths that cross-validation compares.
    """

    penalty: str | None = "arnet"
    alpha: float | str = "ebic"
    expected_sparsity: float | None = None
    c1: float = 3.0
    c2: float = 3.0
    refit: bool = True
    n_alphas: int = 20

    @property
    def needs_folds(self) -> bool:
        """Whether the strength is chosen by cross-validation."""
        by_share = self.expected_sparsity is not None and self.penalty == "arnet"
        return self.penalty is not None and self.alpha == "cv" and not by_share

    def sparse_penalty(self) -> SparsePenalty:
        """Return the penalty that selects, for 'arnet' and 'l1'."""
        if self.penalty == "arnet":
            return ARNetPenalty(self.c1, self.c2)
        return LassoPenalty()


@dataclass(frozen=True)
class Columns:
    """The place of one regression among the columns of some moments."""

    folds: Sequence[Fold]
    regressors: Integers
    targets: Integers
    centred: bool


def regress(problem: Problem, rule: Rule, columns: Columns) -> list[Solution]:
    """Solve a problem for each of its targets.

    Parameters
    ----------
    problem : Problem
        The regression.
    rule : Rule
        Penalty and strength.
    columns : Columns
        Where the problem came from, for cross-validation.

    Returns
    -------
    solutions : list of Solution
        One a target.
    """
    return _SOLVERS[rule.penalty](problem, rule, columns)


def _plain(problem: Problem, rule: Rule, columns: Columns) -> list[Solution]:
    return [Solution(coef, 0.0) for coef in problem.least_squares().T]


def _ridge(problem: Problem, rule: Rule, columns: Columns) -> list[Solution]:
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
        errors = _errors(columns, k, grid, _ridge_coefs)
        alpha = float(grid[errors.argmin()])
        solutions.append(Solution(path.at(alpha), alpha, grid, errors))
    return solutions


def _sparse(problem: Problem, rule: Rule, columns: Columns) -> list[Solution]:
    starts = pilot(problem)
    noise = np.sqrt(problem.unexplained(starts))
    return [
        _sparse_target(
            problem.target(k), starts[:, k], float(noise[k]), rule, columns, k
        )
        for k in range(len(problem.power))
    ]


def _sparse_target(
    problem: Problem,
    start: Floats,
    noise: float,
    rule: Rule,
    columns: Columns,
    which: int,
) -> Solution:
    penalty = rule.sparse_penalty()
    if problem.power[0] == 0:  # a constant target: its mean predicts it
        return Solution(np.zeros(problem.size), 0.0)
    alpha = rule.alpha
    if rule.expected_sparsity is not None and rule.penalty == "arnet":
        alpha = sparsity_strength(rule.expected_sparsity, noise)
    if not isinstance(alpha, str):
        return solve_at(problem, penalty, float(alpha), refit=rule.refit, start=start)
    if alpha != "cv":
        return select(problem, penalty, CRITERIA[alpha], refit=rule.refit, start=start)
    grid = _strengths(problem, penalty, start, rule.n_alphas)
    errors = _errors(columns, which, grid, _sparse_coefs(penalty, rule.refit))
    best = int(errors.argmin())
    coef = _sparse_coefs(penalty, rule.refit)(problem, grid)[best]
    return Solution(coef, float(grid[best]), grid, errors)


def _errors(
    columns: Columns, which: int, grid: Floats, solver: Callable[..., list[Floats]]
) -> Floats:
    return validation_errors(
        columns.folds,
        columns.regressors,
        int(columns.targets[which]),
        grid,
        solver,
        centred=columns.centred,
    )


def _strengths(
    problem: Problem, penalty: SparsePenalty, start: Floats, n_alphas: int
) -> Floats:
    """Return strengths from the first that selects anything downwards."""
    weights = penalty.weights(start, standard_error(problem, start))
    first = np.max(np.abs(problem.cross[:, 0]) / weights)
    first = max(first / penalty.per_alpha(problem.size), np.finfo(float).tiny)
    grid: Floats = np.geomspace(first, first * _SMALLEST, n_alphas)
    return grid


def _ridge_coefs(problem: Problem, alphas: Floats) -> list[Floats]:
    path = RidgePath(problem)
    return [path.at(alpha) for alpha in alphas]


def _sparse_coefs(
    penalty: SparsePenalty, refit: bool
) -> Callable[[Problem, Floats], list[Floats]]:
    """Return a solver for several strengths on one path: one tangent, no second."""

    def solve(problem: Problem, alphas: Floats) -> list[Floats]:
        start = pilot(problem)[:, 0]
        floor = standard_error(problem, start)
        unit = penalty.per_alpha(problem.size)
        path = weighted_lasso_path(
            problem.gram,
            problem.cross[:, 0],
            penalty.weights(start, floor),
            alpha_min=float(alphas[-1]) * unit,
            max_steps=int(max(1, min(problem.size, problem.count // 2))),
        )
        coefs = [path.at(alpha * unit) for alpha in alphas]
        if not refit:
            return coefs
        return [refitted(problem, np.flatnonzero(coef))[0] for coef in coefs]

    return solve


_SOLVERS = {None: _plain, "l2": _ridge, "l1": _sparse, "arnet": _sparse}
