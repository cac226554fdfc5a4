"""How well a classifier resisted wrong labels, where the right ones are known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import roc_auc_score
from sklearn.utils import column_or_1d
from sklearn.utils.validation import check_consistent_length

from .._sklearn import check_sample_weight
from .._types import Floats


def memorized_fraction(
    y_true: ArrayLike,
    y_noisy: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the share of wrong labels that the predictions repeat.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Right labels of the training rows.
    y_noisy : array-like of shape (n_samples,)
        The labels that were trained on.
    y_pred : array-like of shape (n_samples,)
        Predictions for the training rows.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    fraction : float
        In [0, 1], lower is better; NaN if no label is wrong.

    Raises
    ------
    ValueError
        If the lengths differ.

    See Also
    --------
    recovered_fraction : The share of wrong labels that the predictions put right.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020, figure 1.

    Examples
    --------
    >>> from skreg.metrics import memorized_fraction
    >>> memorized_fraction([0, 0, 0, 1], [0, 1, 2, 0], y_pred=[0, 1, 0, 0])
    0.6666666666666666
    """
    right, noisy, predicted = _vectors(y_true, y_noisy, y_pred)
    return _share(predicted == noisy, right != noisy, sample_weight)


def recovered_fraction(
    y_true: ArrayLike,
    y_noisy: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the share of rows with a wrong label that are predicted right.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Right labels of the training rows.
    y_noisy : array-like of shape (n_samples,)
        The labels that were trained on.
    y_pred : array-like of shape (n_samples,)
        Predictions for the training rows.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    fraction : float
        In [0, 1], higher is better; NaN if no label is wrong. With more than two
        classes a row may be neither memorized nor recovered.

    Raises
    ------
    ValueError
        If the lengths differ.

    See Also
    --------
    memorized_fraction : The share of wrong labels that the predictions repeat.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020, figure 1.

    Examples
    --------
    >>> from skreg.metrics import recovered_fraction
    >>> recovered_fraction([0, 0, 0, 1], [0, 1, 2, 0], y_pred=[0, 1, 0, 0])
    0.3333333333333333
    """
    right, noisy, predicted = _vectors(y_true, y_noisy, y_pred)
    return _share(predicted == right, right != noisy, sample_weight)


def label_issue_auroc(
    is_wrong: ArrayLike,
    label_quality: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return how well a quality score ranks wrong labels below right ones.

    Parameters
    ----------
    is_wrong : array-like of bool of shape (n_samples,)
        Whether each label is wrong.
    label_quality : array-like of shape (n_samples,)
        Scores of the labels, low for suspicious ones, such as `label_quality_` of
        :class:`skreg.ELRClassifier` or cleanlab's.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    auroc : float
        Probability that a right label scores higher than a wrong one: 1 is perfect,
        0.5 is chance, NaN if no label or every label is wrong.

    Raises
    ------
    ValueError
        If the lengths differ.

    Examples
    --------
    >>> from skreg.metrics import label_issue_auroc
    >>> label_issue_auroc([True, False, False, True], [0.1, 0.9, 0.4, 0.6])
    0.75
    """
    wrong = column_or_1d(is_wrong).astype(bool)
    quality = column_or_1d(label_quality)
    check_consistent_length(wrong, quality)
    if wrong.all() or not wrong.any():
        return float("nan")
    return float(roc_auc_score(~wrong, quality, sample_weight=sample_weight))


def _vectors(*labels: ArrayLike) -> list[NDArray[Any]]:
    vectors = [column_or_1d(np.asarray(one)) for one in labels]
    check_consistent_length(*vectors)
    return vectors


def _share(
    hit: NDArray[np.bool_], wrong: NDArray[np.bool_], sample_weight: ArrayLike | None
) -> float:
    """Return the weighted share of hits among the wrong labels."""
    weight: Floats = check_sample_weight(sample_weight, hit, dtype=np.float64)
    weight = weight * wrong
    if not weight.sum() > 0:
        return float("nan")
    return float(np.average(hit, weights=weight))
