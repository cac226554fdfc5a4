"""How well a classifier resisted wrong labels, where the right ones are known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import roc_auc_score

from .._checks import WEIGHTS, Labels, Numbers, checked, same_length
from .._sklearn import check_sample_weight
from .._types import Floats


@checked(y_true=Labels(), y_noisy=Labels(), y_pred=Labels(), sample_weight=WEIGHTS)
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
    right, noisy, predicted = _vectors(y_true, y_noisy, y_pred, sample_weight)
    return _share(predicted == noisy, right != noisy, sample_weight)


@checked(y_true=Labels(), y_noisy=Labels(), y_pred=Labels(), sample_weight=WEIGHTS)
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
    right, noisy, predicted = _vectors(y_true, y_noisy, y_pred, sample_weight)
    return _share(predicted == right, right != noisy, sample_weight)


@checked(is_wrong=Numbers(), label_quality=Numbers(), sample_weight=WEIGHTS)
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
    marks, quality = np.asarray(is_wrong), np.asarray(label_quality)
    if not np.isin(marks, [0, 1]).all():
        raise ValueError("is_wrong must hold True and False only, or 1 and 0.")
    wrong = marks.astype(bool)
    same_length(is_wrong=wrong, label_quality=quality, sample_weight=sample_weight)
    if sample_weight is not None:
        counted = np.asarray(sample_weight) > 0
        wrong, quality = wrong[counted], quality[counted]
        sample_weight = np.asarray(sample_weight)[counted]
    if wrong.all() or not wrong.any():
        return float("nan")
    return float(roc_auc_score(~wrong, quality, sample_weight=sample_weight))


def _vectors(
    y_true: Any, y_noisy: Any, y_pred: Any, sample_weight: Any
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the labels, unless lengths differ or texts meet numbers."""
    vectors = {"y_true": y_true, "y_noisy": y_noisy, "y_pred": y_pred}
    same_length(**vectors, sample_weight=sample_weight)
    are_text = {name: isinstance(one[0], str) for name, one in vectors.items()}
    if len(set(are_text.values())) > 1:
        texts = [name for name, is_text in are_text.items() if is_text]
        raise ValueError(
            f"of y_true, y_noisy and y_pred only {texts} hold text, so that nothing "
            "can be equal; give labels of one type."
        )
    return y_true, y_noisy, y_pred


def _share(
    hit: NDArray[np.bool_], wrong: NDArray[np.bool_], sample_weight: ArrayLike | None
) -> float:
    """Return the weighted share of hits among the wrong labels."""
    weight: Floats = check_sample_weight(sample_weight, hit, dtype=np.float64)
    weight = weight * wrong
    if not weight.sum() > 0:
        return float("nan")
    return float(np.average(hit, weights=weight))
