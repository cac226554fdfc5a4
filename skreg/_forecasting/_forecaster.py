"""The forecaster: from series to coefficients, forecasts and intervals."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted

from .._parameters import parameters
from .._sklearn import check_pandas_support, fit_context
from .._types import Floats
from ._ahead import Ahead
from ._attributes import attributes, stationary, summary_rows
from ._bounds import INTERVALS
from ._columns import column_names, require_names
from ._engine import Engine
from ._forecaster_parameters import ForecasterParameters
from ._index import follows
from ._panel import Form, Series, read_panel
from ._training import train
from ._update import grown, later_errors, read_new


@parameters
class SeriesForecaster(ForecasterParameters):
    """Fit, predict, intervals, updates and scores of a series or several.

    Parameters
    ----------
    {parameters}
    """

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, y: Any, X: Any = None, groups: Any = None) -> Any:
        """Select the lags and fit their coefficients.

        Parameters
        ----------
        y : array-like of shape (n_times,) or (n_times, n_channels), or list of these
            One series, oldest value first; several channels that explain each other;
            or a list of series with common coefficients. A pandas index of times must
            be regular.
        X : array-like of shape (n_times, n_exog), or list of these, default=None
            Exogenous columns at the times of `y`. Their future must be known when
            forecasting, unless they are named in `exog_lags`.
        groups : array-like of shape (n_times,), default=None
            Which series a row of `y` belongs to, if several lie below each other.

        Returns
        -------
        self : object
            The fitted forecaster.
        """
        panel, form = read_panel(y, X, groups)
        names = column_names(X)
        require_names(X, names)  # several tables, if X is a list
        engine, panel = train(self, panel, form, names)
        errors = engine.honest_errors(panel, self.horizon, self.calibration_size)
        self._keep(engine, panel, form, errors)
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        return self

    def predict(self, horizon: int | None = None, X: Any = None, y: Any = None) -> Any:
        """Forecast the next values.

        Parameters
        ----------
        horizon : int, default=None
            Steps to forecast; None means those of the fit. Beyond these, forecasts
            are fed back.
        X : array-like of shape (horizon, n_exog), or list of these, default=None
            Exogenous columns of the times to forecast.
        y : like the `y` of fit, default=None
            Forecast what follows this newer series in place of the training series.
            At least as many values as the largest lag, plus those that differences
            take.

        Returns
        -------
        forecasts : ndarray or pandas object
            Of shape (horizon,) or (horizon, n_channels), as the series came: a list
            for a list, a dict for groups.
        """
        check_is_fitted(self)
        ahead = self._ahead(horizon, X, y)
        return ahead.restore(ahead.forecast(self._engine.models["mean"]))

    def predict_interval(
        self,
        horizon: int | None = None,
        X: Any = None,
        y: Any = None,
        *,
        coverage: float = 0.9,
    ) -> tuple[Any, Any]:
        """Return bounds between which the next values are expected.

        Parameters
        ----------
        horizon : int, default=None
            As for :meth:`predict`.
        X : array-like of shape (horizon, n_exog), or list of these, default=None
            As for :meth:`predict`.
        y : like the `y` of fit, default=None
            As for :meth:`predict`.
        coverage : float, default=0.9
            Share of the intervals that shall contain the truth, each step for itself.

        Returns
        -------
        lower, upper : as :meth:`predict` returns
            The bounds.
        """
        check_is_fitted(self)
        self._validate_params()  # `interval` may have been set since the fit
        if not isinstance(coverage, Real) or not 0 < coverage < 1:
            raise ValueError(f"coverage={coverage!r} must lie between 0 and 1.")
        ahead = self._ahead(horizon, X, y)
        bounds = INTERVALS[self.interval]
        lower, upper = bounds(ahead, self._calibration, coverage)
        return ahead.restore(lower), ahead.restore(upper)

    def update(self, y: Any, X: Any = None, *, refit: bool = False) -> Any:
        """Append newly observed values.

        Forecasts start after them, and the intervals learn from the errors that
        forecasts of them would have made.

        Parameters
        ----------
        y : like the `y` of fit
            What was observed since. With `groups`, a dict.
        X : array-like of shape (n_new, n_exog), or list or dict of these, default=None
            Exogenous columns at these times.
        refit : bool, default=False
            Whether lags and coefficients are determined anew, from all values.

        Returns
        -------
        self : object
            The forecaster.
        """
        check_is_fitted(self)
        panel = grown(self._panel, self._read_new(y, X))
        engine = self._engine
        if refit:
            engine, panel = train(self, panel, self._form, self._names)
            errors = engine.honest_errors(panel, self.horizon, self.calibration_size)
        else:
            errors = later_errors(engine, self._panel, panel, self._calibration)
            errors = [e[max(len(e) - self.calibration_size, 0) :] for e in errors]
        self._keep(engine, panel, self._form, errors)
        return self

    def score(self, y: Any, X: Any = None) -> float:
        r"""Return :math:`R^2` of forecasts from every time of a later series.

        Parameters
        ----------
        y : like the `y` of fit
            Taken to follow the training series, whose end is the first context. An
            index of times that starts later, or earlier, is a series of its own.
        X : array-like of shape (n_times, n_exog), default=None
            Exogenous columns at these times.

        Returns
        -------
        score : float
            Over all steps of the horizon and all times at which they are known.
        """
        check_is_fitted(self)
        found, truth = [], []
        for i, new in enumerate(self._read_new(y, X)):
            series, start = new, self._engine.context
            if follows(new.index, self._panel[i].index):
                past = self._panel[i].part(-2 * self._engine.context)
                series, start = past.followed_by(new), len(past)
            model = self._engine.models["mean"]
            forecasts, targets = self._engine.rolling(
                series, i, self.horizon, start, model
            )
            known = np.isfinite(targets)
            found.append(forecasts[known])
            truth.append(targets[known])
        if sum(map(len, truth)) < 2:
            raise ValueError(
                f"y is too short to score forecasts of {self.horizon} steps; give at "
                f"least {self.horizon + 1} values, plus {self._engine.context} if they "
                "do not follow the training series."
            )
        return float(r2_score(np.concatenate(truth), np.concatenate(found)))

    @property
    def _names(self) -> Any:
        return getattr(self, "feature_names_in_", None)

    def _ahead(self, horizon: int | None, X: Any, y: Any) -> Ahead:
        require_names(X, self._names)
        return Ahead.read(
            self._engine,
            self._panel,
            self._form,
            self.horizon if horizon is None else horizon,
            X,
            y,
            self.missing,
        )

    def _read_new(self, y: Any, X: Any) -> list[Series]:
        require_names(X, self._names)
        return read_new(self._form, self._panel, y, X, self.missing)

    def _keep(
        self, engine: Engine, panel: list[Series], form: Form, errors: list[Floats]
    ) -> None:
        """Take over what a fit or an update led to, all at once."""
        # Copies: the caller may go on to change the arrays.
        panel = [replace(s, values=s.values.copy(), exog=s.exog.copy()) for s in panel]
        self._engine, self._panel, self._form = engine, panel, form
        self._calibration = errors
        for name, value in attributes(engine).items():
            setattr(self, name, value)

    @property
    def is_stationary_(self) -> bool:
        """Whether the one-step model forgets its past."""
        check_is_fitted(self)
        return stationary(self._engine)

    @property
    def residuals_(self) -> Any:
        """One-step errors in training, an array (or a list of arrays) a series."""
        check_is_fitted(self)
        found = []
        for i, series in enumerate(self._panel):
            model = self._engine.models["mean"]
            forecasts, targets = self._engine.rolling(series, i, 1, 0, model)
            found.append((targets - forecasts)[:, 0])
        flat = [e[:, 0] if self._form.is_flat else e for e in found]
        return flat[0] if self._form.kind == "one" else flat

    def summary(self) -> Any:
        """Return the coefficients of the first step as a table. Needs pandas.

        Returns
        -------
        table : pandas.DataFrame
            One row a coefficient that is not zero: the term, its lag, the coefficient
            and its standard error, as if the lags had been chosen beforehand; NaN
            with ``solver='sgd'`` and for orders beyond 5,000.
        """
        check_is_fitted(self)
        pd = check_pandas_support("ARNetForecaster.summary")
        table = pd.DataFrame(summary_rows(self._engine, self._names))
        return table.drop(columns="channel") if self._form.is_flat else table
