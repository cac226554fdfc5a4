"""Series that come after a fit: one reader for forecasts, updates and scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._types import Array
from ._exogenous_columns import require_names
from ._series_panel import (
    Form,
    Series,
    read_panel,
    read_series,
    require_channels,
    several,
)
from ._time_index import adopted, after, follows


@dataclass(frozen=True)
class LaterSeries:
    """Reads what is passed after a fit, in the form of the training series.

    Attributes
    ----------
    panel : list of Series
        The training series.
    form : Form
        The container in which they came.
    names : ndarray of str or None
        Names of the exogenous columns, if they had any.
    missing : {'auto', 'drop', 'pairwise', 'interpolate', 'raise'}
        Later values may have gaps unless 'raise'.
    """

    panel: list[Series]
    form: Form
    names: Array | None
    missing: str

    def read(self, y: Any, X: Any = None) -> tuple[list[Series], Form]:
        """Read series with the channels and the frequency of the training series.

        Parameters
        ----------
        y : like the training series
            Any number of them.
        X : like `y`, or None
            Exogenous columns with the rows of `y`.

        Returns
        -------
        series : list of Series
            A dict of groups in the order of the training groups.
        form : Form
            How to hand back what belongs to them.
        """
        require_names(X, self.names)
        ordered = self.form.ordered(y, "y")
        for i, one in enumerate(ordered if several(ordered) else [ordered]):
            which = f"y[{i}]" if ordered is y else self.form.label(i)
            which = which if several(ordered) else "y"
            require_channels(one, self.form.template, which)
        found, form = read_panel(ordered, self.form.ordered(X, "X"), None)
        paired = len(found) == len(self.panel)
        form = form if ordered is y else self.form
        series = []
        for i, new in enumerate(found):
            trained, name = self.panel[i if paired else 0], form.label(i)
            _require_width(name, trained.values, new.values)
            index = adopted(new.index, trained.index, name)
            series.append(replace(new, index=index))
        return series, form

    def chosen(self, y: Any) -> tuple[LaterSeries, list[int | None]]:
        """Return the reader of those groups that a dict names, and their places.

        Parameters
        ----------
        y : dict, or anything else
            As passed to predict: a dict may have any groups, new ones among them.

        Returns
        -------
        later : LaterSeries
            For these groups, in their order; this one if no group is chosen.
        places : list of int or None
            Their numbers among the training series, None for a new one.
        """
        names = self.form.names
        every: list[int | None] = list(range(len(self.panel)))
        if not names or not isinstance(y, dict) or not y or set(y) == set(names):
            return self, every
        places = [names.index(name) if name in names else None for name in y]
        panel = [self.panel[place or 0] for place in places]
        form = replace(self.form, names=list(y))
        return replace(self, panel=panel, form=form), places

    def completed(self, given: Any, widths: list[int]) -> Any:
        """Return a dict in which groups without news have tables without rows.

        Parameters
        ----------
        given : dict, or anything else, which is returned as it is
            By group.
        widths : list of int
            Columns of each group.
        """
        names = self.form.names
        if not names or not isinstance(given, dict) or not set(given) <= set(names):
            return given
        pairs = zip(names, widths, strict=True)
        return {name: given.get(name, np.empty((0, width))) for name, width in pairs}

    def one_each(self, y: Any, X: Any) -> list[Series]:
        """Read later values of every training series, exogenous columns included.

        Parameters
        ----------
        y, X
            New values and exogenous columns: as in training, a dict for groups, in
            which those without new values may be absent.
        """
        y = self.completed(y, [trained.values.shape[1] for trained in self.panel])
        X = self.completed(X, [trained.exog.shape[1] for trained in self.panel])
        series, _ = self.read(y, X)
        if len(series) != len(self.panel):
            raise ValueError(
                f"y holds {len(series)} series, but {len(self.panel)} were fitted; "
                "give new values for each, in the same order."
            )
        for i, (trained, new) in enumerate(zip(self.panel, series, strict=True)):
            _require_width(f"X of {self.form.label(i)}", trained.exog, new.exog)
        self._require_no_gaps(series)
        return series

    def appended(self, y: Any, X: Any) -> list[Series]:
        """Return the training series with new values at their ends.

        Parameters
        ----------
        y, X
            As for :meth:`one_each`.
        """
        found = []
        for trained, new in zip(self.panel, self.one_each(y, X), strict=True):
            if not follows(new.index, trained.index):
                raise ValueError(
                    f"y starts at {new.index[0]!s}, but must follow the known values "
                    f"and start at {after(trained.index, 1)[0]!s}."
                )
            found.append(trained.followed_by(new))
        return found

    def contexts(self, y: Any, length: int) -> tuple[list[Series], Form]:
        """Read series that are to be forecast in place of the training series.

        Parameters
        ----------
        y : like the training series
            Of a panel, any number of them.
        length : int
            Last values that a forecast needs.
        """
        series, form = self.read(y)
        for new in series:
            if len(new) < length:
                raise ValueError(
                    f"y has {len(new)} values, but forecasts need the last {length} "
                    "(lags and differences)."
                )
            if np.isnan(new.values).all(axis=0).any():
                raise ValueError("y has no value that is not missing.")
        if len(series) != len(self.panel) == 1:
            raise ValueError(f"y holds {len(series)} series, but one was fitted.")
        self._require_no_gaps(series)
        return series, form

    def tables(self, X: Any) -> list[Series | None]:
        """Read exogenous rows of times to come, with their times, by series.

        Parameters
        ----------
        X : array-like, list, dict or None
            One table a training series.
        """
        require_names(X, self.names)
        count = len(self.panel)
        if X is None:
            return [None] * count
        found = [X] if self.form.kind == "one" else self.form.ordered(X, "X")
        if not isinstance(found, (list, tuple)) or len(found) != count:
            given = f"{len(found)} tables" if np.ndim(found) else type(found).__name__
            raise ValueError(
                f"X holds {given} for {count} series; give a list with one table a "
                "series, or a dict with one a group."
            )
        return [read_series(x, None, "X") for x in found]

    def _require_no_gaps(self, series: list[Series]) -> None:
        if self.missing == "raise" and any(np.isnan(s.values).any() for s in series):
            raise ValueError(
                "y contains NaN; fit with missing='auto', 'drop' or 'interpolate', "
                "and gaps before a forecast are filled by the model's own forecasts."
            )


def _require_width(name: str, trained: Array, new: Array) -> None:
    """Raise if later values have other columns than those of the fit."""
    if trained.shape[1] != new.shape[1]:
        raise ValueError(
            f"{name} has {new.shape[1]} columns, but the model was fitted with "
            f"{trained.shape[1]}; give the same columns in the same order."
        )
