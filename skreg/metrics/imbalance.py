"""Errors of a regression in which rare labels count as much as frequent ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .._checks import EDGES, FLOOR, TARGETS, WEIGHTS, OrNone, checked
from ._target_errors import output_errors


@checked(
    y_true=TARGETS,
    y_pred=TARGETS,
    y_train=OrNone(TARGETS),
    edges=EDGES,
    sample_weight=WEIGHTS,
)
def balanced_mean_absolute_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    y_train: ArrayLike | None = None,
    n_bins: int = 40,
    edges: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the mean over label bins of the mean absolute error in each.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Right labels.
    y_pred : array-like of the same shape
        Predictions.
    y_train : array-like of shape (n_train,) or (n_train, n_outputs), default=None
        Labels of the training rows, over whose range the bins are laid; None takes
        `y_true`. Labels outside the range belong to the end bins. Give it wherever
        errors of different test sets are compared.
    n_bins : int, default=40
        Number of bins of equal width, for each output its own.
    edges : array-like of shape (n_bins + 1,), default=None
        Edges of the bins, instead of the former two; such as ``range(1, 31)`` for
        whole numbers from 1 to 29.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows inside their bins. A bin without weight counts as empty.

    Returns
    -------
    error : float
        In units of y; the mean over the bins that have rows, and over outputs.
        Lower is better.

    Raises
    ------
    ValueError
        If an entry is missing or infinite, or shapes do not fit.

    See Also
    --------
    shot_metrics : Errors of frequent, less frequent and rare labels apart.
    make_imbalance_scorer : For searches and cross-validation.

    References
    ----------
    .. [1] J. Ren, M. Zhang, C. Yu, Z. Liu. "Balanced MSE for Imbalanced Visual
       Regression", CVPR 2022, section 5.1.

    Examples
    --------
    >>> from skreg.metrics import balanced_mean_absolute_error
    >>> y_true, y_pred = [0, 0, 0, 0, 10], [0, 0, 0, 0, 4]
    >>> balanced_mean_absolute_error(y_true, y_pred, n_bins=2)
    3.0
    """
    errors = output_errors(
        y_true, y_pred, y_train, n_bins=n_bins, edges=edges, sample_weight=sample_weight
    )
    return float(np.mean([one.mean("absolute", by_bin=True) for one in errors]))


@checked(
    y_true=TARGETS,
    y_pred=TARGETS,
    y_train=OrNone(TARGETS),
    edges=EDGES,
    sample_weight=WEIGHTS,
)
def balanced_mean_squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    y_train: ArrayLike | None = None,
    n_bins: int = 40,
    edges: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the mean over label bins of the mean squared error in each.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Right labels.
    y_pred : array-like of the same shape
        Predictions.
    y_train : array-like of shape (n_train,) or (n_train, n_outputs), default=None
        Labels of the training rows, over whose range the bins are laid; None takes
        `y_true`.
    n_bins : int, default=40
        Number of bins of equal width, for each output its own.
    edges : array-like of shape (n_bins + 1,), default=None
        Edges of the bins, instead of the former two.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows inside their bins.

    Returns
    -------
    error : float
        In squared units of y; the mean over the bins that have rows, and over
        outputs. Lower is better.

    Raises
    ------
    ValueError
        If an entry is missing or infinite, or shapes do not fit.

    See Also
    --------
    balanced_mean_absolute_error : The same for absolute errors.

    References
    ----------
    .. [1] J. Ren, M. Zhang, C. Yu, Z. Liu. "Balanced MSE for Imbalanced Visual
       Regression", CVPR 2022, section 5.1.

    Examples
    --------
    >>> from skreg.metrics import balanced_mean_squared_error
    >>> y_true, y_pred = [0, 0, 0, 0, 10], [0, 0, 0, 0, 4]
    >>> balanced_mean_squared_error(y_true, y_pred, n_bins=2)
    18.0
    """
    errors = output_errors(
        y_true, y_pred, y_train, n_bins=n_bins, edges=edges, sample_weight=sample_weight
    )
    return float(np.mean([one.mean("squared", by_bin=True) for one in errors]))


@checked(y_true=TARGETS, y_pred=TARGETS, floor=FLOOR, sample_weight=WEIGHTS)
def geometric_mean_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    floor: float = 1e-10,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the geometric mean of the absolute errors.

    It weighs the sizes of small errors as much as those of large ones: a model that
    is fair to all labels has a low one.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Right labels.
    y_pred : array-like of the same shape
        Predictions.
    floor : float, default=1e-10
        Errors count as at least this, in units of y; without it one exact hit
        makes the mean 0.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    error : float
        In units of y, the mean over outputs. Lower is better.

    Raises
    ------
    ValueError
        If an entry is missing or infinite, shapes do not fit, or the floor is not
        positive.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 4.

    Examples
    --------
    >>> from skreg.metrics import geometric_mean_error
    >>> round(geometric_mean_error([0.0, 0.0], [1.0, 100.0]), 6)
    10.0
    """
    check_floor(floor)
    errors = output_errors(y_true, y_pred, None, sample_weight=sample_weight)
    return float(np.mean([one.mean("geometric", floor=floor) for one in errors]))


def check_floor(floor: float) -> None:
    """Raise a ValueError unless the least error is positive."""
    if not 0 < floor < np.inf:
        raise ValueError(f"floor={floor!r} must be positive; 1e-10 is usual.")
