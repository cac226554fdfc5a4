"""What users pass as series, in one form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._types import Floats, Integers
from ._series_numbers import exogenous, numbers
from ._time_index import checked, extended, index_of


@dataclass(frozen=True)
class Series:
    """One series, of one channel or several, with its exogenous columns.

    Attributes
    ----------
    values : ndarray of shape (n_times, n_channels)
        Oldest first, NaN where missing.
    exog : ndarray of shape (n_times, n_exog)
        Columns known at the same times; may have no column.
    index : pandas.Index or None
        Times, if they can be continued.
    """

    values: Floats
    exog: Floats
    index: Any = None

    def __len__(self) -> int:
        return len(self.values)

    def part(self, start: int, stop: int | None = None) -> Series:
        """Return the times from `start` to `stop`."""
        where = slice(start, stop)
        index = None if self.index is None else self.index[where]
        return Series(self.values[where], self.exog[where], index)

    def copy(self) -> Series:
        """Return a series of its own: the caller may go on to change the arrays."""
        return Series(self.values.copy(), self.exog.copy(), self.index)

    def followed_by(self, later: Series) -> Series:
        """Return the series with later values at its end."""
        index = self.index
        if index is not None:
            index = extended(index, len(later))
        return Series(
            np.concatenate([self.values, later.values]),
            np.concatenate([self.exog, later.exog]),
            index,
        )


@dataclass(frozen=True)
class Form:
    """The container in which series came, and in which forecasts go back.

    Attributes
    ----------
    kind : {'one', 'list', 'groups'}
        One series, a list, or a long table with groups.
    names : list
        Labels of the groups.
    is_flat : bool
        Whether a series is one-dimensional.
    template : object or None
        An empty pandas object of the type that came.
    """

    kind: str
    names: list[Any]
    is_flat: bool
    template: Any = None

    def label(self, which: int) -> str:
        """Return what a series is called in messages."""
        if self.kind == "one":
            return "y"
        if self.names:
            return f"group {self.names[which]!r} of y"
        return f"series {which} of y"

    def ordered(self, given: Any, name: str) -> Any:
        """Return a dict of what belongs to the groups as a list in their order."""
        if self.kind != "groups" or not isinstance(given, dict):
            return given
        if set(given) != set(self.names):
            raise ValueError(
                f"{name} has the groups {list(given)}, but the model was fitted with "
                f"{self.names}; give each of these and no other."
            )
        return [given[label] for label in self.names]

    def restore(self, parts: Sequence[Floats], indices: Sequence[Any]) -> Any:
        """Return forecasts as the series came: array or pandas, alone or several."""
        found = [self._one(p, i) for p, i in zip(parts, indices, strict=True)]
        if self.kind == "one":
            return found[0]
        return dict(zip(self.names, found, strict=True)) if self.names else found

    def _one(self, values: Floats, index: Any) -> Any:
        flat = values[:, 0] if self.is_flat else values
        if self.template is None or index is None:
            return flat
        if self.is_flat and self.template.ndim == 1:
            return type(self.template)(flat, index=index, name=self.template.name)
        return type(self.template)(values, index=index, columns=self.template.columns)


def read_panel(y: Any, X: Any, groups: Any) -> tuple[list[Series], Form]:
    """Read series, exogenous columns and groups.

    Parameters
    ----------
    y : array-like, pandas object, or list of these
        One series of shape (n_times,) or (n_times, n_channels), several as a list, or
        several below each other with `groups`.
    X : like `y`, or None
        Exogenous columns with the rows of `y`.
    groups : array-like of shape (n_times,) or None
        Which series a row belongs to.

    Returns
    -------
    series : list of Series
        In the order of the list, or of the first appearance of the groups.
    form : Form
        How to hand back forecasts.

    Raises
    ------
    ValueError
        If lengths differ, values are not finite numbers, or times are irregular.
    """
    if groups is not None:
        return _read_groups(y, X, groups)
    if several(y):
        tables = list(X) if X is not None else [None] * len(y)
        if len(tables) != len(y):
            raise ValueError(
                f"X has {len(tables)} tables for the {len(y)} series in y; give one "
                "table a series."
            )
        series = [
            read_series(one, x, f"y[{i}]")
            for i, (one, x) in enumerate(zip(y, tables, strict=True))
        ]
        _require_equal_channels(series)
        for i, one in enumerate(y):
            require_channels(one, _empty(y[0]), f"y[{i}]")
        return series, Form("list", [], np.ndim(y[0]) == 1, _empty(y[0]))
    series = [read_series(y, X, "y")]
    return series, Form("one", [], np.ndim(y) == 1, _empty(y))


def several(y: Any) -> bool:
    """Whether this is a list of series, not the numbers of one."""
    return isinstance(y, (list, tuple)) and len(y) > 0 and np.ndim(y[0]) > 0


def _is_missing(label: Any) -> bool:
    # NaN is not itself; pandas' NA and NaT are known by their types.
    return type(label).__name__ in ("NoneType", "NAType", "NaTType") or label != label


def _read_groups(y: Any, X: Any, groups: Any) -> tuple[list[Series], Form]:
    if several(y):
        raise ValueError(
            "y is a list of series, which needs no groups; groups are for series that "
            "lie below each other in one table."
        )
    labels = np.asarray(groups)
    if np.ndim(y) == 0 or labels.shape != (len(y),):
        raise ValueError(
            f"groups must name one series for each row of y, which has the shape "
            f"{np.shape(y)}, got an array of shape {labels.shape}."
        )
    if any(map(_is_missing, labels.tolist())):
        raise ValueError(
            "groups contains missing labels; drop these rows or name their series."
        )
    names, first = np.unique(labels, return_index=True)
    ordered = names[np.argsort(first)].tolist()
    series = []
    for name in ordered:
        rows = np.flatnonzero(labels == name)
        table = None if X is None else _rows(X, rows)
        series.append(read_series(_rows(y, rows), table, f"group {name!r} of y"))
    return series, Form("groups", ordered, np.ndim(y) == 1, _empty(y))


def read_series(y: Any, X: Any, name: str) -> Series:
    """Read one series.

    Parameters
    ----------
    y, X : array-like or pandas objects
        The series and its exogenous columns, if there are any.
    name : str
        What it is called in messages.
    """
    values = numbers(y, name)
    if not values.shape[1]:
        raise ValueError(f"{name} has no column.")
    if X is None:
        exog = np.empty((len(values), 0))
    else:
        exog = exogenous(X, f"X of {name}")
        if len(exog) != len(values):
            raise ValueError(
                f"X has {len(exog)} rows, but {name} has {len(values)} values; give "
                "one row for each time."
            )
        _require_same_times(X, y, name)
    return Series(values, exog, checked(index_of(y), name))


def _require_same_times(X: Any, y: Any, name: str) -> None:
    times, others = index_of(y), index_of(X)
    if times is not None and others is not None and not times.equals(others):
        raise ValueError(
            f"X and {name} have different indices; align them, for instance with "
            "X.reindex(y.index)."
        )


def require_channels(y: Any, template: Any, name: str) -> None:
    """Raise if a table has its channels under other names, or in another order.

    Parameters
    ----------
    y : array-like or pandas object
        Of one series.
    template : pandas object or None
        Has the channels of the fit. Only tables with named channels are compared.
    name : str
        What `y` is called in messages.
    """
    given, fitted = (getattr(table, "columns", None) for table in (y, template))
    if given is None or fitted is None or list(given) == list(fitted):
        return
    named = all(isinstance(label, str) for label in [*given, *fitted])
    if named or sorted(map(str, given)) == sorted(map(str, fitted)):
        raise ValueError(
            f"{name} has the columns {list(given)}, but the model was fitted with "
            f"{list(fitted)}; give the same channels in the same order, for instance "
            f"y[{list(fitted)}]."
        )


def _require_equal_channels(series: Sequence[Series]) -> None:
    widths = {(s.values.shape[1], s.exog.shape[1]) for s in series}
    if len(widths) > 1:
        raise ValueError(
            "all series of y must have the same number of columns, and so must X; got "
            f"{sorted(widths)} (columns of y, columns of X)."
        )


def _rows(table: Any, rows: Integers) -> Any:
    return table.iloc[rows] if hasattr(table, "iloc") else np.asarray(table)[rows]


def _empty(y: Any) -> Any:
    return y.iloc[:0] if hasattr(y, "iloc") else None
