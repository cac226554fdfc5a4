"""The two roles: classifier and regressor."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import Tags

from .._parameters import Doc, Interval, StrOptions, defaults, field, parameters
from .._sklearn import fit_context
from .._training._net import RegularizedNet
from .._training._predict import softmax
from ._base import NetEstimator
from ._quantile_target import TARGETS
from ._session import Session
from ._targets import ClassTarget


@parameters
class NetClassifier(ClassifierMixin, NetEstimator):
    """Labels in, probabilities and labels out.

    Parameters
    ----------
    {parameters}
    """

    class_weight: Annotated[
        Any,
        dict,
        StrOptions({"balanced"}),
        None,
        Doc(
            "dict, 'balanced' or None",
            "Weights of the classes, which multiply the sample weights. 'balanced' "
            "gives all classes the same total weight.",
        ),
    ] = None
    label_smoothing: Annotated[
        float,
        Interval(Real, 0, 1, closed="left"),
        Doc(
            "float",
            "Share of every label that is spread over all classes in training, so "
            "that no probability becomes extreme.",
        ),
    ] = 0.02

    classes_: Annotated[
        NDArray[Any], Doc("ndarray of shape (n_classes,)", "The labels, sorted.")
    ] = field(init=False)

    @fit_context(prefer_skip_nested_validation=False)
    def partial_fit(
        self,
        X: Any,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Any:
        """Do one epoch on these rows, going on from earlier calls.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of the table. The first call learns scales and categories.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever be seen; needed in the first call if its `y`
            lacks some.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        self : object
            The estimator, trained for one more epoch.
        """
        resume = hasattr(self, "net_")
        return self._train(
            X, y, sample_weight, 1, resume=resume, partly=True, classes=classes
        )

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of the classes.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """
        return softmax(self._output(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable labels.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Of the type of the training labels.
        """
        codes = self._output(X).argmax(axis=1)
        labels: NDArray[Any] = self.classes_[codes]
        return labels

    def _make_codec(self) -> ClassTarget:
        return ClassTarget(self.class_weight, label_smoothing=self.label_smoothing)

    def _fitted(self, session: Session, net: RegularizedNet) -> dict[str, Any]:
        return {**super()._fitted(session, net), "classes_": session.codec.classes}


@parameters
@defaults(wide=False)
class NetRegressor(RegressorMixin, NetEstimator):
    """Numbers in, numbers out, for one target or several.

    Parameters
    ----------
    {parameters}
    """

    loss: Annotated[
        str,
        StrOptions(set(TARGETS)),
        Doc(
            "{'squared_error', 'absolute_error', 'huber', 'quantile'}",
            "Loss of a row, averaged over its targets, in standardised units.",
        ),
    ] = "squared_error"
    quantiles: Annotated[
        float | Sequence[float],
        Interval(Real, 0, 1, closed="neither"),
        "array-like",
        Doc(
            "float or sequence of float",
            "Levels of `loss='quantile'`. With several, predictions have one more "
            "axis, along which they never fall if the levels rise.",
        ),
    ] = 0.5
    standardize_target: Annotated[
        bool,
        "boolean",
        Doc("bool", "Whether targets are scaled to mean 0 and variance 1 inside."),
    ] = True

    @fit_context(prefer_skip_nested_validation=False)
    def partial_fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Do one epoch on these rows, going on from earlier calls.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of the table. The first call learns scales and categories.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        self : object
            The estimator, trained for one more epoch.
        """
        resume = hasattr(self, "net_")
        return self._train(X, y, sample_weight, 1, resume=resume, partly=True)

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return predictions in the units of the training targets.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Of the shape of the training targets, with one more axis for several
            quantiles.
        """
        output = self._output(X)
        values: NDArray[np.float64] = self._codec.inverse_transform(output)
        return values

    def _make_codec(self) -> Any:
        return TARGETS[self.loss](self)

    def score(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> float:
        """Return the share of the variation of y that is explained.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        score : float
            The coefficient of determination; for quantiles its counterpart for the
            pinball loss, averaged over the levels. 1 is best.
        """
        prediction = self.predict(X)
        return self._codec.score(y, prediction, sample_weight)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
