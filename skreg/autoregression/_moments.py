"""Sums, sums of products and a count: all that least squares needs of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .._types import Floats, Integers


@dataclass(frozen=True)
class Moments:
    """Second moments of the columns of a (never materialised) design matrix.

    Moments of disjoint sets of rows add up, and those of a part can be subtracted:
    panels are sums, training parts of time-ordered folds are differences.

    Attributes
    ----------
    products : ndarray of shape (n_columns, n_columns)
        Sums over the rows of the products of two columns.
    sums : ndarray of shape (n_columns,)
        Sums of the columns.
    count : float
        Number of rows, or the sum of their weights.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.autoregression import Moments
    >>> rows = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 9.0]])
    >>> both = Moments.of_rows(rows[:2]) + Moments.of_rows(rows[2:])
    >>> both.mean()
    array([3., 5.])
    >>> both.covariance().round(3)  # as numpy.cov(rows.T, bias=True)
    array([[2.667, 4.667],
           [4.667, 8.667]])
    """

    products: Floats
    sums: Floats
    count: float

    @classmethod
    def of_rows(cls, rows: Floats, weight: Floats | None = None) -> Moments:
        """Return the moments of an explicit matrix.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_columns)
            The matrix. Subtract a rough mean first: large offsets cost digits.
        weight : ndarray of shape (n_rows,), default=None
            Weights of the rows; None means 1.
        """
        if weight is None:
            return cls(rows.T @ rows, rows.sum(axis=0), float(len(rows)))
        weighted = rows * weight[:, None]
        return cls(rows.T @ weighted, weighted.sum(axis=0), float(weight.sum()))

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            self.products + other.products,
            self.sums + other.sums,
            self.count + other.count,
        )

    def __sub__(self, other: Moments) -> Moments:
        return Moments(
            self.products - other.products,
            self.sums - other.sums,
            self.count - other.count,
        )

    def take(self, columns: Sequence[int] | Integers) -> Moments:
        """Return the moments of some of the columns, in the given order."""
        where = np.asarray(columns, dtype=np.int64)
        return Moments(
            self.products[np.ix_(where, where)], self.sums[where], self.count
        )

    def mean(self) -> Floats:
        """Return the means of the columns."""
        return self.sums / self.count

    def covariance(self, *, centred: bool = True) -> Floats:
        """Return the covariances, or the raw mean products if not ``centred``."""
        covariance: Floats = self.products / self.count
        if centred:
            mean = self.mean()
            covariance -= np.outer(mean, mean)
        return covariance
