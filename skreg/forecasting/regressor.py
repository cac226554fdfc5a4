"""ARNetRegressor: sparse regression on the columns of a table, in closed form."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin
from sklearn.model_selection import check_cv
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from .._fitted_state import unchanged_on_failure
from .._parameters import field, parameters
from .._sklearn import fit_context
from .._types import Floats, Integers
from ..autoregression import Moments
from ..autoregression._folds import Fold, expanding_folds, fold_edges
from ..autoregression._problem import Problem
from ..autoregression._residual_losses import Loss, loss_named
from ..autoregression._robust import Matrix, Rows, minimise_loss
from ..autoregression._rule import Columns, regress
from ..autoregression._sparse import Solution
from ..autoregression._units import binary_units
from . import _arnet_attributes as fitted
from . import _arnet_parameters as arnet
from ._arnet_base import ARNetBase
from ._fitting._error_net import error_net
from ._fitting._linear_net import fit_linear_net
from ._regression_rows import products, read_row_weights, read_targets, require_numbers

__all__ = ["ARNetRegressor"]


@parameters
class ARNetRegressor(RegressorMixin, ARNetBase):
    """A sparse linear regression with the penalty of AR-Net, in milliseconds.

    Made for lag matrices, but any table of numbers will do. The columns that matter
    are selected, the coefficients of all others are exactly zero.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    ARNetForecaster : The same for a series, with intervals and without a lag matrix.
    skreg.autoregression.make_lag_matrix : Lagged values as columns.

    Notes
    -----
    The penalty is minimised by local linear approximation: weighted lassos, solved
    exactly from the correlations of the columns, without a learning rate and without
    random numbers.

    References
    ----------
    .. [1] O. Triebe, N. Laptev, R. Rajagopal. "AR-Net: A simple Auto-Regressive Neural
       Network for time-series", arXiv:1911.12436, 2019.
    .. [2] H. Zou, R. Li. "One-step sparse estimates in nonconcave penalized likelihood
       models", Annals of Statistics 36, 2008.

    Examples
    --------
    >>> from skreg import ARNetRegressor
    >>> from skreg.autoregression import make_lag_matrix
    >>> from skreg.datasets import make_ar_process
    >>> series = make_ar_process(3000, lags=[1, 24], coef=[0.5, 0.4], random_state=0)
    >>> X, y = make_lag_matrix(series, lags=50)
    >>> model = ARNetRegressor().fit(X, y)
    >>> model.selected_ + 1  # columns count from 0, lags from 1
    array([ 1, 24])
    """

    loss: arnet.Loss = "squared_error"
    quantile: arnet.Quantile = 0.5
    cv: arnet.Splitter = 5

    coef_: fitted.Coef = field(init=False)
    intercept_: fitted.Intercept = field(init=False)
    selected_: fitted.Selected = field(init=False)
    alpha_: fitted.ChosenAlpha = field(init=False)
    n_features_in_: fitted.NFeaturesIn = field(init=False)
    feature_names_in_: fitted.FeatureNamesIn = field(init=False)

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> Self:
        """Select columns and fit their coefficients.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            For instance a lag matrix, lag 1 first, in time order.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            What follows.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; 2 counts as two rows.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        with unchanged_on_failure(self):
            self._learn(X, y, sample_weight)
        return self

    def _learn(self, X: Any, y: Any, sample_weight: ArrayLike | None) -> None:
        require_numbers(X)
        y = y if y is None else read_targets(y)
        X, y = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True
        )
        weight = read_row_weights(sample_weight, X)
        targets = y if y.ndim == 2 else y[:, None]
        options = self._net_options()
        if self.solver == "sgd":
            coef, intercept, alpha = fit_linear_net(options, X, targets, weight)
            alphas = np.full(len(coef), alpha)
        else:
            coef, intercept, solutions = self._solve(X, targets, weight)
            alphas = np.array([solution.alpha for solution in solutions])
        net = None
        if len(self.hidden_layer_sizes):
            residual = targets - X @ coef.T - intercept
            net = error_net(options, X, residual, weight)
        self.correction_ = net
        self.selected_ = np.flatnonzero(coef.any(axis=0))
        flat = y.ndim == 1
        self.coef_ = coef[0] if flat else coef
        self.intercept_ = float(intercept[0]) if flat else intercept
        self.alpha_ = float(alphas[0]) if flat else alphas

    def predict(self, X: Any) -> Floats:
        """Return predictions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows with the columns of the training table.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Of the shape of the training targets.
        """
        check_is_fitted(self)
        require_numbers(X)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        used = self.selected_
        coef = np.atleast_2d(self.coef_)[:, used]
        found = products(X[:, used], coef) + self.intercept_
        if self.correction_ is not None:
            found = found + self.correction_.predict(X).reshape(found.shape)
        values: Floats = found[:, 0] if self.coef_.ndim == 1 else found
        return values

    def _solve(
        self, X: Floats, y: Floats, weight: Floats | None
    ) -> tuple[Floats, Floats, list[Solution]]:
        centred = bool(self.fit_intercept)
        centre = np.zeros(X.shape[1] + y.shape[1])
        rows = np.column_stack([X, y])
        units = binary_units(rows)  # products of values of any size are in range
        rows = rows / units
        if centred:
            # As far as digits are concerned; the problem centres exactly.
            centre = np.average(rows, axis=0, weights=weight)
            rows = rows - centre
        folds = self._folds(rows, weight) if self._rule().needs_folds else []
        moments = Moments.of_rows(rows, weight)
        regressors = np.arange(X.shape[1])
        targets = X.shape[1] + np.arange(y.shape[1])
        problem = Problem.of(moments, regressors, targets, centred=centred)
        columns = Columns(folds, regressors, targets, centred)
        solutions = regress(problem, self._rule(), columns)
        coef, offset = problem.in_units(np.column_stack([s.coef for s in solutions]))
        loss = loss_named(self.loss, self.quantile)
        if loss is not None:
            coef, offset = self._other_loss(loss, rows, weight, problem, solutions)
        back = (offset + centre[targets] - coef @ centre[regressors]) * units[targets]
        coef = coef * units[targets, None] / units[regressors]
        return coef, back if centred else np.zeros(len(coef)), solutions

    def _folds(self, rows: Floats, weight: Floats | None) -> list[Fold]:
        """Return the moments of training and validation rows."""

        def moments(part: Integers) -> Moments:
            return Moments.of_rows(rows[part], None if weight is None else weight[part])

        if not isinstance(self.cv, (int, np.integer)):
            splits = check_cv(self.cv).split(rows)
            return [Fold(moments(train), moments(valid)) for train, valid in splits]
        if len(rows) <= 2 * self.cv:
            raise ValueError(
                f"alpha='cv' with cv={self.cv} needs more than {2 * self.cv} rows, got "
                f"n_samples = {len(rows)}; lower cv or use alpha='ebic'."
            )
        edges = fold_edges(len(rows), int(self.cv))
        parts = np.split(np.arange(len(rows)), edges[1:-1])
        return expanding_folds([moments(part) for part in parts])

    def _other_loss(
        self,
        loss: Loss,
        rows: Floats,
        weight: Floats | None,
        problem: Problem,
        solutions: list[Solution],
    ) -> tuple[Floats, Floats]:
        width = problem.size
        X, regressors = rows[:, :width], np.arange(width)
        found = [
            minimise_loss(
                loss,
                [Rows(Matrix(X), rows[:, width + k], weight)],
                problem.target(k),
                regressors,
                solution.coef,
                centred=bool(self.fit_intercept),
            )
            for k, solution in enumerate(solutions)
        ]
        return np.stack([coef for coef, _ in found]), np.array([b for _, b in found])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
