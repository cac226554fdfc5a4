"""Sparse regression on correlations: the path, the choice on it, the refit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from .._types import Floats, Integers
from ._criteria import Criterion
from ._path import Path, weighted_lasso_path
from ._problem import Problem

# Ridge on the correlations of the first estimate: less would let nearly collinear
# lags take huge coefficients of opposite sign, more would blur them.
_PILOT_RIDGE = 1e-4
_FIRST_STEPS = 32


class Tangents(Protocol):
    """A penalty as its tangents, which are weighted lassos."""

    @property
    def n_rounds(self) -> int:
        """How often a tangent is taken, each time at the latest solution."""

    def weights(self, coef: Floats, floor: float) -> Floats:
        """Return the slopes at some coefficients, not told apart below a floor."""

    def per_alpha(self, n_coefs: int) -> float:
        """Return the lasso's strength for ``alpha=1``."""

    def minimised(
        self, problem: Problem, coef: Floats, path: Path, alpha: float
    ) -> Floats:
        """Return the minimum of the penalty itself, found from that of a tangent."""


@dataclass(frozen=True)
class Solution:
    """Coefficients of one target and how they were chosen.

    Attributes
    ----------
    coef : ndarray of shape (n_regressors,)
        In standardised units, with exact zeros.
    alpha : float
        Strength of the penalty.
    alphas, scores : ndarray
        Strengths that were compared, and the criterion (or the mean squared error
        of the validation parts) at each; empty if the strength was given.
    """

    coef: Floats
    alpha: float
    alphas: Floats = field(default_factory=lambda: np.empty(0))
    scores: Floats = field(default_factory=lambda: np.empty(0))


def pilot(problem: Problem) -> Floats:
    """Return the first estimate for all targets, slightly ridged least squares.

    Parameters
    ----------
    problem : Problem
        With as many or more regressors than rows, the ridge is a strong one.

    Returns
    -------
    coef : ndarray of shape (n_regressors, n_targets)
        Of no special size: it sets the weights of the first round.
    """
    crowded = problem.size >= 0.5 * problem.count
    return problem.least_squares(ridge=0.1 if crowded else _PILOT_RIDGE)


def solve_at(
    problem: Problem,
    penalty: Tangents,
    alpha: float,
    *,
    refit: bool,
    start: Floats | None = None,
) -> Solution:
    """Solve a problem of one target for a given strength.

    Parameters
    ----------
    problem : Problem
        Of one target.
    penalty : Tangents
        What is minimised besides the squared error.
    alpha : float
        Its strength, in standardised units.
    refit : bool
        Whether the selected regressors are fitted anew without penalty.
    start : ndarray, default=None
        The pilot estimate, if known.

    Returns
    -------
    solution : Solution
        The best of the minima that were found, if there are several.
    """
    coef = pilot(problem)[:, 0] if start is None else start
    floor = standard_error(problem, coef)
    strength = alpha * penalty.per_alpha(problem.size)
    for _ in range(penalty.n_rounds):
        path = weighted_lasso_path(
            problem.gram,
            problem.cross[:, 0],
            penalty.weights(coef, floor),
            alpha_min=strength,
            max_steps=max(_most(problem), 1),
        )
        coef = path.at(strength)
    coef = penalty.minimised(problem, coef, path, alpha)
    if refit:
        coef, _ = refitted(problem, np.flatnonzero(coef))
    return Solution(coef, alpha)


def select(
    problem: Problem,
    penalty: Tangents,
    criterion: Criterion,
    *,
    refit: bool,
    start: Floats | None = None,
) -> Solution:
    """Choose the strength, hence the lags, by an information criterion.

    Every round follows a whole path, compares its supports and takes the tangent of
    the penalty for the next round at the best of them.

    Parameters
    ----------
    problem : Problem
        Of one target.
    penalty : Tangents
        What is minimised besides the squared error.
    criterion : callable
        Score of an error and a number of coefficients, such as :func:`ebic`.
    refit : bool
        Whether the selected regressors are fitted anew without penalty.
    start : ndarray, default=None
        The pilot estimate, if known.

    Returns
    -------
    solution : Solution
        The best of all rounds, with the path that it is on.
    """
    coef = pilot(problem)[:, 0] if start is None else start
    floor = standard_error(problem, coef)
    best: Solution | None = None
    for _ in range(penalty.n_rounds):
        found = _best_on_path(problem, penalty.weights(coef, floor), criterion, refit)
        if best is None or found.scores.min() < best.scores.min():
            best = found
        coef = best.coef
    assert best is not None
    unit = penalty.per_alpha(problem.size)
    return Solution(best.coef, best.alpha / unit, best.alphas / unit, best.scores)


def refitted(problem: Problem, support: Integers) -> tuple[Floats, float]:
    """Return least squares on a support and its error.

    Parameters
    ----------
    problem : Problem
        Of one target.
    support : ndarray of int
        Regressors to use.

    Returns
    -------
    coef : ndarray of shape (n_regressors,)
        Zero elsewhere.
    error : float
        Mean squared error relative to the variance.
    """
    coef = problem.least_squares(support)[:, 0]
    error = float(problem.power[0] - problem.cross[support, 0] @ coef[support])
    return coef, max(error, 0.0)


def _best_on_path(
    problem: Problem, weights: Floats, criterion: Criterion, refit: bool
) -> Solution:
    """Follow a path as far as it pays, and return its best solution."""
    most, steps = _most(problem), _FIRST_STEPS
    while True:
        path = weighted_lasso_path(
            problem.gram, problem.cross[:, 0], weights, max_steps=min(steps, most)
        )
        knots = list(_knots(problem, path, criterion, refit))
        scores = np.array([score for _, _, score in knots])
        best = int(np.argmin(scores))
        if path.complete or steps >= most or best < 0.75 * len(knots):
            break
        steps *= 2
    alpha, coef, _ = knots[best]
    return Solution(coef, alpha, np.array([knot[0] for knot in knots]), scores)


def _knots(
    problem: Problem, path: Path, criterion: Criterion, refit: bool
) -> Iterator[tuple[float, Floats, float]]:
    """Yield strength, coefficients and score of every new support on a path."""
    seen: set[bytes] = set()
    # The solution at a knot is the one in which the next regressor is about to enter.
    for alpha, coef in zip(path.alphas, path.coefs.T, strict=True):
        support = np.flatnonzero(coef)
        if support.tobytes() in seen or len(support) > _most(problem):
            continue
        seen.add(support.tobytes())
        if refit:
            solution, error = refitted(problem, support)
        else:
            solution = coef
            error = float(problem.unexplained(coef[:, None])[0])
        score = criterion(error, problem.count, len(support), problem.size)
        yield float(alpha), solution, score


def _most(problem: Problem) -> int:
    """Return how many regressors a criterion can judge: half as many as rows.

    Of less than nine rows at least five must be left, beside the constant and the
    noise: a fit that passes through all points has the best score, and says nothing.
    """
    return int(max(0, min(problem.size, problem.count // 2, problem.count - 5)))


def standard_error(problem: Problem, coef: Floats) -> float:
    """Return roughly the standard error of a coefficient, below which all are alike.

    Parameters
    ----------
    problem : Problem
        Of one target.
    coef : ndarray of shape (n_regressors,)
        An estimate, whose error is taken for the noise.
    """
    error = float(problem.unexplained(coef[:, None])[0])
    return float(np.sqrt(max(error, 1e-12) / max(problem.count, 1.0)))
