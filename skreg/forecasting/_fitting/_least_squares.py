"""Fit the linear model of a design to standardised series, by least squares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from ..._types import Floats, Integers
from ...autoregression import Moments
from ...autoregression._folds import Fold, expanding_folds, fold_edges
from ...autoregression._problem import Problem
from ...autoregression._rule import Columns, regress
from ...autoregression._sparse import Solution
from ._fit_task import Fit, Task
from ._gap_policies import Source, total_moments
from ._linear_model import LinearModel

# Columns of which plain products are quicker than the Gram matrix of all.
_FEW = 48


def fit_squares(sources: Sequence[Source], task: Task) -> Fit:
    """Fit by penalised least squares.

    Parameters
    ----------
    sources : sequence of Source
        Standardised series.
    task : Task
        What to fit.
    """
    folds = _folds(sources, task) if task.rule.needs_folds else []
    design = task.design
    moments = total_moments(sources, design)
    steps, channels = design.steps, design.n_channels
    weights = np.zeros((steps, channels, design.width))
    intercepts, errors = np.zeros((steps, channels)), np.zeros((steps, channels))
    deviations = np.zeros((channels, design.width))
    solutions: list[list[Solution]] = []
    # Without exogenous values of the future, all steps share one factorisation.
    groups = [range(k, k + 1) for k in range(steps)] if design.known else [range(steps)]
    for group in groups:
        regressors = design.regressors(group[0])
        targets = np.concatenate([design.targets(k) for k in group])
        problem = Problem.of(
            moments,
            regressors,
            targets,
            centred=task.centred,
            overwrite=len(groups) == 1,
        )
        columns = Columns(folds, regressors, targets, task.centred)
        found = regress(problem, task.rule, columns)
        coef = np.column_stack([solution.coef for solution in found])
        back, offsets = problem.in_units(coef)
        where = slice(group[0], group[-1] + 1)
        weights[where, :, regressors] = back.reshape(len(group), channels, -1)
        if task.centred:
            intercepts[where] = offsets.reshape(len(group), channels)
        mean_squares = problem.unexplained(coef) * problem.y_scale**2
        errors[where] = mean_squares.reshape(len(group), channels)
        solutions += [found[i : i + channels] for i in range(0, len(found), channels)]
        if group[0] == 0:
            deviations[:, regressors] = _deviations(problem, coef[:, :channels])
    model = LinearModel(design, weights, intercepts)
    return Fit(model, solutions, errors, deviations, moments.count)


def _deviations(problem: Problem, coef: Floats) -> Floats:
    """Return standard errors per standard deviation of the errors; 0 where unused."""
    found = np.zeros(coef.T.shape)
    for row, column in zip(found, coef.T, strict=True):
        support = np.flatnonzero(column)
        row[support] = np.sqrt(problem.inverse_diagonal(support) / problem.count)
    return found


def refitted(sources: Sequence[Source], task: Task, fit: Fit) -> LinearModel:
    """Fit the chosen columns anew, to other data and without choosing again.

    Parameters
    ----------
    sources : sequence of Source
        Standardised series.
    task : Task
        As for the fit.
    fit : Fit
        Its lags and strengths are kept.
    """
    design = task.design
    if task.rule.keeps_shrinking:
        return _solved_again(sources, task, fit)
    groups = _by_columns(task, fit)
    moments, place = _moments_for(sources, task, groups.values())
    weights = np.zeros_like(fit.model.weights)
    intercepts = np.zeros_like(fit.model.intercepts)
    for (_, ridge), (used, where) in groups.items():
        targets = [place[design.targets(step)[channel]] for step, channel in where]
        problem = Problem.of(moments, place[used], targets, centred=task.centred)
        back, offsets = problem.in_units(problem.least_squares(ridge=ridge))
        for (step, channel), row, offset in zip(where, back, offsets, strict=True):
            weights[step, channel, used] = row
            intercepts[step, channel] = offset if task.centred else 0.0
    return LinearModel(design, weights, intercepts)


def _solved_again(sources: Sequence[Source], task: Task, fit: Fit) -> LinearModel:
    """Minimise the penalised error anew, for the strengths that were chosen."""
    design = task.design
    moments = total_moments(sources, design)
    weights = np.zeros_like(fit.model.weights)
    intercepts = np.zeros_like(fit.model.intercepts)
    for step, solutions in enumerate(fit.solutions):
        used, targets = design.regressors(step), design.targets(step)
        problem = Problem.of(moments, used, targets, centred=task.centred)
        for channel, solution in enumerate(solutions):
            one = problem.target(channel)
            coef = task.rule.penalty.coef_at(one, solution.alpha)
            back, offset = one.in_units(coef[:, None])
            weights[step, channel, used] = back[0]
            intercepts[step, channel] = offset[0] if task.centred else 0.0
    return LinearModel(design, weights, intercepts)


def _moments_for(
    sources: Sequence[Source], task: Task, groups: Iterable[tuple[Integers, Any]]
) -> tuple[Moments, Integers]:
    """Return moments that hold the columns in use, and where each column is."""
    design = task.design
    ahead = [design.targets(step) for step in range(design.steps)]
    columns = np.unique(np.concatenate([*(used for used, _ in groups), *ahead]))
    place = np.arange(design.width)
    if len(columns) > _FEW:
        return total_moments(sources, design), place
    place[columns] = np.arange(len(columns))
    return reduce(add, (source.few(design, columns) for source in sources)), place


def _by_columns(
    task: Task, fit: Fit
) -> dict[tuple[bytes, float], tuple[Integers, list[tuple[int, int]]]]:
    """Return steps and channels that share their columns, hence a factorisation."""
    found: dict[tuple[bytes, float], tuple[Integers, list[tuple[int, int]]]] = {}
    for step, solutions in enumerate(fit.solutions):
        for channel, solution in enumerate(solutions):
            used = task.design.regressors(step)[np.flatnonzero(solution.coef)]
            ridge = task.rule.penalty.ridge_of(solution.alpha)
            _, where = found.setdefault((used.tobytes(), ridge), (used, []))
            where.append((step, channel))
    return found


def _folds(sources: Sequence[Source], task: Task) -> list[Fold]:
    """Return time-ordered folds: every series is cut into blocks of windows."""
    blocks = []
    for k in range(task.n_splits + 1):
        parts = []
        for source in sources:
            count = len(source) - task.design.length + 1
            edges = fold_edges(count, task.n_splits)
            if edges[k] == edges[k + 1]:
                raise ValueError(
                    f"alpha='cv' cannot cut {count} windows into {task.n_splits} "
                    "folds; use fewer lags, a lower cv, or alpha='ebic'."
                )
            rows = slice(edges[k], edges[k + 1] + task.design.length - 1)
            parts.append(source.part(rows))
        blocks.append(total_moments(parts, task.design))
    return expanding_folds(blocks)
