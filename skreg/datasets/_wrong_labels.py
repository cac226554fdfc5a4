"""Wrong labels made to measure: five kinds of label noise, one way to draw them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets

from skreg.datasets._noise_kinds import KINDS, NoiseRequest

from .._checks import Labels, Number, Numbers, checked, flag
from .._types import Floats


@checked(rate=Number(0.0, 1.0), inclusive=flag, exact=flag)
def make_label_noise(
    y: ArrayLike,
    kind: Any = "symmetric",
    *,
    rate: float = 0.2,
    inclusive: bool = False,
    flips: Mapping[Any, Any] | None = None,
    X: Any = None,
    estimator: BaseEstimator | None = None,
    exact: bool = False,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[NDArray[Any], NDArray[np.bool_], Floats]:
    r"""Replace a part of the labels by wrong ones.

    Every row gets probabilities :math:`P(\text{new label} \mid \text{row})`, from
    which its label is drawn. A classifier can only learn the right labels as long
    as these stay the most frequent ones of their rows: a rate below
    :math:`(C - 1) / C` for exclusive symmetric noise on C classes, below 1/2 for
    pair flips.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Right labels of any type, of at least two classes.
    kind : str or array-like of shape (n_classes, n_classes), default='symmetric'
        How labels go wrong:

        - 'symmetric': to any label alike.
        - 'pair': to one particular other label, see `flips`.
        - 'instance': to a label that depends on the row [1]_. Rates vary from row
          to row around `rate`, and the wrong label is drawn from the softmax of a
          random linear function of the standardised row, one function a class.
        - 'boundary': where a reference model is least sure, to the label that it
          thinks the likeliest of the others.
        - a matrix: entry (i, j) is the probability that label i becomes label j, in
          the order of the sorted labels; rows sum to 1 and `rate` is not used.
    rate : float, default=0.2
        Expected share of labels that are drawn anew ('symmetric' with `inclusive`)
        or wrong (else), in [0, 1].
    inclusive : bool, default=False
        Whether a label drawn anew in 'symmetric' noise may be the old one. Then only
        the share ``rate * (n_classes - 1) / n_classes`` is wrong, as in many
        publications on images.
    flips : dict, default=None
        For 'pair': the label that each label may turn into. Labels that are no keys
        stay. None turns each label into the next in sorted order, the last into the
        first.
    X : array-like of shape (n_samples, n_features), default=None
        The rows, needed by 'instance' (numbers) and 'boundary' (whatever the
        estimator takes).
    estimator : classifier with ``predict_proba``, default=None
        Reference model of 'boundary', of which a clone is fitted on the right
        labels. None takes a logistic regression on standardised columns.
    exact : bool, default=False
        Whether the counts of a class's new labels are fixed: at most one off their
        expectations. Otherwise every row is drawn on its own.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws.

    Returns
    -------
    y_noisy : ndarray of shape (n_samples,)
        The labels, a part of them wrong.
    is_wrong : ndarray of bool of shape (n_samples,)
        Which of them differ from the right ones.
    transition : ndarray of shape (n_classes, n_classes)
        Entry (i, j) is the mean probability that a row of class i gets label j, in
        the order of the sorted labels.

    Raises
    ------
    ValueError
        If the rate, the kind, the matrix or `flips` do not fit the labels, or X is
        missing.

    See Also
    --------
    skreg.metrics.memorized_fraction : What a classifier made of the wrong labels.

    References
    ----------
    .. [1] X. Xia et al. "Part-dependent Label Noise: Towards Instance-dependent
       Label Noise", NeurIPS 2020, algorithm 2.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.datasets import make_label_noise
    >>> y = np.repeat(["cat", "dog", "eel"], 50)
    >>> y_noisy, is_wrong, transition = make_label_noise(
    ...     y, rate=0.3, exact=True, random_state=0
    ... )
    >>> int(is_wrong.sum())
    45
    >>> transition
    array([[0.7 , 0.15, 0.15],
           [0.15, 0.7 , 0.15],
           [0.15, 0.15, 0.7 ]])
    >>> y_noisy, *_ = make_label_noise(y, "pair", flips={"cat": "dog"}, rate=0.4)
    >>> [str(label) for label in np.unique(y_noisy[100:])]
    ['eel']
    """
    classes, codes = _read_labels(y)
    request = NoiseRequest(
        codes=codes,
        classes=classes,
        rate=float(rate),
        inclusive=inclusive,
        flips=flips,
        X=X,
        estimator=estimator,
        random=check_random_state(random_state),
    )
    probabilities = _probabilities(kind, request)
    new = _draw(probabilities, codes, request.random, exact=exact)
    return classes[new], new != codes, _mean_by_class(probabilities, codes)


def _read_labels(y: ArrayLike) -> tuple[NDArray[Any], NDArray[np.intp]]:
    plain = y.to_numpy() if hasattr(y, "to_numpy") else y
    labels = Labels()(plain, "y")
    with np.errstate(invalid="ignore"):  # of the search for fractions
        check_classification_targets(labels)
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"y has {len(classes)} class, but label noise needs at least two; check y."
        )
    return classes, codes


def _probabilities(kind: Any, request: NoiseRequest) -> Floats:
    """Return the probabilities of the new label of every row."""
    if not isinstance(kind, str):
        return request.by_class(_check_matrix(kind, len(request.classes)))
    if kind not in KINDS:
        raise ValueError(
            f"kind={kind!r} is unknown; use one of {sorted(KINDS)} or a matrix of "
            "shape (n_classes, n_classes)."
        )
    return KINDS[kind](request)


def _check_matrix(matrix: ArrayLike, n_classes: int) -> Floats:
    transition: Floats = Numbers(n_axes=(2,))(matrix, "kind")
    if transition.shape != (n_classes, n_classes):
        raise ValueError(
            f"kind is a matrix of shape {transition.shape}, but y has {n_classes} "
            f"classes; give shape ({n_classes}, {n_classes})."
        )
    if transition.min() < 0 or not np.allclose(transition.sum(axis=1), 1.0):
        raise ValueError(
            "kind is a matrix whose rows must be probabilities: no negative entry, "
            f"sums of 1; the sums are {transition.sum(axis=1).tolist()}."
        )
    return transition / transition.sum(axis=1, keepdims=True)


def _draw(
    probabilities: Floats,
    codes: NDArray[np.intp],
    random: np.random.RandomState,
    *,
    exact: bool,
) -> NDArray[np.intp]:
    """Draw a label a row by inverting the distribution function."""
    uniform = random.random_sample(len(codes))
    if exact:  # evenly spaced numbers, dealt out at random within each class
        for code in np.unique(codes):
            rows = random.permutation(np.flatnonzero(codes == code))
            uniform[rows] = (np.arange(len(rows)) + uniform[rows[0]]) / len(rows)
    cumulated = probabilities.cumsum(axis=1)
    cumulated[:, -1] = 1.0
    return (uniform[:, None] >= cumulated).sum(axis=1)


def _mean_by_class(probabilities: Floats, codes: NDArray[np.intp]) -> Floats:
    return np.stack(
        [probabilities[codes == c].mean(axis=0) for c in range(probabilities.shape[1])]
    )
