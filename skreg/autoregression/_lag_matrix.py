"""Lag matrices, for estimators that want a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from .._checks import Numbers, OrNone, checked
from .._types import Floats
from ._series_arguments import one_series, read_lags, whole_number

_SERIES = Numbers(low=-np.inf, high=np.inf, gaps=True)
_COLUMNS = Numbers(n_axes=(1, 2), gaps=True)


@checked(y=_SERIES, X=OrNone(_COLUMNS))
def make_lag_matrix(
    y: ArrayLike,
    lags: int | Sequence[int],
    *,
    horizon: int = 1,
    X: ArrayLike | None = None,
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
    X : array-like of shape (n_times,) or (n_times, n_exog), default=None
        Exogenous columns, known at the times of the targets.

    Returns
    -------
    X : ndarray of shape (n_windows, n_lags + horizon * n_exog)
        Lags in the order of `lags`; for an int a read-only view that takes no memory.
        Then the exogenous columns at the first target's time, the second's, ...
    Y : ndarray of shape (n_windows,) or (n_windows, horizon)
        The next value, or the next `horizon` ones.

    Raises
    ------
    ValueError
        If `lags` or `horizon` is not positive, the series is too short, or X has other
        rows.

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
    values = one_series(y, gaps=True)
    chosen = read_lags(lags)
    several = np.ndim(lags) > 0
    horizon = whole_number(horizon, "horizon")
    order = int(chosen.max())
    if len(values) < order + horizon:
        raise ValueError(
            f"y has {len(values)} values, fewer than lags + horizon = "
            f"{order + horizon}; use fewer lags or a longer series."
        )
    windows = sliding_window_view(values, order + horizon)
    past = windows[:, order - 1 :: -1] if order > 1 else windows[:, :1]
    past = past[:, :order]
    lagged = past[:, chosen - 1] if several else past
    Y = windows[:, order:]
    if X is not None:
        lagged = np.column_stack(
            [lagged, _known_columns(X, len(values), order, horizon)]
        )
    return lagged, (Y[:, 0] if horizon == 1 else Y)


def _known_columns(X: ArrayLike, n_times: int, order: int, horizon: int) -> Floats:
    """Return exogenous columns at the times of the targets, step by step."""
    exog = np.asarray(X, dtype=np.float64)
    exog = exog[:, None] if exog.ndim == 1 else exog
    if exog.ndim != 2 or len(exog) != n_times:
        raise ValueError(
            f"X must have one row for each of the {n_times} values of y, got the shape "
            f"{np.shape(X)}."
        )
    windows = np.moveaxis(sliding_window_view(exog[order:], horizon, axis=0), 2, 1)
    return windows.reshape(len(windows), -1)
