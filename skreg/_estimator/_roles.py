"""The two roles: classifier and regressor."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import Tags

from .._parameters import Doc, defaults, field, parameters
from .._sklearn import fit_context
from .._training._net import RegularizedNet
from ..preprocessing._arrow import plain
from ..targets import ClassTarget, Target
from ..targets._named import numeric_target
from ..targets.classes import ClassWeight, SmoothingShare
from ..targets.point import Standardize
from ..targets.quantiles import Quantiles
from . import _net_parameters as declared
from ._base import NetEstimator
from ._inputs import check_no_early_stopping
from ._session import Session


@parameters
class NetClassifier(ClassifierMixin, NetEstimator):
    """Labels in, probabilities and labels out.

    Parameters
    ----------
    {parameters}
    """

    class_weight: ClassWeight = None
    label_smoothing: SmoothingShare = 0.02

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
        """Do one epoch on these rows, going on from earlier calls or from a fit.

        There is no end to plan for, so that the learning rate is low and constant,
        and the average of the last weights predicts. With ``lr_schedule="constant"``
        the rate is `lr`, no weights are averaged, and no row trains twice.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of the table. The first 30 of a stream tell the scales, and up to 100
            train again with those that follow; columns that stood still, and levels
            of categories, may come later.
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
        check_no_early_stopping(self.early_stopping)
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
        output = self._output(X)
        return self.target_.probabilities(output)

    def predict_log_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the logarithms of the probabilities of the classes.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``; -inf where a probability is 0.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

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
        output = self._output(X)
        return self.target_.decode(output)

    def _make_target(self) -> Target:
        return ClassTarget(
            class_weight=self.class_weight, label_smoothing=self.label_smoothing
        )

    def _fitted(self, session: Session, net: RegularizedNet) -> dict[str, Any]:
        fitted = super()._fitted(session, net)
        return {**fitted, "classes_": fitted["target_"].classes_}


@parameters
@defaults(wide=False)
class NetRegressor(RegressorMixin, NetEstimator):
    """Numbers in, numbers out, for one target or several.

    Parameters
    ----------
    {parameters}
    """

    loss: declared.Loss = "squared_error"
    quantiles: Quantiles = 0.5
    standardize_target: Standardize = True

    @fit_context(prefer_skip_nested_validation=False)
    def partial_fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Do one epoch on these rows, going on from earlier calls or from a fit.

        There is no end to plan for, so that the learning rate is low and constant,
        and the average of the last weights predicts. With ``lr_schedule="constant"``
        the rate is `lr`, no weights are averaged, and no row trains twice.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of the table. The first 30 of a stream tell the scales, and up to 100
            train again with those that follow; columns that stood still, and levels
            of categories, may come later.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        self : object
            The estimator, trained for one more epoch.
        """
        check_no_early_stopping(self.early_stopping)
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
        return self.target_.decode(output)

    def _make_target(self) -> Target:
        return numeric_target(
            self.loss,
            quantiles=self.quantiles,
            standardize=self.standardize_target,
        )

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
        return self.target_.score(plain(y), prediction, plain(sample_weight))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
