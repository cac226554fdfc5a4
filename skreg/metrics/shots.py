"""Errors of labels that training saw often, sometimes and seldom."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import EDGES, FLOOR, TARGETS, WEIGHTS, checked
from .._types import Floats
from ..preprocessing._target_bins import check_vector
from ._target_errors import ERRORS, check_option, label_bins, output_errors
from .imbalance import check_floor

SHOTS = ("many", "median", "few")
Thresholds = tuple[float, float] | str


@checked(y=TARGETS, y_train=TARGETS, edges=EDGES)
def shot_groups(
    y: ArrayLike,
    *,
    y_train: ArrayLike,
    thresholds: Thresholds = (100, 20),
    n_bins: int = 40,
    edges: ArrayLike | None = None,
) -> NDArray[np.str_]:
    """Tell labels that are frequent in training from those that are rare.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels.
    y_train : array-like of shape (n_train,)
        Labels of the training rows, which are counted.
    thresholds : (float, float) or 'auto', default=(100, 20)
        A label is 'many' if more training rows than the first number are in its
        bin, 'few' if fewer than the second, else 'median'. The default is usual for
        images. With 40 bins a table of fewer than 4,000 rows has hardly a bin with
        more than 100: 'auto' takes ``n_train / n_bins`` and a fifth of it, which
        are the same numbers at 4,000 rows.
    n_bins : int, default=40
        Number of bins of equal width over the range of `y_train`. Labels outside
        the range belong to the end bins, and a few that are far off all others have
        an end bin for themselves. (Bins of equal content would have no rare
        ones.)
    edges : array-like of shape (n_bins + 1,), default=None
        Edges of the bins instead.

    Returns
    -------
    groups : ndarray of str of shape (n_samples,)
        'many', 'median' or 'few'.

    Raises
    ------
    ValueError
        If an entry is missing or infinite, or the thresholds are not in order.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 4.

    Examples
    --------
    >>> from skreg.metrics import shot_groups
    >>> y_train = [1.0] * 150 + [2.0] * 50 + [3.0] * 5
    >>> shot_groups([1.0, 2.0, 3.0], y_train=y_train, n_bins=3)
    array(['many', 'median', 'few'], dtype='<U6')
    """
    labels, train = check_vector(y), check_vector(y_train, "y_train")
    bins = label_bins(train, n_bins, edges)
    return _groups(bins.mass(train), thresholds)[bins.index(labels)]


@checked(
    y_true=TARGETS,
    y_pred=TARGETS,
    y_train=TARGETS,
    edges=EDGES,
    floor=FLOOR,
    sample_weight=WEIGHTS,
)
def shot_metrics(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    y_train: ArrayLike,
    error: str = "absolute",
    thresholds: Thresholds = (100, 20),
    average: str = "rows",
    n_bins: int = 40,
    edges: ArrayLike | None = None,
    floor: float = 1e-10,
    sample_weight: ArrayLike | None = None,
) -> dict[str, float]:
    """Return the errors of frequent, less frequent and rare labels.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Right labels.
    y_pred : array-like of the same shape
        Predictions.
    y_train : array-like of shape (n_train,) or (n_train, n_outputs)
        Labels of the training rows: they say which labels are rare.
    error : {'absolute', 'squared', 'geometric'}, default='absolute'
        Mean absolute error, mean squared error or :func:`geometric_mean_error`.
    thresholds : (float, float) or 'auto', default=(100, 20)
        Training rows in a bin, see :func:`shot_groups`.
    average : {'rows', 'bins'}, default='rows'
        Whether all rows of a group count the same, or all its bins.
    n_bins : int, default=40
        Number of bins of equal width over the range of `y_train`.
    edges : array-like of shape (n_bins + 1,), default=None
        Edges of the bins instead.
    floor : float, default=1e-10
        Least error for 'geometric', in units of y.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows of `y_true`.

    Returns
    -------
    errors : dict of str to float
        For 'many', 'median' and 'few'; the mean over outputs. NaN for a group
        without rows.

    Raises
    ------
    ValueError
        If an entry is missing or infinite, shapes do not fit, or an option is
        unknown.

    See Also
    --------
    balanced_mean_absolute_error : One number instead of three.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 4.

    Examples
    --------
    >>> from skreg.metrics import shot_metrics
    >>> y_train = [1.0] * 150 + [2.0] * 50 + [3.0] * 5
    >>> shot_metrics([1.0, 2.0, 3.0], [1.5, 2.0, 1.0], y_train=y_train, n_bins=3)
    {'many': 0.5, 'median': 0.0, 'few': 2.0}
    """
    check_option("error", error, ERRORS)
    check_option("average", average, ("rows", "bins"))
    check_floor(floor)
    least = floor if error == "geometric" else 0.0
    means = []
    for one in output_errors(
        y_true, y_pred, y_train, n_bins=n_bins, edges=edges, sample_weight=sample_weight
    ):
        group = _groups(one.n_train, thresholds)[one.bin]
        mean = partial(one.mean, error, by_bin=average == "bins", floor=least)
        means.append([mean(rows=group == shot) for shot in SHOTS])
    return dict(zip(SHOTS, _mean_of_present(np.array(means)), strict=True))


def _groups(n_train: Floats, thresholds: Thresholds) -> NDArray[np.str_]:
    """Return the group of each bin."""
    if isinstance(thresholds, str):
        check_option("thresholds", thresholds, ("auto",))
        equal_share = n_train.sum() / len(n_train)
        bounds = np.array([equal_share, equal_share / 5])
    else:
        try:
            bounds = np.ravel(thresholds)
        except ValueError:  # of lists of different lengths
            bounds = np.empty(0)
    is_pair = bounds.shape == (2,) and bounds.dtype.kind in "iuf"
    if not (is_pair and 0 <= bounds[1] <= bounds[0]):
        raise ValueError(
            f"thresholds={thresholds!r} must be two numbers of rows, the larger first, "
            "or 'auto'."
        )
    many, few = bounds
    groups = np.where(n_train > many, "many", "median")
    return np.where(n_train < few, "few", groups)


def _mean_of_present(means: Floats) -> list[float]:
    """Return the mean over outputs, of those that have rows in a group."""
    present = ~np.isnan(means)
    n_present = present.sum(0)
    total = np.where(present, means, 0.0).sum(0)
    result = np.full(means.shape[1], np.nan)
    np.divide(total, n_present, out=result, where=n_present > 0)
    return result.tolist()
