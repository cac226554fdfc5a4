"""What a classifier that watches its training labels says about them."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from .._parameters import Doc, field, parameters
from .._sklearn import check_pandas_support
from .._training._predict import softmax
from ._roles import NetClassifier
from ._session import Session


@parameters
class LabelJudge(NetClassifier):
    """Trust in every training label, as attributes and as a table.

    Parameters
    ----------
    {parameters}
    """

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
            "Trust in the given label, in [0, 1]; low is suspicious. Its probability "
            "by the averages of all epochs, and by where wrong labels come from.",
        ),
    ] = field(init=False)
    label_issues_: Annotated[
        NDArray[np.bool_],
        Doc(
            "ndarray of bool of shape (n_samples,)",
            "Rows of which another label is the most likely one, by `targets_` and by "
            "where wrong labels come from.",
        ),
    ] = field(init=False)
    suggested_labels_: Annotated[
        NDArray[Any],
        Doc("ndarray of shape (n_samples,)", "The most likely labels."),
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
        pandas = check_pandas_support(f"{type(self).__name__}.find_label_issues")
        return pandas.DataFrame(
            {
                "is_label_issue": self.label_issues_,
                "label_quality": self.label_quality_,
                "given_label": self.classes_[self._given],
                "predicted_label": self.suggested_labels_,
            }
        )

    def _judge(
        self,
        targets: NDArray[np.float64],
        session: Session,
        judged: NDArray[np.float64] | None = None,
        trust: NDArray[np.float64] | None = None,
    ) -> None:
        """Publish averaged predictions; rows without any get the net's own.

        Parameters
        ----------
        targets : ndarray of shape (n_samples, n_classes)
            Averages, zero for rows never visited; changed in place.
        session : Session
            The fit.
        judged : ndarray of shape (n_samples, n_classes) or None, default=None
            Probabilities of the classes, by the label, too. By default, and for rows
            never visited, they are the averages.
        trust : ndarray of shape (n_samples,) or None, default=None
            Trust in the labels; NaN for rows never visited. By default, and for
            these, it is the share of the averages on the given label.
        """
        unseen = targets.sum(axis=1) == 0
        if unseen.any():
            targets[unseen] = softmax(self._forward(session.inputs[unseen]))
        likely = targets
        if judged is not None:
            likely = np.where(unseen[:, np.newaxis], targets, judged)
        best = likely.argmax(axis=1)
        self._given = session.target
        self.targets_ = targets
        share = targets[np.arange(len(targets)), session.target]
        if trust is not None:
            trusted = ~(unseen | np.isnan(trust))
            share[trusted] = trust[trusted]
        self.label_quality_ = share
        self.label_issues_ = best != session.target
        self.suggested_labels_ = self.classes_[best]
        self.label_noise_rate_ = float(self.label_issues_.mean())
