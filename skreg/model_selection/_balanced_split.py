"""Test sets in which rare labels are as frequent as others."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import BaseShuffleSplit
from sklearn.utils import check_consistent_length, check_random_state

from .._checks import Whole
from .._sklearn import safe_indexing
from ..preprocessing._target_bins import TargetBins, check_bins, check_vector

Rows = NDArray[np.int64]


class BalancedShuffleSplit(BaseShuffleSplit):
    """Draw test sets that are nearly balanced over label bins.

    The bins have equal width over the range of y. All give the same number of rows to
    the test set, as far as they have them; the training set keeps the rest, and with
    it the imbalance. Mean errors of such a test set weigh rare labels like frequent
    ones.

    Parameters
    ----------
    n_splits : int, default=10
        Number of random splits.
    test_size : float or int, default=0.1
        Share or number of test rows.
    n_bins : int, default=40
        Number of bins.
    max_share : float, default=0.5
        Largest share of a bin that may go to the test set, in (0, 1): labels that are
        too rare for a test row and a training row stay in training.
    random_state : int, RandomState instance or None, default=None
        Determines the draws.

    See Also
    --------
    balanced_test_split : One split, as by ``train_test_split``.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 4.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> from skreg.datasets import make_imbalanced_regression
    >>> from skreg.model_selection import BalancedShuffleSplit
    >>> X, y = make_imbalanced_regression(random_state=0)
    >>> cv = BalancedShuffleSplit(n_splits=3, random_state=0)
    >>> cross_val_score(LinearRegression(), X, y, cv=cv).shape
    (3,)
    """

    def __init__(
        self,
        n_splits: int = 10,
        *,
        test_size: float | int = 0.1,
        n_bins: int = 40,
        max_share: float = 0.5,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        super().__init__(n_splits, test_size=test_size, random_state=random_state)
        self.n_bins = n_bins
        self.max_share = max_share

    def _iter_indices(
        self, X: Any, y: ArrayLike | None = None, groups: Any = None
    ) -> Iterator[tuple[Rows, Rows]]:
        if y is None:
            raise ValueError("y must be given: the splits are balanced over its bins.")
        Whole()(self.n_splits, "n_splits")
        bins = self._bins(y)
        counts = np.bincount(bins)
        limits = np.floor(counts * self.max_share).astype(np.int64)
        n_test = self._n_test(len(bins), int(limits.sum()))
        random = check_random_state(self.random_state)
        for _ in range(self.n_splits):
            order = random.permutation(len(bins))
            quota = _even_quota(limits, n_test, random)
            # Rank of every row among those of its bin, in random order.
            rank = np.empty(len(bins), dtype=np.int64)
            by_bin = order[np.argsort(bins[order], kind="stable")]
            rank[by_bin] = np.arange(len(bins)) - np.repeat(
                np.cumsum(counts) - counts, counts
            )
            in_test = rank < quota[bins]
            yield order[~in_test[order]], order[in_test[order]]

    def _bins(self, y: ArrayLike) -> Rows:
        check_bins(self.n_bins)
        if not (isinstance(self.max_share, Real) and 0 < self.max_share < 1):
            raise ValueError(f"max_share={self.max_share!r} must lie in (0, 1).")
        labels = check_vector(y)
        return TargetBins.over(labels, self.n_bins).index(labels)

    def _n_test(self, n_rows: int, n_available: int) -> int:
        size: float = self.test_size
        if not isinstance(size, Real) or not 0 <= size <= n_rows:
            raise ValueError(f"test_size={size!r} must be a share or a number of rows.")
        is_share = not isinstance(size, Integral)
        n_test = round(size * n_rows) if is_share else size
        if (is_share and not 0 < size < 1) or not 0 < n_test <= n_available:
            raise ValueError(
                f"test_size={size} asks for {n_test} of {n_rows} rows, but the bins "
                f"can give between 1 and {n_available}; change test_size, raise "
                f"max_share={self.max_share} or lower n_bins={self.n_bins}."
            )
        return int(n_test)


def balanced_test_split(
    *arrays: Any,
    y: ArrayLike | None = None,
    test_size: float | int = 0.1,
    n_bins: int = 40,
    max_share: float = 0.5,
    random_state: int | np.random.RandomState | None = None,
) -> list[Any]:
    """Split arrays so that the test part is nearly balanced over label bins.

    Parameters
    ----------
    *arrays : sequence of array-like, DataFrame or Series of n_samples rows
        What to split.
    y : array-like of shape (n_samples,), default=None
        Labels; None takes the last of the arrays.
    test_size : float or int, default=0.1
        Share or number of test rows.
    n_bins : int, default=40
        Number of bins of equal width over the range of y.
    max_share : float, default=0.5
        Largest share of a bin that may go to the test set, in (0, 1).
    random_state : int, RandomState instance or None, default=None
        Determines the draw.

    Returns
    -------
    parts : list
        Training and test part of each array in turn, as from ``train_test_split``.

    Raises
    ------
    ValueError
        If lengths differ, y has a missing entry, or the bins cannot give as many
        rows.

    See Also
    --------
    BalancedShuffleSplit : The same for cross-validation.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.model_selection import balanced_test_split
    >>> y = np.repeat([1.0, 2.0, 3.0], [80, 15, 5])
    >>> X = y[:, None] ** 2
    >>> X_train, X_test, y_train, y_test = balanced_test_split(
    ...     X, y, test_size=6, n_bins=3, random_state=0
    ... )
    >>> np.unique(y_test, return_counts=True)[1]
    array([2, 2, 2])
    """
    if not arrays:
        raise ValueError("balanced_test_split needs at least one array.")
    labels = arrays[-1] if y is None else y
    try:
        check_consistent_length(*arrays, labels)
    except (TypeError, ValueError) as error:
        raise type(error)(f"arrays and y must have equal rows: {error}") from error
    splitter = BalancedShuffleSplit(
        1,
        test_size=test_size,
        n_bins=n_bins,
        max_share=max_share,
        random_state=random_state,
    )
    parts = next(splitter.split(arrays[0], labels))
    return [safe_indexing(array, rows) for array in arrays for rows in parts]


def _even_quota(limits: Rows, total: int, random: np.random.RandomState) -> Rows:
    """Share a total out evenly, where every bin has a limit."""
    levels = np.sort(limits)
    # The highest level that all bins can fill without exceeding the total.
    level = int(np.searchsorted(_filled(levels), total, side="right")) - 1
    quota = np.minimum(limits, level)
    more = np.flatnonzero(limits > level)
    quota[random.permutation(more)[: total - quota.sum()]] += 1
    return quota


def _filled(levels: Rows) -> Rows:
    """Return how much is in bins with sorted limits, filled to 0, 1, 2, ..."""
    height = np.arange(levels[-1] + 1)
    below = np.searchsorted(levels, height)
    sums = np.concatenate([[0], np.cumsum(levels)])
    return sums[below] + height * (len(levels) - below)
