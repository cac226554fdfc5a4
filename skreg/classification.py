"""Classifiers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Real
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._optional_dependencies import check_pandas_support
from sklearn.utils.validation import check_is_fitted

from ._estimator._roles import NetClassifier
from ._estimator._session import Session
from ._parameters import Doc, Interval, StrOptions, defaults, field, parameters
from ._training._predict import softmax
from .regularizers import ELR, Regularizer

__all__ = ["ELRClassifier", "RegularizedClassifier"]

# Epochs before which averages say little about rare classes.
_MATURE = 20
# Weight (in rows) below which a class may well be lost.
_FEWEST_ROWS = 10


@parameters
@defaults(dropout=0.1, lr=8e-3)
class RegularizedClassifier(NetClassifier):
    """A neural net for classification, with any regularizers.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    ELRClassifier : Classification when part of the labels is wrong.
    RegularizedRegressor : The same for numbers.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import LabelSmoothing, Mixup
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(
    ...     regularizers=[Mixup(), LabelSmoothing()], random_state=0
    ... )
    >>> net.set_params(mixup__strength=0.5).fit(X, y).score(X, y) > 0.95
    True
    """


@parameters
@defaults(
    hidden_layer_sizes=(128, 128),
    lr=2e-3,
    lr_schedule="constant",
    max_epochs=60,
    weight_decay=0.2,
    scaling="standard",
    numeric_embedding=None,
    wide=False,
)
class ELRClassifier(NetClassifier):
    """A neural net that learns well although part of the labels is wrong.

    Early-learning regularization keeps what the net learnt before it began to
    memorise wrong labels. One training gives a classifier and a quality score for
    every training label. :meth:`find_label_issues` shows the labels not believed in.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    skreg.regularizers.ELR : The penalty on its own.
    RegularizedClassifier : The same net with any other regularizers.

    Notes
    -----
    Leave `early_stopping` off: validation labels would be as wrong as the others.
    The penalty is negative, and falls as predictions become surer.

    Some defaults are not those of `RegularizedClassifier`, because early learning
    must be told from memorising: curves of numbers and additive terms fit single rows
    within a few epochs, and so do large nets with large steps.

    A warning is given if no row is taken for a class that has labels: the penalty
    was too strong for it, often because it is rare.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_wine
    >>> from skreg import ELRClassifier
    >>> X, y = load_wine(return_X_y=True)
    >>> wrong = np.random.default_rng(0).permutation(len(y))[:50]
    >>> noisy = y.copy()
    >>> noisy[wrong] = (y[wrong] + 1) % 3
    >>> net = ELRClassifier(random_state=0).fit(X, noisy)
    >>> net.score(X, y) > 0.9
    True
    >>> suspects = np.argsort(net.label_quality_)[:50]
    >>> np.isin(suspects, wrong).mean() > 0.8
    np.True_
    >>> net.find_label_issues().columns.tolist()
    ['is_label_issue', 'label_quality', 'given_label', 'predicted_label']
    """

    strength: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float or 'auto'",
            "Factor of the penalty; 0 equals the plain net of the same parameters, "
            "bit for bit. 'auto' is 5 for up to 10 classes, less for more (3 for "
            "26), as long as a tenth of the labels are contradicted by the averaged "
            "predictions, and falls to 0 with their share.",
        ),
    ] = "auto"
    beta: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="left"),
        Doc("float or 'auto'", "Momentum of the averaged predictions; 'auto' is 0.85."),
    ] = "auto"

    targets_: Annotated[
        NDArray[np.float64],
        Doc(
            "ndarray of shape (n_samples, n_classes)",
            "Averaged predictions for the training rows; rows sum to 1.",
        ),
    ] = field(init=False)
    label_quality_: Annotated[
        NDArray[np.float64],
        Doc(
            "ndarray of shape (n_samples,)",
            "Share of `targets_` on the given label, in [0, 1]; low is suspicious.",
        ),
    ] = field(init=False)
    label_issues_: Annotated[
        NDArray[np.bool_],
        Doc(
            "ndarray of bool of shape (n_samples,)",
            "Rows of which another label is the most likely one in `targets_`.",
        ),
    ] = field(init=False)
    suggested_labels_: Annotated[
        NDArray[Any],
        Doc("ndarray of shape (n_samples,)", "The most likely labels in `targets_`."),
    ] = field(init=False)
    label_noise_rate_: Annotated[
        float,
        Doc("float", "Share of the training rows in `label_issues_`, in [0, 1]."),
    ] = field(init=False)

    def find_label_issues(self) -> Any:
        """Return what is known of the training labels, as a table.

        The columns are those of cleanlab's method of this name. Needs pandas.

        Returns
        -------
        issues : DataFrame of shape (n_samples, 4)
            A row for every training row, in their order, with the columns

            is_label_issue : bool
                Whether another label is more likely.
            label_quality : float
                Trust in the given label, in [0, 1].
            given_label : object
                The label passed to `fit`.
            predicted_label : object
                The most likely one.

        Raises
        ------
        ImportError
            If pandas is not installed.
        sklearn.exceptions.NotFittedError
            If `fit` has not been called.

        Examples
        --------
        >>> from sklearn.datasets import load_wine
        >>> from skreg import ELRClassifier
        >>> X, y = load_wine(return_X_y=True)
        >>> y[7] = 2
        >>> issues = ELRClassifier(random_state=0).fit(X, y).find_label_issues()
        >>> int(issues["label_quality"].argmin())
        7
        """
        check_is_fitted(self)
        pandas = check_pandas_support("ELRClassifier.find_label_issues")
        return pandas.DataFrame(
            {
                "is_label_issue": self.label_issues_,
                "label_quality": self.label_quality_,
                "given_label": self.classes_[self._given],
                "predicted_label": self.suggested_labels_,
            }
        )

    def _preset(self) -> Mapping[str, Regularizer]:
        return {"elr": ELR(strength=self.strength, beta=self.beta, eps="auto")}

    def _finish(self, session: Session) -> None:
        """Publish the memory; rows never visited get the net's own probabilities."""
        elr = self.regularizers_["elr"]
        assert isinstance(elr, ELR)
        mass = elr.table_.numpy().astype(np.float64)
        mass = mass.reshape(-1, *mass.shape[-2:]).mean(axis=0)  # over the members
        unseen = mass.sum(axis=1) == 0
        if unseen.any():
            mass[unseen] = softmax(self._forward(session.inputs[unseen]))
        targets = mass / mass.sum(axis=1, keepdims=True)
        best = targets.argmax(axis=1)
        self._given = session.target
        self.targets_ = targets
        self.label_quality_ = targets[np.arange(len(targets)), session.target]
        self.label_issues_ = best != session.target
        self.suggested_labels_ = self.classes_[best]
        self.label_noise_rate_ = float(self.label_issues_.mean())
        if self.n_iter_ >= max(self.max_epochs, _MATURE) and self.strength != 0:
            self._warn_of_lost_classes(best, session)

    def _warn_of_lost_classes(self, best: NDArray[np.intp], session: Session) -> None:
        """Warn if all rows of a class are taken for mislabelled."""
        rows = session.rows
        given, n_classes = session.target[rows.train], len(self.classes_)
        mass = np.bincount(given, rows.of_training(), minlength=n_classes)
        found = np.bincount(best[rows.train], minlength=n_classes)
        lost = self.classes_[(mass >= _FEWEST_ROWS) & (found == 0)].tolist()
        if lost:
            warnings.warn(
                f"ELRClassifier: no training row is taken for a member of the classes "
                f"{lost}, although labels say so: in targets_, others are always more "
                "likely. If these classes are real, lower strength (now "
                f"{self.strength!r}), raise beta (now {self.beta!r}), or set "
                "class_weight='balanced' if they are rare.",
                UserWarning,
                stacklevel=2,
            )
