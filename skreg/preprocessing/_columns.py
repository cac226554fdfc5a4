"""One validated view of whatever people pass as X: arrays, lists and frames.

Frames are read through narwhals, on which scikit-learn itself depends, so that
pandas and polars need not be imported.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from ._arrow import from_arrow, plain
from ._values import check_finite, is_number, label, read_values, to_float, unsupported

_LEVELS = (nw.Boolean, nw.String, nw.Categorical, nw.Enum)


@dataclass(frozen=True, slots=True)
class Table:
    """A matrix of numbers or a list of columns, and the names of the columns if any."""

    data: NDArray[Any] | list[NDArray[Any]]
    n_rows: int
    n_features: int
    names: NDArray[np.object_] | None = None

    def numeric(self) -> NDArray[np.bool_]:
        """Tell for each column whether it holds numbers."""
        if isinstance(self.data, np.ndarray):
            return np.ones(self.n_features, dtype=bool)
        return np.array([is_number(column.dtype) for column in self.data], dtype=bool)

    def column(self, index: int) -> NDArray[Any]:
        """Return one column as it came."""
        if isinstance(self.data, np.ndarray):
            return self.data[:, index]
        return self.data[index]

    def matrix(
        self, indices: NDArray[np.intp], blank: NDArray[np.intp] | None = None
    ) -> NDArray[Any]:
        """Columns of numbers side by side; without a copy where it is all of them.

        Columns of ``blank`` are missing where they hold no numbers.
        """
        if isinstance(self.data, np.ndarray):
            full = len(indices) == self.n_features
            return self.data if full else self.data[:, indices]
        if not len(indices):
            return np.empty((self.n_rows, 0))
        skipped = set() if blank is None else set(blank.tolist())
        return np.stack(
            [
                np.full(self.n_rows, np.nan)
                if j in skipped and not is_number(self.column(j).dtype)
                else self._numbers(j)
                for j in indices.tolist()
            ]
        ).T

    def rows(self, index: NDArray[Any]) -> "Table":
        """Return some rows."""
        if isinstance(self.data, np.ndarray):
            data: NDArray[Any] | list[NDArray[Any]] = self.data[index]
        else:
            data = [column[index] for column in self.data]
        n_rows = len(np.arange(self.n_rows)[index])
        return Table(data, n_rows, self.n_features, self.names)

    def joined(self, other: "Table") -> "Table":
        """Return the rows of this table and those of another below them."""
        n_rows = self.n_rows + other.n_rows
        data: NDArray[Any] | list[NDArray[Any]]
        if isinstance(self.data, np.ndarray) and isinstance(other.data, np.ndarray):
            data = np.concatenate([self.data, other.data])
        else:
            data = [self._joined_column(other, j) for j in range(self.n_features)]
        return Table(data, n_rows, self.n_features, self.names)

    def _joined_column(self, other: "Table", index: int) -> NDArray[Any]:
        """Return a column of both; numbers stay numbers, or it is an error."""
        mine, theirs = self.column(index), other.column(index)
        if is_number(mine.dtype) and not is_number(theirs.dtype):
            if np.isnan(mine).all():  # no entry says what it holds
                mine = np.full(len(mine), None, dtype=object)
            else:
                theirs = other._numbers(index)
        return np.concatenate([mine, theirs])

    def _numbers(self, index: int) -> NDArray[Any]:
        column = self.column(index)
        if is_number(column.dtype):
            return column
        where = label(self.names, index)
        numbers = to_float(column, f"Numbers were expected in {where}, as seen in fit")
        check_finite([numbers], [where])
        return numbers


def read_table(estimator: BaseEstimator, X: Any, *, reset: bool) -> Table:
    """Validate X for an estimator, in the words of scikit-learn, and read it once.

    Sets or checks ``n_features_in_`` and ``feature_names_in_`` of the estimator,
    under whose name errors are reported. Missing entries pass, infinity does not.

    Parameters
    ----------
    estimator : estimator instance
        The estimator which was given X.
    X : array-like or dataframe of shape (n_samples, n_features)
        The table.
    reset : bool
        True in ``fit``; False where X has to look as it did in ``fit``.

    Returns
    -------
    Table
        What `TabularEncoder` accepts in place of X.
    """
    names = None
    data: NDArray[Any] | list[NDArray[Any]]
    X = from_arrow(X)
    if not reset and _is_plain(estimator, X):
        data = X
    elif nw.dependencies.is_into_dataframe(X):
        _check_unique(getattr(X, "columns", ()))
        validate_data(estimator, X, reset=reset, skip_check_array=True)
        frame = nw.from_native(X, eager_only=True)
        if 0 in frame.shape:  # scikit-learn has the words for this.
            check_array(np.empty(frame.shape), estimator=estimator)
        names = frame.columns
        data = _read_frame(frame)
    else:
        X = validate_data(
            estimator, _keep_types(X), reset=reset, dtype=None, ensure_all_finite=False
        )
        data = _read_array(X)
    check_finite(data, names)
    feature_names = getattr(estimator, "feature_names_in_", None)
    return Table(data, len(X), estimator.n_features_in_, feature_names)


def as_table(estimator: BaseEstimator, X: Any, *, reset: bool) -> Table:
    """Read X, unless an owner of the estimator has already read it.

    Parameters
    ----------
    estimator : estimator instance
        As in :func:`read_table`.
    X : array-like, dataframe or Table
        The table.
    reset : bool
        As in :func:`read_table`.
    """
    if not isinstance(X, Table):
        return read_table(estimator, X, reset=reset)
    if reset:
        estimator.n_features_in_ = X.n_features
        if X.names is not None:
            estimator.feature_names_in_ = X.names
        elif hasattr(estimator, "feature_names_in_"):
            del estimator.feature_names_in_
    return X


def _check_unique(names: Any) -> None:
    """Raise if a name stands for several columns of a frame."""
    counts = Counter(names) if all(isinstance(n, Hashable) for n in names) else {}
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise ValueError(
            f"X has several columns named {repeated[0]!r}; rename them, or leave all "
            "but one of them out."
        )


def _is_plain(estimator: BaseEstimator, X: Any) -> bool:
    """Whether `validate_data` would find nothing to say: the fast lane of predict."""
    return (
        type(X) is np.ndarray
        and X.dtype.char in "fd"
        and X.ndim == 2
        and X.shape[0] > 0
        and X.shape[1] == getattr(estimator, "n_features_in_", None)
        and not hasattr(estimator, "feature_names_in_")
    )


def _keep_types(X: Any) -> Any:
    """Keep the numbers of a list of mixed rows, which NumPy would turn to strings."""
    if not isinstance(X, list | tuple):
        return X
    try:
        array = np.asarray(X)
    except ValueError as error:
        raise ValueError(
            "X has rows of different lengths, or entries that are sequences; give "
            "every row one value for each column."
        ) from error
    return np.asarray(X, dtype=object) if array.dtype.kind in "US" else X


def _read_array(X: NDArray[Any]) -> NDArray[Any] | list[NDArray[Any]]:
    if is_number(X.dtype):
        return read_values(X, "X")
    return [read_values(values, label(None, j)) for j, values in enumerate(X.T)]


def _read_frame(frame: nw.DataFrame[Any]) -> NDArray[Any] | list[NDArray[Any]]:
    if all(dtype.is_numeric() for dtype in frame.schema.values()):
        values = frame.to_numpy()
        if is_number(values.dtype):
            return read_values(values, "X")
    return [_read_series(series) for series in frame.iter_columns()]


def _read_series(series: Any) -> NDArray[Any]:
    native, where = series.to_native(), f"column {series.name!r}"
    kind = native.dtype if hasattr(native, "dtype") else native.type
    if series.dtype.is_numeric() or str(kind) == "object":
        return read_values(series.to_numpy(), where)
    if isinstance(series.dtype, _LEVELS):
        # As objects, since the categories of a categorical column may be numbers.
        array = plain(native)
        levels = series.to_numpy() if array is native else array
        return levels.astype(object)
    # What polars and Arrow call a column without a single entry.
    if str(kind) in ("Null", "null"):
        return np.full(len(series), np.nan)
    raise unsupported(where, kind)
