"""Bin edges of the columns of a matrix, for nets that look at numbers in bins."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._quantiles import Distribution, distributions


def bin_edges(
    X: NDArray[Any], n_bins: int, sample_weight: ArrayLike | None = None
) -> list[NDArray[np.float64]]:
    """Edges which follow both the rows and the distinct values of each column.

    Quantiles of the rows put edges where the rows are, but a value shared by most rows
    takes them all; quantiles of the distinct values keep some for the others.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Numbers. Missing entries are left out.
    n_bins : int
        Each of the two kinds contributes at most ``n_bins + 1`` edges; at least 1.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows. A row of weight 0 counts as absent, one of weight k as k
        copies, to the last bit.

    Returns
    -------
    list of ndarray
        The edges of each column: float64, distinct and sorted, at least one. A constant
        column has its value, a column without a known entry has 0.

    Raises
    ------
    ValueError
        If `n_bins` is less than 1.

    Examples
    --------
    >>> import numpy as np
    >>> bin_edges(np.array([[0.0], [0.0], [0.0], [1.0], [2.0], [8.0]]), n_bins=2)
    [array([0., 1., 8.])]
    """
    if n_bins < 1:
        raise ValueError(f"n_bins must be at least 1, got {n_bins}.")
    weight = None if sample_weight is None else np.asarray(sample_weight, np.float64)
    levels = np.linspace(0.0, 1.0, n_bins + 1)
    return [_edges(column, levels) for column in distributions(X, weight)]


def _edges(column: Distribution, levels: NDArray[np.float64]) -> NDArray[np.float64]:
    distinct = column.values
    if not len(distinct):
        return np.zeros(1)
    if len(distinct) < len(levels):  # quantiles of the rows are among them
        return distinct
    return np.union1d(column.quantiles(levels), column.unweighted().quantiles(levels))
