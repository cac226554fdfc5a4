"""Other losses than the squared one: L-BFGS in coordinates that least squares gives.

Prediction and gradient go through an operator, so that long orders cost a convolution.
The Cholesky factor of the correlations whitens the coordinates: collinear lags, on
which gradient descent crawls, become as easy as independent ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from scipy import linalg, optimize

from .._types import Floats, Integers
from ._problem import Problem
from ._residual_losses import Loss

# Parts of the residuals' scale over which a kink is rounded, one after the other.
_ROUNDING = (0.3, 0.05)
# The scale is measured anew in each round.
_ROUNDS = (1.0, 1.0, 1.0)


class LinearMap(Protocol):
    """A matrix that is only multiplied with."""

    def apply(self, coef: Floats) -> Floats:
        """Return the product with coefficients."""

    def adjoint(self, values: Floats) -> Floats:
        """Return the product of the transpose with values of rows."""


class Rows(NamedTuple):
    """Regressors (among all columns) and one target of some rows."""

    design: LinearMap
    target: Floats
    weight: Floats | None = None


class Matrix:
    """An explicit matrix as a linear map.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        The matrix.
    """

    def __init__(self, rows: Floats) -> None:
        self.rows = rows

    def apply(self, coef: Floats) -> Floats:
        """Return the product with coefficients."""
        return self.rows @ coef

    def adjoint(self, values: Floats) -> Floats:
        """Return the product of the transpose with values of rows."""
        return values @ self.rows


def minimise_loss(
    loss: Loss,
    data: Sequence[Rows],
    problem: Problem,
    columns: Integers,
    start: Floats,
    *,
    centred: bool = True,
    max_iter: int = 200,
) -> tuple[Floats, float]:
    """Fit the coefficients of a support by another loss than the squared error.

    Parameters
    ----------
    loss : Loss
        What is summed over the rows.
    data : sequence of Rows
        Rows, in one part or in several.
    problem : Problem
        Of one target; its scale and correlations make the coordinates.
    columns : ndarray of int
        Columns of the design that are the problem's regressors.
    start : ndarray of shape (n_regressors,)
        Least squares, standardised. What is zero there stays zero.
    centred : bool, default=True
        Whether there is an intercept.
    max_iter : int, default=200
        Iterations of L-BFGS.

    Returns
    -------
    coef : ndarray of shape (n_regressors,)
        In units.
    intercept : float
        0 if not ``centred``.
    """
    support = np.flatnonzero(start)
    whiten = _whitener(problem, support)
    unit = problem.y_scale[0]
    objective = _Objective(
        loss, data, columns[support], whiten * unit, problem.x_mean[support], centred
    )
    back, offset = problem.in_units(start[:, None])
    point = np.append(
        linalg.lstsq(whiten, back[0, support] / unit)[0] if len(support) else [],
        offset[0] + back[0] @ problem.x_mean,
    )
    # Errors of the start may be inflated by what the loss is to resist.
    for width in _ROUNDING if loss.is_rounded else _ROUNDS:
        scale = _scale(objective.residuals(point))
        objective.scale = max(scale * width, 1e-12 * unit)
        found = optimize.minimize(
            objective,
            point,
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": max_iter, "maxcor": 20, "ftol": 1e-13, "gtol": 1e-9},
        )
        point = found.x
    coef = np.zeros(len(start))
    coef[support] = objective.whiten @ point[:-1]
    if not centred:
        return coef, 0.0
    return coef, float(point[-1] - coef @ problem.x_mean + objective.shift(point))


def _whitener(problem: Problem, support: Integers) -> Floats:
    """Return the matrix from white coordinates to coefficients, per unit of y."""
    gram = problem.gram[np.ix_(support, support)].copy()
    gram[np.diag_indices_from(gram)] += 1e-9
    factor = linalg.cholesky(gram, lower=True) if len(gram) else gram
    inverse: Floats = (
        linalg.solve_triangular(factor, np.eye(len(gram)), lower=True, trans="T")
        if len(gram)
        else gram
    )
    return inverse / problem.x_scale[support, None]


def _scale(residual: Floats) -> float:
    """Return the scale of residuals by their median size."""
    size = np.abs(residual)
    return float(np.median(size) / 0.6745) or float(size.mean()) or 1.0


class _Objective:
    """Mean loss and gradient at (white coordinates, location)."""

    def __init__(
        self,
        loss: Loss,
        data: Sequence[Rows],
        columns: Integers,
        whiten: Floats,
        x_mean: Floats,
        centred: bool,
    ) -> None:
        self.loss, self.data, self.columns = loss, data, columns
        self.whiten, self.x_mean, self.centred = whiten, x_mean, centred
        self.scale = 1.0
        # Row by row sums of weights: the objective is a mean.
        self.count = sum(
            len(r.target) if r.weight is None else float(r.weight.sum()) for r in data
        )
        self.width = len(data[0].design.adjoint(np.zeros(len(data[0].target))))

    def residuals(self, point: Floats) -> Floats:
        """Return the residuals of all rows."""
        return np.concatenate([self._residual(rows, point) for rows in self.data])

    def shift(self, point: Floats) -> float:
        """Return what moves the intercept from the rounded loss to the exact one."""
        if not self.loss.is_rounded:
            return 0.0
        weights = [
            np.ones(len(r.target)) if r.weight is None else r.weight for r in self.data
        ]
        equal = all(r.weight is None for r in self.data)
        weight = None if equal else np.concatenate(weights)
        return self.loss.location(self.residuals(point), weight)

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        total, gradient = 0.0, np.zeros(len(point))
        for rows in self.data:
            residual = self._residual(rows, point)
            value = self.loss.value(residual, self.scale)
            slope = self.loss.slope(residual, self.scale)
            if rows.weight is not None:
                value, slope = value * rows.weight, slope * rows.weight
            total += float(value.sum())
            pulled = rows.design.adjoint(slope)[self.columns]
            if self.centred:
                pulled = pulled - self.x_mean * slope.sum()
                gradient[-1] -= slope.sum()
            gradient[:-1] -= self.whiten.T @ pulled
        return total / self.count, gradient / self.count

    def _residual(self, rows: Rows, point: Floats) -> Floats:
        coef = np.zeros(self.width)
        small = self.whiten @ point[:-1]
        coef[self.columns] = small
        residual = rows.target - rows.design.apply(coef)
        if self.centred:
            residual += small @ self.x_mean - point[-1]
        return residual
