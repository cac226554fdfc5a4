"""The one-step model as equations for what is missing: sparse least squares.

Every error of the model, divided by its size, is linear in the missing values. The
values that make the sum of squares of these errors least are the expected ones, given
all that is known before and after; what is left of the equations says how sure that is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from ..._types import Booleans, Floats, Integers
from ...autoregression._operator import WindowOperator
from ._linear_model import LinearModel

# Pulls what the equations leave open to its start, by a thousandth of an error's size.
_RIDGE = 1e-6

Entries = tuple[Integers, Integers, Floats]  # rows, columns and values of a matrix


def difference_weights(periods: tuple[int, ...]) -> Floats:
    """Return what a difference takes of the value now, the one before, and so on.

    Parameters
    ----------
    periods : tuple of int
        Of the differences, one after the other.

    Examples
    --------
    >>> from skreg.forecasting._fitting._gap_equations import difference_weights
    >>> difference_weights((1, 1))
    array([ 1., -2.,  1.])
    """
    weights: Floats = np.ones(1)
    for period in periods:
        factor = np.zeros(period + 1)
        factor[0], factor[-1] = 1.0, -1.0
        weights = np.convolve(weights, factor)
    return weights


@dataclass(frozen=True)
class GapEquations:
    """What a one-step model says about the missing values of one series.

    Attributes
    ----------
    model : LinearModel
        Of one step.
    sizes : ndarray of shape (n_channels,)
        Standard deviations of its errors.
    memory, shocks : ndarray of shape (n_exog,)
        Of exogenous columns: how much of a value the next one keeps, and the standard
        deviation of the rest.
    levels : ndarray of bool of shape (n_times, n_channels)
        Which values are missing before differences are taken.
    exog : ndarray of bool of shape (n_times - lost, n_exog)
        Which entries of the exogenous columns are missing.
    taken : ndarray
        From :func:`difference_weights`.
    """

    model: LinearModel
    sizes: Floats
    memory: Floats
    shocks: Floats
    levels: Booleans
    exog: Booleans
    taken: Floats

    def expected(
        self, values: Floats, exog: Floats, n_draws: int
    ) -> tuple[Floats, Floats, list[tuple[Floats, Floats]]]:
        """Return the expected series, and draws of how far the true one may be off.

        Parameters
        ----------
        values, exog : ndarray of shape (n_times - lost, n_columns)
            Differences with gaps filled in some way, to start from.
        n_draws : int
            How many.

        Returns
        -------
        values, exog : ndarray
            Expected values where some are missing.
        draws : list of (values, exog)
            Deviations, zero where nothing is missing.
        """
        matrix = self._matrix(values)
        square = (matrix.T @ matrix).tocsc()
        unit = _RIDGE * max(float(square.diagonal().max(initial=0.0)), 1e-300)
        solve = linalg.splu(square + unit * sparse.identity(square.shape[0])).solve
        found = solve(-(matrix.T @ self._errors(values, exog)))
        # The same numbers in every round, so that rounds converge.
        noise = np.random.default_rng(0).normal(size=(n_draws, matrix.shape[0]))
        draws = [self._spread(solve(matrix.T @ one), values, exog) for one in noise]
        moved, moved_exog = self._spread(found, values, exog)
        return values + moved, exog + moved_exog, draws

    def _spread(
        self, unknown: Floats, values: Floats, exog: Floats
    ) -> tuple[Floats, Floats]:
        """Return changes of the series for changes of what is missing."""
        count = int(self.levels.sum())
        level = np.zeros(self.levels.shape)
        level[self.levels] = unknown[:count]
        lost = len(self.taken) - 1
        moved = np.zeros(values.shape)
        for k in np.flatnonzero(self.taken):
            moved += self.taken[k] * level[lost - k : len(level) - k]
        moved_exog = np.zeros(exog.shape)
        moved_exog[self.exog] = unknown[count:]
        return moved, moved_exog

    def _errors(self, values: Floats, exog: Floats) -> Floats:
        """Return all errors at the start, in their sizes, in the order of the rows."""
        design = self.model.design
        windows = WindowOperator(design.channels(values, exog), design.length)
        found = [
            (values[design.order :, c] - windows.apply(weights) - offset) / size
            for c, (weights, offset, size) in enumerate(
                zip(
                    self.model.weights[0],
                    self.model.intercepts[0],
                    self.sizes,
                    strict=True,
                )
            )
        ]
        early = np.zeros(int(self._early().sum()))
        prior = np.zeros(exog.shape)
        prior[1:] = (exog[1:] - self.memory * exog[:-1]) / self.shocks
        return np.concatenate([np.stack(found, axis=1).ravel(), early, prior.ravel()])

    def _early(self) -> Booleans:
        """Which missing values lie before the first time that is explained."""
        lost = len(self.taken) - 1
        return np.nonzero(self.levels)[0] < self.model.design.order + lost

    def _matrix(self, values: Floats) -> sparse.csr_matrix:
        """Return how the errors depend on what is missing."""
        shape = values.shape
        change, count = self._changes(shape), int(self.levels.sum())
        own = sparse.csr_matrix(self._of_values(shape) @ change)
        other = self._of_exog(shape)
        early = np.flatnonzero(self._early())
        size = self.sizes[np.nonzero(self.levels)[1][early]]
        held = sparse.csr_matrix(
            (1.0 / size, (np.arange(len(early)), early)), (len(early), count)
        )
        values_known = sparse.vstack([own, held, _nothing(self.exog.size, count)])
        exog_known = sparse.vstack(
            [other, _nothing(len(early), other.shape[1]), self._prior()]
        )
        return sparse.csr_matrix(sparse.hstack([values_known, exog_known]))

    def _changes(self, shape: tuple[int, ...]) -> sparse.csr_matrix:
        """Return how the differences depend on the missing values themselves."""
        times, channels = np.nonzero(self.levels)
        lost = len(self.taken) - 1
        parts = []
        for k in np.flatnonzero(self.taken):
            at = times + k - lost
            inside = np.flatnonzero((at >= 0) & (at < shape[0]))
            rows = at[inside] * shape[1] + channels[inside]
            parts.append((rows, inside, np.full(len(inside), self.taken[k])))
        return _assembled(parts, (shape[0] * shape[1], len(times)))

    def _of_values(self, shape: tuple[int, ...]) -> sparse.csr_matrix:
        """Return how the errors depend on the differences."""
        n_times, n_channels = shape
        order = self.model.design.order
        moved = self._changes(shape)
        which = np.flatnonzero(np.diff(moved.indptr))  # those that are not known
        times, sources = which // n_channels, which % n_channels
        parts = []
        for c in range(n_channels):
            weights = -self.model.lag_weights[0, c, :, ::-1]  # lag 1 first
            for lag in [0, *(1 + np.flatnonzero(weights.any(axis=0)))]:
                at = times + lag
                factor = 1.0 * (sources == c) if lag == 0 else weights[sources, lag - 1]
                inside = (at >= order) & (at < n_times) & (factor != 0)
                rows = (at[inside] - order) * n_channels + c
                parts.append((rows, which[inside], factor[inside] / self.sizes[c]))
        n_rows = (n_times - order) * n_channels
        return _assembled(parts, (n_rows, n_times * n_channels))

    def _of_exog(self, shape: tuple[int, ...]) -> sparse.csr_matrix:
        """Return how the errors depend on the missing exogenous entries."""
        design, (n_times, n_channels) = self.model.design, shape
        times, columns = np.nonzero(self.exog)
        now = zip(design.known, design.known_columns(0), strict=True)
        reach = [(c, 0, place) for c, place in now]
        for c, places in design.past_columns().items():
            lagged = zip(design.past[c], places, strict=True)
            reach += [(c, lag, place) for lag, place in lagged]
        parts = []
        for column, lag, place in reach:
            mine = np.flatnonzero(columns == column)
            at = times[mine] + lag
            inside = (at >= design.order) & (at < n_times)
            mine, at = mine[inside], at[inside]
            for c in range(n_channels):
                factor = -self.model.weights[0, c, place] / self.sizes[c]
                rows = (at - design.order) * n_channels + c
                parts.append((rows, mine, np.full(len(mine), factor)))
        n_rows = (n_times - design.order) * n_channels
        return _assembled(parts, (n_rows, len(times)))

    def _prior(self) -> sparse.csr_matrix:
        """Return how the shocks of exogenous columns depend on missing entries."""
        times, columns = np.nonzero(self.exog)
        n_times, n_exog = self.exog.shape
        own, every = 1.0 / self.shocks[columns], np.arange(len(times))
        # Before the first entry there is nothing that it could follow from.
        parts = [(times * n_exog + columns, every, np.where(times > 0, own, 0.0))]
        inside = np.flatnonzero(times + 1 < n_times)
        rows = (times[inside] + 1) * n_exog + columns[inside]
        parts.append((rows, inside, -self.memory[columns[inside]] * own[inside]))
        return _assembled(parts, (n_times * n_exog, len(times)))


def _nothing(n_rows: int, n_columns: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((n_rows, n_columns))


def _assembled(parts: list[Entries], shape: tuple[int, int]) -> sparse.csr_matrix:
    """Return a sparse matrix of entries, added up where they meet."""
    if not parts:
        return sparse.csr_matrix(shape)
    rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    return sparse.csr_matrix((values, (rows, columns)), shape)
