"""A table of numbers, strings, booleans and gaps, as one matrix of floats."""

from collections.abc import Iterable
from numbers import Integral
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from .._sklearn import (
    Interval,
    Options,
    RealNotInt,
    StrOptions,
    check_feature_names_in,
    check_sample_weight,
)
from .._types import Array, Floats
from ._columns import Table, as_table
from ._encoded_layout import EncodedLayout
from ._level_block import LevelBlock
from ._numeric_block import NumericBlock


class TabularEncoder(TransformerMixin, BaseEstimator):
    """Turn a messy table into one matrix of floats.

    Columns of categories, strings or booleans are categorical, the others numeric.
    An array or a column of objects is numeric if all its entries are numbers. The
    output holds, from left to right,

    - the numeric columns, scaled, with 0 (the centre) for missing entries;
    - a missing indicator for each numeric column which had missing entries in ``fit``;
    - the categorical columns, as codes or as indicators.

    Code 0 means a level not seen in ``fit``; its indicators are all 0. The levels are
    sorted and coded from 1 on. Rare levels may share a code, the one after the others,
    which then also takes what ``fit`` has not seen. Missing entries of a categorical
    column are a level of their own, the last one, provided that ``fit`` saw some.

    Parameters
    ----------
    categorical_encoding : {"ordinal", "onehot"}, default="ordinal"
        Whether a categorical column becomes one column of codes, as an embedding
        layer or a tree wants it, or a column of zeros and ones for each level.
    scaling : {"standard", "robust", "quantile"} or None, default="standard"
        What becomes of the numbers of a column.

        - "standard": mean 0, standard deviation 1.
        - "robust": median 0, interquartile range 1, then smooth clipping to (-3, 3)
          by ``z / sqrt(1 + (z / 3) ** 2)`` [1]_. Half of the range stands in for an
          interquartile range of 0; a constant column is always 0.
        - "quantile": the score that an entry of the same rank has in a standard normal
          distribution, interpolated between at most 1,000 values of the column. Ties
          get their average rank; what is out of range counts as the nearest value.
        - None: as they are. Missing entries become the mean.
    scale_indicators : bool, default=True
        Whether numeric columns that hold zeros and ones only are scaled like others.
        False leaves them as they are, with 0.5 for missing entries: scaled to unit
        variance, the rarer an indicator is the louder it gets.
    min_frequency : int, float or None, default=None
        The weight that a level needs for a code of its own; all levels below share one.
        An int is a weighted count of rows, at least 1; a float in (0, 1) a share of the
        total weight. None gives each level its own code. Missing entries never share.
    missing_indicator : bool, default=True
        Whether a column of zeros and ones tells where a numeric entry was missing.
    dtype : {np.float64, np.float32}, default=np.float64
        The type of the output. Statistics are computed in float64 in any case.

    Attributes
    ----------
    mean_ : ndarray of shape (n_numeric,)
        Weighted mean of each numeric column; 0 if all its entries were missing. Only
        with "standard" and None.
    median_ : ndarray of shape (n_numeric,)
        Weighted median of each numeric column; 0 if all its entries were missing. Only
        with "robust".
    scale_ : ndarray of shape (n_numeric,)
        Weighted standard deviation of each numeric column; 1 if it is constant. With
        "robust" the interquartile range, or its stand-in; infinite if the column is
        constant. Not with "quantile".
    quantiles_ : list of ndarray
        The values of each numeric column between which ranks are interpolated. Only
        with "quantile".
    categories_ : list of ndarray
        All levels of each categorical column, sorted, rare ones included. NaN stands
        for missing entries. Without rare levels, the order is that of the codes from 1
        on.
    infrequent_categories_ : list of ndarray or None
        Those levels of each categorical column that share a code; None instead of an
        array if there are none.
    cardinalities_ : list of int
        The number of codes of each categorical column, code 0 included. Rare levels
        count as one.
    n_numeric_out_ : int
        The width of the numeric block of the output, indicators included.
    layout_ : EncodedLayout
        Which columns of the output come from which columns of the table.
    n_features_in_ : int
        The number of columns seen in ``fit``.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if all are strings.

    See Also
    --------
    sklearn.compose.ColumnTransformer : Choose an encoder column by column.

    Notes
    -----
    A row of weight 0 counts as absent and one of weight k as k copies, in all
    statistics and levels. Numbers far from those seen in ``fit`` are clipped to the
    finite range of ``dtype``. A column without a single entry in ``fit`` is always 0.

    The quantile of a level is the smallest value whose share of the weight, together
    with all smaller values, reaches it.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024.

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

    >>> encoder = TabularEncoder(scaling="robust")
    >>> encoder.fit_transform([[1], [2], [3], [1e9]]).round(1).ravel()
    array([-0.5,  0. ,  0.5,  3. ])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "categorical_encoding": [StrOptions({"ordinal", "onehot"})],
        "scaling": [StrOptions({"standard", "robust", "quantile"}), None],
        "scale_indicators": ["boolean"],
        "min_frequency": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="neither"),
            None,
        ],
        "missing_indicator": ["boolean"],
        "dtype": [Options(type, {np.float64, np.float32})],
    }

    def __init__(
        self,
        *,
        categorical_encoding: Literal["ordinal", "onehot"] = "ordinal",
        scaling: Literal["standard", "robust", "quantile"] | None = "standard",
        scale_indicators: bool = True,
        min_frequency: float | None = None,
        missing_indicator: bool = True,
        dtype: type[np.floating[Any]] = np.float64,
    ) -> None:
        self.categorical_encoding = categorical_encoding
        self.scaling = scaling
        self.scale_indicators = scale_indicators
        self.min_frequency = min_frequency
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
        self._learn(as_table(self, X, reset=True), sample_weight)
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
        table = as_table(self, X, reset=True)
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
        if not hasattr(self, "_numbers"):  # `check_is_fitted` takes its time.
            check_is_fitted(self)
        return self._encode(as_table(self, X, reset=False))

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
        names = check_feature_names_in(self, input_features)
        out = self._numbers.names(names[self.layout_.numeric])
        out += self._levels.names(names[self.layout_.categorical])
        return np.array(out, dtype=object)

    def _learn(self, table: Table, sample_weight: ArrayLike | None) -> None:
        rows, options = np.empty((table.n_rows, 0)), {"ensure_non_negative": True}
        weight = check_sample_weight(sample_weight, rows, dtype=np.float64, **options)
        numeric, categorical = (np.flatnonzero(table.numeric() == n) for n in (1, 0))
        self._learn_numbers(table.matrix(numeric), weight)
        self._learn_levels(map(table.column, categorical.tolist()), weight)
        self.layout_ = EncodedLayout.of(
            numeric, categorical, self._numbers.indicated, self._levels.columns
        )

    def _learn_numbers(self, X: Array, weight: Floats) -> None:
        self._numbers = NumericBlock.learn(
            X, weight, self.scaling, self.missing_indicator, self.scale_indicators
        )
        self._numbers.show(self)
        self.n_numeric_out_ = self._numbers.width

    def _learn_levels(self, columns: Iterable[Array], weight: Floats) -> None:
        onehot = self.categorical_encoding == "onehot"
        learnt = LevelBlock.learn(columns, weight, self.min_frequency, onehot)
        self.categories_ = [levels.names for levels in learnt.columns]
        self.infrequent_categories_ = [levels.rare for levels in learnt.columns]
        self._levels, self.cardinalities_ = learnt, learnt.cardinalities

    def _encode(self, table: Table) -> Array:
        layout, n_numeric = self.layout_, self.n_numeric_out_
        shape = table.n_rows, n_numeric + sum(self._levels.widths)
        out = np.empty(shape, dtype=self.dtype)
        if n_numeric:
            blank = layout.numeric[self._numbers.empty]
            self._numbers.write(table.matrix(layout.numeric, blank), out[:, :n_numeric])
        columns = map(table.column, layout.categorical.tolist())
        self._levels.write(columns, out[:, n_numeric:])
        return out

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = []
        return tags
