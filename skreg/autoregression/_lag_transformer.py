"""Lagged columns as a step of a pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from .._fitted_state import Savable, unchanged_on_failure
from .._parameters import Doc, Interval, field, parameters
from .._sklearn import check_feature_names_in, fit_context
from .._types import Array, Floats, Integers
from ._series_arguments import read_lags


@parameters
class LagTransformer(Savable, TransformerMixin, BaseEstimator):
    """Replace every column of a table in time order by its values some rows before.

    For regressors that want a table, in a pipeline: a row gets what was known before
    it. No row is dropped, so that targets keep their places; where the past is not in
    the table, the value is `fill_value`.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    make_lag_matrix : Without the rows that have no past, and for several steps.
    skreg.ARNetForecaster : Forecasts from lags without a table.

    Notes
    -----
    To transform new rows, put the last ``max(lags)`` known ones in front of them and
    drop the first results. Validation rows of :class:`~sklearn.model_selection.
    TimeSeriesSplit` come without their past, thus begin with `fill_value`.

    Examples
    --------
    >>> from skreg.autoregression import LagTransformer
    >>> LagTransformer(lags=[1, 3]).fit_transform([[1.0], [2.0], [3.0], [4.0]])
    array([[nan, nan],
           [ 1., nan],
           [ 2., nan],
           [ 3.,  1.]])
    """

    lags: Annotated[
        int | Sequence[int],
        Interval(Integral, 1, None, closed="left"),
        "array-like",
        Doc(
            "int or list of int",
            "Number of lags, or the lags themselves; 1 is the row before.",
        ),
    ] = 1
    fill_value: Annotated[
        float,
        Real,
        Doc("float", "What stands for values before the first row."),
    ] = np.nan

    lags_: Annotated[Integers, Doc("ndarray of int", "The lags.")] = field(init=False)
    n_features_in_: Annotated[int, Doc("int", "Columns of the table.")] = field(
        init=False
    )
    feature_names_in_: Annotated[
        Array,
        Doc("ndarray of shape (`n_features_in_`,)", "Their names, if X has names."),
    ] = field(init=False)

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: Any = None) -> LagTransformer:
        """Check the table; nothing is learnt from it.

        Parameters
        ----------
        X : array-like of shape (n_times, n_features)
            Series as columns, oldest row first.
        y : None
            Not used.

        Returns
        -------
        self : LagTransformer
            The transformer.
        """
        lags = read_lags(self.lags)
        with unchanged_on_failure(self):
            validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
            self.lags_ = lags
        return self

    def transform(self, X: ArrayLike) -> Floats:
        """Return lagged columns.

        Parameters
        ----------
        X : array-like of shape (n_times, n_features)
            Series as columns, oldest row first.

        Returns
        -------
        lagged : ndarray of shape (n_times, n_features * n_lags)
            All lags of the first column, then those of the next.
        """
        check_is_fitted(self)
        values = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        found = np.full((*values.shape, len(self.lags_)), float(self.fill_value))
        for k, lag in enumerate(self.lags_):
            found[lag:, :, k] = values[:-lag]
        return found.reshape(len(values), -1)

    def get_feature_names_out(self, input_features: Any = None) -> Array:
        """Return names such as ``load_lag24``.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the columns; None means those seen in fit.

        Returns
        -------
        names : ndarray of str
            Of the lagged columns.
        """
        check_is_fitted(self)
        names = check_feature_names_in(self, input_features)
        found = [f"{name}_lag{lag}" for name in names for lag in self.lags_]
        return np.asarray(found, dtype=object)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
