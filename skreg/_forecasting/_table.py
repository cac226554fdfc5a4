"""Regression of targets on the columns of a table, sparse and in closed form."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.model_selection import check_cv
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from .._parameters import Doc, Interval, field, parameters
from .._sklearn import check_sample_weight, fit_context
from .._types import Floats
from ..autoregression import (
    Columns,
    Fold,
    Matrix,
    Moments,
    Problem,
    Rows,
    Solution,
    binary_units,
    expanding_folds,
    fold_edges,
    huber,
    minimise_loss,
    pinball,
    regress,
)
from ._net import NetOptions, correction, linear_net
from ._solver_parameters import SolverParameters


@parameters
class TableRegressor(RegressorMixin, SolverParameters):
    """A sparse linear regression on any table.

    Parameters
    ----------
    {parameters}
    """

    quantile: Annotated[
        float,
        Interval(Real, 0, 1, closed="neither"),
        Doc("float", "The quantile to predict with ``loss='quantile'``."),
    ] = 0.5

    cv: Annotated[
        Any,
        "cv_object",
        Doc(
            "int, splitter or iterable of (train, validation)",
            "For ``alpha='cv'``. An int is a number of time-ordered folds, of which "
            "each trains on the rows before those that it validates: parts of the "
            "later half.",
        ),
    ] = 5

    coef_: Annotated[
        Floats,
        Doc(
            "ndarray of shape (n_features,) or (n_targets, n_features)",
            "Coefficients, with exact zeros for columns that were not selected.",
        ),
    ] = field(init=False)
    intercept_: Annotated[
        float | Floats, Doc("float or ndarray of shape (n_targets,)", "Constants.")
    ] = field(init=False)
    selected_: Annotated[
        NDArray[np.int64],
        Doc("ndarray of int", "Columns with a coefficient for any target."),
    ] = field(init=False)
    alpha_: Annotated[
        float | Floats,
        Doc("float or ndarray of shape (n_targets,)", "Strength of the penalty."),
    ] = field(init=False)
    n_features_in_: Annotated[int, Doc("int", "Columns of the training table.")] = (
        field(init=False)
    )
    feature_names_in_: Annotated[
        NDArray[Any],
        Doc("ndarray of shape (`n_features_in_`,)", "Their names, if X has names."),
    ] = field(init=False)

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> Any:
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
        X, y = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True
        )
        y = np.asarray(y, dtype=np.float64)
        weight = None
        if sample_weight is not None:
            weight = check_sample_weight(sample_weight, X, ensure_non_negative=True)
        targets = y if y.ndim == 2 else y[:, None]
        options = NetOptions.of(self)
        if self.solver == "sgd":
            coef, intercept, alpha = linear_net(options, X, targets, weight)
            alphas = np.full(len(coef), alpha)
        else:
            coef, intercept, solutions = self._solve(X, targets, weight)
            alphas = np.array([solution.alpha for solution in solutions])
        net = None
        if len(self.hidden_layer_sizes):
            residual = targets - X @ coef.T - intercept
            net = correction(options, X, residual, weight)
        self.correction_ = net
        self.selected_ = np.flatnonzero(coef.any(axis=0))
        flat = y.ndim == 1
        self.coef_ = coef[0] if flat else coef
        self.intercept_ = float(intercept[0]) if flat else intercept
        self.alpha_ = float(alphas[0]) if flat else alphas
        return self

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
        X = validate_data(self, X, dtype=np.float64, reset=False)
        # Row by row sums: a row's result does not depend on its neighbours.
        used = self.selected_
        coef = np.atleast_2d(self.coef_)[:, used]
        found = np.einsum("ij,kj->ik", X[:, used], coef) + self.intercept_
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
        if self.loss != "squared_error":
            coef, offset = self._other_loss(rows, weight, problem, solutions)
        back = (offset + centre[targets] - coef @ centre[regressors]) * units[targets]
        coef = coef * units[targets, None] / units[regressors]
        return coef, back if centred else np.zeros(len(coef)), solutions

    def _folds(self, rows: Floats, weight: Floats | None) -> list[Fold]:
        """Return the moments of training and validation rows."""

        def moments(part: NDArray[np.int64]) -> Moments:
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
        rows: Floats,
        weight: Floats | None,
        problem: Problem,
        solutions: list[Solution],
    ) -> tuple[Floats, Floats]:
        quantile = self.loss == "quantile"
        loss = pinball(self.quantile) if quantile else huber()
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
                rounded=quantile,
            )
            for k, solution in enumerate(solutions)
        ]
        return np.stack([coef for coef, _ in found]), np.array([b for _, b in found])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
