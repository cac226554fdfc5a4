"""How coefficients are regularized: a penalty, and how its strength is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .._types import Floats, Integers
from ._folds import Fold, PathSolver, validation_errors
from ._problem import Problem
from ._sparse import Solution


class Penalty(Protocol):
    """What is minimised besides the squared error."""

    def strength(self, rule: Rule, noise: float) -> float | str:
        """Return the strength, or the name of the way to choose it.

        Parameters
        ----------
        rule : Rule
            What the user asked for.
        noise : float
            Standard deviation of the errors, relative to that of the target.
        """

    def solve(self, problem: Problem, rule: Rule, columns: Columns) -> list[Solution]:
        """Solve a problem for each of its targets.

        Parameters
        ----------
        problem : Problem
            The regression.
        rule : Rule
            How the strength is found.
        columns : Columns
            Where the problem came from, for cross-validation.
        """

    def coef_at(self, problem: Problem, alpha: float) -> Floats:
        """Return the coefficients of one target for a given strength.

        Parameters
        ----------
        problem : Problem
            Of one target.
        alpha : float
            The strength, in standardised units.
        """

    def known_ridge(self, rule: Rule) -> float | None:
        """Return the ridge that the penalty is, None if it is not one known at once."""

    def ridge_of(self, alpha: float) -> float:
        """Return the ridge with which the chosen columns are fitted to other data."""

    def keeps_shrinking(self, rule: Rule) -> bool:
        """Whether the penalised error itself is minimised anew on other data."""


@dataclass(frozen=True)
class Rule:
    """How coefficients are regularized and how strongly.

    Attributes
    ----------
    penalty : Penalty
        What is minimised besides the squared error.
    alpha : float or {'ebic', 'bic', 'cv'}
        Strength in standardised units, or how to choose it.
    expected_sparsity : float or None
        Share of coefficients expected to matter; the AR-Net penalty takes its strength
        from it in place of `alpha`.
    refit : bool
        Whether selected regressors are fitted anew without penalty.
    n_alphas : int
        Strengths that cross-validation compares.
    """

    penalty: Penalty
    alpha: float | str = "ebic"
    expected_sparsity: float | None = None
    refit: bool = True
    n_alphas: int = 20

    @property
    def needs_folds(self) -> bool:
        """Whether the strength is chosen by cross-validation."""
        return self.penalty.strength(self, 1.0) == "cv"

    @property
    def known_ridge(self) -> float | None:
        """The ridge that the penalty is, None if it is not one known at once."""
        return self.penalty.known_ridge(self)

    @property
    def keeps_shrinking(self) -> bool:
        """Whether the penalised error itself is minimised anew on other data."""
        return self.penalty.keeps_shrinking(self)


@dataclass(frozen=True)
class Columns:
    """The place of one regression among the columns of some moments."""

    folds: Sequence[Fold]
    regressors: Integers
    targets: Integers
    centred: bool

    def errors(self, which: int, alphas: Floats, solver: PathSolver) -> Floats:
        """Return the validation error of one target for each strength.

        Parameters
        ----------
        which : int
            Number of the target.
        alphas : ndarray
            Strengths.
        solver : callable
            Solves a problem for all of them.
        """
        return validation_errors(
            self.folds,
            self.regressors,
            int(self.targets[which]),
            alphas,
            solver,
            centred=self.centred,
        )


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
    return rule.penalty.solve(problem, rule, columns)
