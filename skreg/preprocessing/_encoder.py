"""A table of numbers, strings, booleans and gaps, as one matrix of floats."""

from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils._param_validation import Options, StrOptions
from sklearn.utils.validation import (
    _check_feature_names_in,
    _check_sample_weight,
    check_is_fitted,
)

from ._columns import Table, read_table
from ._levels import Levels, write_codes, write_onehot
from ._numeric import (
    PerColumn,
    column_statistics,
    row_blocks,
    standardize,
)


class TabularEncoder(TransformerMixin, BaseEstimator):
    """Turn a messy table into one matrix of floats.

    Columns of categories, strings or booleans are categorical, the others numeric.
    An array or a column of objects is numeric if all its entries are numbers. The
    output holds, from left to right,

    - the numeric columns, standardized, with 0 (the mean) for missing entries;
    - a missing indicator for each numeric column which had missing entries in ``fit``;
    - the categorical columns, as codes or as indicators.

    Code 0 means a level not seen in ``fit``; its indicators are all 0. The levels are
    sorted and coded from 1 on. Missing entries of a categorical column are a level of
    their own, the last one, provided that ``fit`` saw some.

    Parameters
    ----------
    categorical_encoding : {"ordinal", "onehot"}, default="ordinal"
        Whether a categorical column becomes one column of codes, as an embedding
        layer or a tree wants it, or a column of zeros and ones for each level.
    standardize : bool, default=True
        Whether numeric columns are centred and divided by their standard deviation.
        If False, missing entries become the mean.
    missing_indicator : bool, default=True
        Whether a column of zeros and ones tells where a numeric entry was missing.
    dtype : {np.float64, np.float32}, default=np.float64
        The type of the output. Statistics are computed in float64 in any case.

    Attributes
    ----------
    mean_ : ndarray of shape (n_numeric,)
        Weighted mean of each numeric column; 0 if all its entries were missing.
    scale_ : ndarray of shape (n_numeric,)
        Weighted standard deviation of each numeric column; 1 if it is constant.
    categories_ : list of ndarray
        The levels of each categorical column, in the order of their codes from 1 on.
        NaN stands for missing entries.
    cardinalities_ : list of int
        The number of codes of each categorical column, code 0 included.
    n_numeric_out_ : int
        The width of the numeric block of the output, indicators included.
    n_features_in_ : int
        The number of columns seen in ``fit``.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if all of them are strings.

    See Also
    --------
    sklearn.compose.ColumnTransformer : Choose an encoder column by column.

    Notes
    -----
    A row of weight 0 counts as absent and one of weight k as k copies, in all
    statistics and levels. Numbers far from those seen in ``fit`` are clipped to the
    finite range of ``dtype``. A column without a single entry in ``fit`` is always 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.preprocessing import TabularEncoder
    >>> X = [[1.0, "red"], [3.0, "blue"], [None, "red"]]
    >>> encoder = TabularEncoder().fit(X)
    >>> encoder.get_feature_names_out()
    array(['x0', 'missingindicator_x0', 'x1'], dtype=object)
    >>> encoder.transform([[3.0, "blue"], [None, "red"], [1.0, "green"]])
    array([[ 1.,  0.,  1.],
           [ 0.,  1.,  2.],
           [-1.,  0.,  0.]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "categorical_encoding": [StrOptions({"ordinal", "onehot"})],
        "standardize": ["boolean"],
        "missing_indicator": ["boolean"],
        "dtype": [Options(type, {np.float64, np.float32})],
    }

    def __init__(
        self,
        *,
        categorical_encoding: Literal["ordinal", "onehot"] = "ordinal",
        standardize: bool = True,
        missing_indicator: bool = True,
        dtype: type[np.floating[Any]] = np.float64,
    ) -> None:
        self.categorical_encoding = categorical_encoding
        self.standardize = standardize
        self.missing_indicator = missing_indicator
        self.dtype = dtype

    def fit(
        self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Learn means, scales and levels.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            The table.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        TabularEncoder
            The encoder itself.
        """
        self._validate_params()
        self._learn(self._read(X, reset=True), sample_weight)
        return self

    def fit_transform(
        self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Fit and transform the same table, which is read only once.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            The table.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
            The encoded table; a dataframe where ``set_output`` asks for one.
        """
        self._validate_params()
        table = self._read(X, reset=True)
        self._learn(table, sample_weight)
        return self._encode(table)

    def transform(self, X: Any) -> Any:
        """Encode a table.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            A table with the columns seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
            The encoded table; a dataframe where ``set_output`` asks for one.
        """
        if not hasattr(self, "mean_"):  # `check_is_fitted` takes its time.
            check_is_fitted(self)
        return self._encode(self._read(X, reset=False))

    def get_feature_names_out(
        self, input_features: ArrayLike | None = None
    ) -> NDArray[np.object_]:
        """Name the columns of the output.

        Parameters
        ----------
        input_features : array-like of str of shape (`n_features_in_`,), default=None
            Names of the input columns; by default those seen in ``fit``, or "x0",
            "x1" and so on.

        Returns
        -------
        ndarray of shape (n_features_out,)
            For example "age", "missingindicator_age", "colour" or "colour_red".
        """
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        numbers, factors = names[self._numeric], names[self._categorical]
        out = [*numbers]
        out += [f"missingindicator_{name}" for name in numbers[self._indicated]]
        if self.categorical_encoding == "ordinal":
            out += [*factors]
        else:
            for name, levels in zip(factors, self.categories_, strict=True):
                out += [f"{name}_{level}" for level in levels]
        return np.array(out, dtype=object)

    def _read(self, X: Any, *, reset: bool) -> Table:
        """Read X, unless an estimator which owns this encoder has already read it."""
        if not isinstance(X, Table):
            return read_table(self, X, reset=reset)
        if reset:
            self.n_features_in_ = X.n_features
            if X.names is not None:
                self.feature_names_in_ = X.names
            elif hasattr(self, "feature_names_in_"):
                del self.feature_names_in_
        return X

    def _learn(self, table: Table, sample_weight: ArrayLike | None) -> None:
        weight = _check_sample_weight(
            sample_weight,
            np.empty((table.n_rows, 0)),
            dtype=np.float64,
            ensure_non_negative=True,
        )
        numeric = table.numeric()
        self._numeric = np.flatnonzero(numeric)
        self._categorical = np.flatnonzero(~numeric)
        self._learn_numbers(table.matrix(self._numeric), weight)
        self._learn_levels(table, weight > 0)

    def _learn_numbers(self, X: NDArray[Any], weight: NDArray[np.float64]) -> None:
        statistics = column_statistics(X, weight)
        self.mean_, self.scale_ = statistics.mean, statistics.scale
        self._empty = np.flatnonzero(statistics.all_missing)
        # Where all entries are missing, the indicator would be constant.
        partly = statistics.has_missing & ~statistics.all_missing
        self._indicated = np.flatnonzero(partly & self.missing_indicator)
        self.n_numeric_out_ = len(self.mean_) + len(self._indicated)

    def _learn_levels(self, table: Table, present: NDArray[np.bool_]) -> None:
        columns = map(table.column, self._categorical.tolist())
        self._levels = [Levels.learn(column[present]) for column in columns]
        self.categories_ = [levels.names for levels in self._levels]
        self.cardinalities_ = [len(names) + 1 for names in self.categories_]
        onehot = self.categorical_encoding == "onehot"
        self._widths = [len(names) if onehot else 1 for names in self.categories_]

    def _encode(self, table: Table) -> NDArray[Any]:
        stop = self.n_numeric_out_
        out = np.empty((table.n_rows, stop + sum(self._widths)), dtype=self.dtype)
        if stop:
            self._write_numbers(table.matrix(self._numeric), out[:, :stop])
        write = write_codes if self.categorical_encoding == "ordinal" else write_onehot
        columns = map(table.column, self._categorical.tolist())
        for column, levels, width in zip(
            columns, self._levels, self._widths, strict=True
        ):
            start, stop = stop, stop + width
            write(levels.encode(column), out[:, start:stop])
        return out

    def _write_numbers(self, X: NDArray[Any], out: NDArray[Any]) -> None:
        width = len(self.mean_)
        mean_scale_missing: tuple[PerColumn, PerColumn, PerColumn] = (
            0.0,
            1.0,
            self.mean_,
        )
        if self.standardize:
            mean_scale_missing = (self.mean_, self.scale_, 0.0)
        for rows in row_blocks(X.shape):
            standardize(X[rows], *mean_scale_missing, out=out[rows, :width])
            if len(self._indicated):
                out[rows, width:] = np.isnan(X[rows, self._indicated])
        out[:, self._empty] = 0.0

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = []
        return tags
