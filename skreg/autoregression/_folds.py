"""Cross-validation along a path of strengths, from moments alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from .._types import Floats, Integers
from ._moments import Moments
from ._problem import Problem

# Coefficients (n_regressors,), standardised, for a problem and each of some strengths.
PathSolver = Callable[[Problem, Floats], list[Floats]]


def fold_edges(n_rows: int, n_splits: int) -> Integers:
    """Return where the blocks of rows start and end: half, then equal parts.

    Parameters
    ----------
    n_rows : int
        Rows in time order.
    n_splits : int
        Number of folds.

    Returns
    -------
    edges : ndarray of int of shape (n_splits + 2,)
        The first block trains only.
    """
    edges = np.linspace(n_rows // 2, n_rows, n_splits + 1).astype(int)
    return np.concatenate([[0], edges])


class Fold(NamedTuple):
    """Moments of the rows that train and of those that validate."""

    train: Moments
    valid: Moments


def expanding_folds(blocks: Sequence[Moments]) -> list[Fold]:
    """Return folds of which each trains on all blocks before the one it validates.

    Parameters
    ----------
    blocks : sequence of Moments
        Of disjoint rows, in time order.

    Returns
    -------
    folds : list of Fold
        One fewer than blocks.

    Notes
    -----
    Let the first block be long, about half of the rows: a model of many lags that was
    fitted to a handful says nothing about the one fitted to all.
    """
    folds = []
    train = blocks[0]
    for block in blocks[1:]:
        folds.append(Fold(train, block))
        train = train + block
    return folds


def validation_errors(
    folds: Sequence[Fold],
    regressors: Integers,
    target: int,
    alphas: Floats,
    solver: PathSolver,
    *,
    centred: bool,
) -> Floats:
    """Return the mean squared error of the validation rows for each strength.

    Parameters
    ----------
    folds : sequence of Fold
        Of all columns.
    regressors : ndarray of int
        Columns that explain.
    target : int
        Column that is explained.
    alphas : ndarray
        Strengths.
    solver : callable
        Solves a problem for all strengths.
    centred : bool
        Whether there is an intercept.

    Returns
    -------
    errors : ndarray of shape (n_alphas,)
        Averaged over the rows of all folds.
    """
    total = np.zeros(len(alphas))
    rows = 0.0
    for fold in folds:
        problem = Problem.of(fold.train, regressors, [target], centred=centred)
        coefs = np.column_stack(solver(problem, alphas))
        back, offset = _in_units(problem, coefs)
        total += fold.valid.count * mean_squares(
            fold.valid, regressors, target, back, offset
        )
        rows += fold.valid.count
    return total / rows


def _in_units(problem: Problem, coefs: Floats) -> tuple[Floats, Floats]:
    """Return several solutions for one target, in units."""
    back = (coefs / problem.x_scale[:, None] * problem.y_scale).T
    return back, problem.y_mean - back @ problem.x_mean


def mean_squares(
    moments: Moments,
    regressors: Integers,
    target: int,
    coefs: Floats,
    intercepts: Floats,
) -> Floats:
    """Return the mean squared errors of several models on some rows.

    Parameters
    ----------
    moments : Moments
        Of the rows.
    regressors : ndarray of int
        Columns that explain.
    target : int
        Column that is explained.
    coefs : ndarray of shape (n_models, n_regressors)
        Coefficients in units.
    intercepts : ndarray of shape (n_models,)
        Intercepts.

    Returns
    -------
    errors : ndarray of shape (n_models,)
        A quadratic form of the moments: no row is looked at.
    """
    used = np.flatnonzero(coefs.any(axis=0))
    columns, coefs = regressors[used], coefs[:, used]
    product = moments.products / moments.count
    mean = moments.mean()
    quadratic = (coefs @ product[np.ix_(columns, columns)] * coefs).sum(axis=1)
    linear = coefs @ product[columns, target]
    bias = mean[target] - coefs @ mean[columns]
    error = product[target, target] - 2.0 * linear + quadratic
    found: Floats = error - 2.0 * intercepts * bias + intercepts**2
    return np.maximum(found, 0.0)
