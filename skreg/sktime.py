"""The forecaster in the form of sktime. Needs ``pip install "skreg[sktime]"``."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import clone
from sktime.forecasting.base import BaseForecaster, ForecastingHorizon

from ._types import Array, Floats, Integers
from .forecasting import ARNetForecaster
from .forecasting._offered_lags import difference_periods
from .forecasting._rows_by_time import at_steps, by_name, future_rows

__all__ = ["SktimeARNetForecaster"]


class SktimeARNetForecaster(BaseForecaster):
    """An :class:`~skreg.ARNetForecaster` with the interface of sktime.

    The horizon of the forecaster is the furthest step of `fh`, which `fit` must know.
    Rows of `X` and later values are read by their times, columns by their names. Values
    that are known already are not appended again, and what is absent before later ones
    is missing. With differences or ``strategy="recursive"``, forecasts read the rows of
    `X` at all steps up to the furthest.

    Parameters
    ----------
    forecaster : ARNetForecaster or None, default=None
        The forecaster, unfitted. None means one with default parameters.

    Attributes
    ----------
    forecaster_ : ARNetForecaster
        The fitted forecaster.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skreg import ARNetForecaster
    >>> from skreg.sktime import SktimeARNetForecaster
    >>> model = SktimeARNetForecaster(ARNetForecaster(lags=24, differences=1))
    >>> len(model.fit(load_airline(), fh=[1, 2, 3]).predict())
    3
    """

    _tags: ClassVar[dict[str, Any]] = {
        "authors": ["the skreg developers"],
        "python_dependencies": ["pandas"],
        "y_inner_mtype": "pd.DataFrame",
        "X_inner_mtype": "pd.DataFrame",
        "capability:multivariate": True,
        "capability:exogenous": True,
        "capability:missing_values": True,
        "capability:insample": False,
        "capability:pred_int": True,
        "capability:pred_int:insample": False,
        "requires-fh-in-fit": True,
        "X-y-must-have-same-index": True,
    }

    def __init__(self, forecaster: ARNetForecaster | None = None) -> None:
        self.forecaster = forecaster
        super().__init__()

    def _fit(self, y: pd.DataFrame, X: pd.DataFrame | None, fh: Any) -> Self:
        base = ARNetForecaster() if self.forecaster is None else self.forecaster
        steps = self._steps(fh)
        self._channels = y.columns
        self._exogenous = None if X is None else X.columns
        self._freq = getattr(y.index, "freq", None)
        if self._freq is None and isinstance(y.index, pd.DatetimeIndex):
            self._freq = pd.infer_freq(y.index) if len(y) > 2 else None
        self._end = self.cutoff
        self.forecaster_ = clone(base).set_params(horizon=int(steps.max()))
        self.forecaster_.fit(y.to_numpy(), _array(X))
        return self

    def _predict(self, fh: Any, X: pd.DataFrame | None) -> pd.DataFrame:
        steps = self._steps(fh)
        values = self.forecaster_.predict(int(steps.max()), X=self._future(X, steps))
        return self._frame(values, steps, fh)

    def _predict_interval(
        self, fh: Any, X: pd.DataFrame | None, coverage: list[float]
    ) -> pd.DataFrame:
        steps = self._steps(fh)
        names = self._get_varnames()
        columns = {}
        for share in coverage:
            bounds = self.forecaster_.predict_interval(
                int(steps.max()), X=self._future(X, steps), coverage=share
            )
            for side, values in zip(("lower", "upper"), bounds, strict=True):
                frame = self._frame(values, steps, fh)
                for place, name in enumerate(names):
                    columns[name, share, side] = frame.iloc[:, place]
        order = [(n, c, s) for n in names for c in coverage for s in ("lower", "upper")]
        found = pd.concat([columns[key] for key in order], axis=1)
        found.columns = pd.MultiIndex.from_tuples(order)
        return found

    def _update(
        self,
        y: pd.DataFrame,
        X: pd.DataFrame | None = None,
        update_params: bool = True,
    ) -> Self:
        """Append what comes after the known values: at its time, and only once."""
        when = self._ahead(y.index, self._end)
        if when.max(initial=0) < 1:
            return self
        new = at_steps(by_name(y, self._channels, "y"), when, int(when.max()))
        table = None
        if X is not None and self._exogenous is not None:
            named = by_name(X, self._exogenous, "X")
            table = at_steps(named, self._ahead(X.index, self._end), len(new))
        self.forecaster_.update(new, table, refit=update_params)
        self._end = self.cutoff
        return self

    def _ahead(self, index: pd.Index, end: pd.Index) -> Integers:
        """Return how many steps after a time others are."""
        times = ForecastingHorizon(index, is_relative=False, freq=self._freq)
        return np.asarray(times.to_relative(end).to_pandas(), dtype=int)

    def _future(self, X: pd.DataFrame | None, steps: Integers) -> Floats | None:
        """Return exogenous rows of all steps by their times and names."""
        if X is None or self._exogenous is None:
            return None
        base = self.forecaster_
        # Direct forecasts read the rows of their own steps, all others every row.
        reads_all = (
            base.strategy == "recursive"
            or bool(difference_periods(base.differences))
            or len(base.hidden_layer_sizes) > 0
            or int(steps.max()) > base.horizon
        )
        wanted = np.arange(1, steps.max() + 1) if reads_all else steps
        named = by_name(X, self._exogenous, "X")
        return future_rows(named, self._ahead(X.index, self.cutoff), wanted)

    def _steps(self, fh: Any) -> Integers:
        return np.asarray(fh.to_relative(self.cutoff).to_pandas(), dtype=int)

    def _frame(self, values: Floats, steps: Integers, fh: Any) -> pd.DataFrame:
        index = fh.to_absolute_index(self.cutoff)
        return pd.DataFrame(values[steps - 1], index=index, columns=self._channels)

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return parameters with which sktime tests the class.

        Parameters
        ----------
        parameter_set : str, default="default"
            Not used.

        Returns
        -------
        params : list of dict
            Intervals are Gaussian, as the series of the tests are short. Both are
            direct: the tests pass exogenous rows of `fh` alone, and recursive forecasts
            read the rows of all steps.
        """
        short = ARNetForecaster(lags=3, interval="gaussian")
        return [
            {"forecaster": short},
            {"forecaster": ARNetForecaster(penalty="l2", interval="gaussian")},
        ]


def _array(table: pd.DataFrame | None) -> Array | None:
    """Return the numbers of a table: its times are sktime's business."""
    return None if table is None else table.to_numpy()
