"""Gaps in training filled by what the model expects, with the doubt that remains.

Expectation and maximisation in turns: the one-step model says what is missing and how
surely, and is fitted anew to expected products of values. Nothing of it breaks where a
series has a unit root, a trend or a season, on which covariances over distances do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..._types import Floats
from .._differences import Differences
from ._fit_task import Fit, Pair, Task
from ._gap_equations import GapEquations, difference_weights
from ._gap_policies import ExpectedWindows, PlainWindows, Source
from ._least_squares import fit_squares
from ._linear_model import LinearModel
from ._missing_values import interpolated, memory_of

# Rounds at most, and the change of what is missing, in errors, that ends them.
_ROUNDS = 30
_SETTLED = 1e-3
# Draws are averaged over the gaps of a series: many gaps need few draws.
_DRAWS, _DRAWS_A_GAP = 2000, (2, 16)
# The least size of an error, in standard deviations of the series.
_EXACT = 1e-6


def expected_sources(data: Sequence[Pair], task: Task, fit: Fit | None) -> list[Source]:
    """Return series whose gaps are filled, for their moments.

    Parameters
    ----------
    data : sequence of Pair
        Standardised series.
    task : Task
        What to fit.
    fit : Fit or None
        What is expected, if known; else it is found in turns.
    """
    one = _one_step_task(task)
    memory = memory_of([pair.exog for pair in data])
    series = [_GappySeries(pair, task, *memory) for pair in data]
    if fit is not None:
        model, sizes = _one_step(fit.model, one), np.sqrt(fit.errors[0])
        return [s.expected(model, sizes) for s in series]
    sources: list[Source] = [s.start for s in series]
    for _ in range(_ROUNDS):
        found = fit_squares(sources, one)
        sizes = np.sqrt(found.errors[0])
        before, sources = sources, [s.expected(found.model, sizes) for s in series]
        if _settled(before, sources, sizes):
            break
    return sources


def _settled(before: Sequence[Source], after: Sequence[Source], sizes: Floats) -> bool:
    """Whether filled values stay where they are, compared with the errors' sizes."""
    moved = [
        np.abs(new.values - old.values).max(axis=0)
        for old, new in zip(before, after, strict=True)
    ]
    return bool((np.max(moved, axis=0) <= _SETTLED * sizes).all())


class _GappySeries:
    """One series with gaps, without those before its first and after its last value."""

    def __init__(self, pair: Pair, task: Task, memory: Floats, shocks: Floats) -> None:
        self.taken = difference_weights(task.periods)
        self.memory, self.shocks = memory, shocks
        lost = len(self.taken) - 1
        times = np.flatnonzero(~np.isnan(pair.levels).all(axis=1))
        first, last = int(times[0]), int(times[-1]) + 1
        levels = pair.levels[first:last]
        exog = pair.exog[first : last - lost]
        changes = Differences(task.periods).levels(interpolated(levels))[-1]
        self.levels, self.exog = np.isnan(levels), np.isnan(exog)
        self.start = PlainWindows(changes - pair.offset, interpolated(exog))

    def expected(self, model: LinearModel, sizes: Floats) -> Source:
        """Return the series as a one-step model with such errors expects it."""
        count = int(self.levels.sum() + self.exog.sum())
        if not count:
            return self.start
        equations = GapEquations(
            model,
            np.maximum(sizes, _EXACT),
            *(self.memory, self.shocks, self.levels, self.exog, self.taken),
        )
        n_draws = int(np.clip(_DRAWS // count, *_DRAWS_A_GAP))
        start = self.start
        values, exog, draws = equations.expected(start.values, start.exog, n_draws)
        share = float(1.0 - self.levels.mean()) ** 2
        return ExpectedWindows(values, exog, draws, share)


def _one_step_task(task: Task) -> Task:
    """Return the task of the first step alone, its strength chosen without folds."""
    rule = replace(task.rule, alpha="ebic") if task.rule.needs_folds else task.rule
    return replace(task, design=replace(task.design, steps=1), rule=rule)


def _one_step(model: LinearModel, task: Task) -> LinearModel:
    """Return the first step of a model as a model of its own."""
    weights = np.zeros((1, len(model.weights[0]), task.design.width))
    columns = model.design.regressors(0)
    weights[0][:, task.design.regressors(0)] = model.weights[0][:, columns]
    return LinearModel(task.design, weights, model.intercepts[:1])
