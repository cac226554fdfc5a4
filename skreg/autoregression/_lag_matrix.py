"""Lag matrices, for estimators that want a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from ._moments import Floats


def make_lag_matrix(
    y: ArrayLike, lags: int | Sequence[int], *, horizon: int = 1
) -> tuple[Floats, Floats]:
    """Return lagged values and the values that follow them.

    Parameters
    ----------
    y : array-like of shape (n_times,)
        The series, oldest value first.
    lags : int or sequence of int
        Number of lags, or the lags themselves; 1 is the latest value.
    horizon : int, default=1
        Values to predict from a row.

    Returns
    -------
    X : ndarray of shape (n_windows, n_lags)
        In the order of `lags`; for an int a read-only view that takes no memory.
    Y : ndarray of shape (n_windows,) or (n_windows, horizon)
        The next value, or the next `horizon` ones.

    Raises
    ------
    ValueError
        If `lags` or `horizon` is not positive, or the series is too short.

    Notes
    -----
    Neighbouring rows share values. Cross-validate with
    :class:`~sklearn.model_selection.TimeSeriesSplit` and ``gap=horizon - 1``; random
    folds would leak.

    Examples
    --------
    >>> from skreg.autoregression import make_lag_matrix
    >>> X, y = make_lag_matrix([1.0, 2.0, 3.0, 4.0, 5.0], lags=2)
    >>> X
    array([[2., 1.],
           [3., 2.],
           [4., 3.]])
    >>> y
    array([3., 4., 5.])
    """
    values = np.asarray(y, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"y must be one series, got an array of shape {values.shape}.")
    several = np.ndim(lags) > 0
    chosen = np.asarray(lags if several else np.arange(1, 1 + lags), dtype=int)  # type: ignore[operator]
    if chosen.size == 0 or chosen.min() < 1 or horizon < 1:
        raise ValueError(
            f"lags and horizon count from 1, got lags={lags!r} and horizon={horizon}."
        )
    order = int(chosen.max())
    if len(values) < order + horizon:
        raise ValueError(
            f"y has {len(values)} values, fewer than lags + horizon = "
            f"{order + horizon}; use fewer lags or a longer series."
        )
    windows = sliding_window_view(values, order + horizon)
    past = windows[:, order - 1 :: -1] if order > 1 else windows[:, :1]
    past = past[:, :order]
    X = past[:, chosen - 1] if several else past
    Y = windows[:, order:]
    return X, (Y[:, 0] if horizon == 1 else Y)
