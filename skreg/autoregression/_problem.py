"""Least squares in correlations: the scale-free form that all solvers work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from .._types import Booleans, Floats, Integers
from ._moments import Moments

# Variance that is rounding error, relative to the mean square.
_NOTHING = 1e-13
# Squared pivots of a correlation matrix below this are rounding error.
_SINGULAR = 1e-11
_CHUNK = 64


@dataclass(frozen=True)
class Problem:
    """Correlations of regressors and targets, and the way back to their units.

    Attributes
    ----------
    gram : ndarray of shape (n_regressors, n_regressors)
        Correlations of the regressors. A constant one correlates with nothing.
    cross : ndarray of shape (n_regressors, n_targets)
        Correlations with the targets.
    power : ndarray of shape (n_targets,)
        1, or 0 for a constant target.
    count : float
        Number of rows.
    x_mean, x_scale : ndarray of shape (n_regressors,)
        Means and standard deviations.
    y_mean, y_scale : ndarray of shape (n_targets,)
        Those of the targets.
    """

    gram: Floats
    cross: Floats
    power: Floats
    count: float
    x_mean: Floats
    x_scale: Floats
    y_mean: Floats
    y_scale: Floats

    @classmethod
    def of(
        cls,
        moments: Moments,
        regressors: Sequence[int] | Integers,
        targets: Sequence[int] | Integers,
        *,
        centred: bool = True,
        overwrite: bool = False,
    ) -> Problem:
        """Pose the regression of some columns on others.

        Parameters
        ----------
        moments : Moments
            Of all columns.
        regressors, targets : sequence of int
            Columns that explain, and columns to be explained.
        centred : bool, default=True
            Whether there is an intercept.
        overwrite : bool, default=False
            Whether the moments may be destroyed, which saves a matrix of that size
            if the regressors are neighbouring columns.
        """
        x, y = np.asarray(regressors, int), np.asarray(targets, int)
        mean = moments.mean() if centred else np.zeros(len(moments.sums))
        square = np.diag(moments.products) / moments.count
        variance = square - mean**2
        varies = variance > _NOTHING * square
        scale = np.sqrt(np.where(varies, variance, 1.0))
        cross = _correlated(moments.products[np.ix_(x, y)], moments, mean, scale, x, y)
        gram = _neighbours(moments.products, x, overwrite)
        gram = _correlated(gram, moments, mean, scale, x, x)
        gram[~varies[x]] = gram[:, ~varies[x]] = 0.0
        cross[~varies[x]] = cross[:, ~varies[y]] = 0.0
        np.fill_diagonal(gram, 1.0)
        return cls(
            gram,
            cross,
            varies[y].astype(float),
            moments.count,
            *(mean[x], scale[x], mean[y], scale[y]),
        )

    @property
    def size(self) -> int:
        """Number of regressors."""
        return len(self.gram)

    def target(self, which: int) -> Problem:
        """Return the problem of one target."""
        one = slice(which, which + 1)
        return Problem(
            self.gram,
            self.cross[:, one],
            self.power[one],
            self.count,
            *(self.x_mean, self.x_scale, self.y_mean[one], self.y_scale[one]),
        )

    def least_squares(
        self, support: Integers | None = None, ridge: float = 0.0
    ) -> Floats:
        """Solve for all targets with one factorisation.

        Parameters
        ----------
        support : ndarray of int, default=None
            Regressors that may be used; None means all.
        ridge : float, default=0.0
            Added to the diagonal of the correlations. A singular problem without
            ridge gets the solution of least norm.

        Returns
        -------
        coef : ndarray of shape (n_regressors, n_targets)
            In standardised units.
        """
        if support is None:
            return _solve(self.gram, self.cross, ridge)
        coef = np.zeros_like(self.cross)
        if len(support):
            gram = self.gram[np.ix_(support, support)]
            coef[support] = _solve(gram, self.cross[support], ridge)
        return coef

    def solved(self, support: Integers, pull: Floats) -> Floats:
        """Return least squares of one target on a support, with a linear term.

        Parameters
        ----------
        support : ndarray of int
            Regressors to use.
        pull : ndarray of shape (n_used,)
            Subtracted from the correlations with the target.
        """
        gram = self.gram[np.ix_(support, support)]
        return _solve(gram, self.cross[support, 0] - pull, 0.0)

    def unexplained(self, coef: Floats) -> Floats:
        """Return the mean squared errors of coefficients, relative to the variances."""
        explained = 2.0 * self.cross - self.gram @ coef
        return np.maximum(self.power - (coef * explained).sum(axis=0), 0.0)

    def in_units(self, coef: Floats) -> tuple[Floats, Floats]:
        """Return coefficients (n_targets, n_regressors) and intercepts in units."""
        back = (coef / self.x_scale[:, None] * self.y_scale).T
        return back, self.y_mean - back @ self.x_mean

    def inverse_diagonal(self, support: Integers) -> Floats:
        """Return the diagonal of the inverse of the regressors' covariance."""
        if not len(support):
            return np.empty(0)
        gram = self.gram[np.ix_(support, support)]
        factor, ok = _factor(gram, 0.0)
        if not ok:
            return np.diag(np.linalg.pinv(gram)) / self.x_scale[support] ** 2
        inverse = linalg.lapack.dtrtri(factor, lower=1, overwrite_c=1)[0]
        diagonal: Floats = (inverse**2).sum(axis=0) / self.x_scale[support] ** 2
        return diagonal


def idle(gram: Floats, cross: Floats) -> Booleans:
    """Return which regressors correlate with nothing, such as constant ones.

    Eigenvectors give them coefficients of the size of rounding errors, which are large
    in the units of a column that happens to be constant in training.

    Parameters
    ----------
    gram : ndarray of shape (n_regressors, n_regressors)
        Correlations.
    cross : ndarray of shape (n_regressors,) or (n_regressors, n_targets)
        With the targets.
    """
    alone = np.abs(gram).sum(axis=0) == 1.0
    found: Booleans = alone & ~cross.reshape(len(gram), -1).any(axis=1)
    return found


def _correlated(
    products: Floats,
    moments: Moments,
    mean: Floats,
    scale: Floats,
    rows: Integers,
    columns: Integers,
) -> Floats:
    """Turn sums of products into correlations, in place."""
    for start in range(0, len(rows), _CHUNK):  # no second matrix of that size
        part, where = products[start : start + _CHUNK], rows[start : start + _CHUNK]
        part /= moments.count
        part -= np.outer(mean[where], mean[columns])
        part /= scale[columns]
        part /= scale[where, None]
    return products


def _neighbours(products: Floats, x: Integers, overwrite: bool) -> Floats:
    """Return the products of some columns: a view if it may be and can be one."""
    if overwrite and len(x) and (np.diff(x) == 1).all():
        part = slice(int(x[0]), int(x[-1]) + 1)
        return products[part, part]
    return products[np.ix_(x, x)]


def _solve(gram: Floats, cross: Floats, ridge: float) -> Floats:
    if not len(gram):
        return np.zeros_like(cross)
    factor, ok = _factor(gram, ridge)
    if ok:
        solution: Floats = linalg.cho_solve((factor, True), cross, check_finite=False)
        return solution
    values, vectors = linalg.eigh(gram)
    values = values + ridge
    kept = values > _SINGULAR * values[-1]
    inverse = np.divide(1.0, values, out=np.zeros_like(values), where=kept)
    found: Floats = vectors @ (inverse * (vectors.T @ cross).T).T
    found[idle(gram, cross)] = 0.0
    return found


def _factor(gram: Floats, ridge: float) -> tuple[Floats, bool]:
    """Return the lower Cholesky factor and whether it is to be trusted."""
    matrix = np.array(gram, order="F")
    if ridge:
        matrix[np.diag_indices_from(matrix)] += ridge
    factor, info = linalg.lapack.dpotrf(matrix, lower=1, clean=1, overwrite_a=1)
    return factor, info == 0 and float(np.diag(factor).min()) ** 2 > _SINGULAR
