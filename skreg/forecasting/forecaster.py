"""ARNetForecaster: from series to coefficients, forecasts and intervals."""

from __future__ import annotations

from typing import Any, Self

from sklearn.utils.validation import check_is_fitted

from .._parameters import field, parameters
from .._sklearn import check_pandas_support, fit_context
from .._types import Floats
from . import _arnet_attributes as fitted
from . import _arnet_parameters as arnet
from ._arnet_base import ARNetBase
from ._engine import Engine
from ._exogenous_columns import column_names, require_names
from ._fitted_attributes import attributes, stationary, summary_rows
from ._forecast_request import ForecastRequest
from ._interval_bounds import INTERVALS, require_coverage
from ._later_series import LaterSeries
from ._rolling_forecasts import honest_errors, later_errors, one_step_errors, rolling_r2
from ._series_panel import Form, Series, read_panel
from ._series_training import train

__all__ = ["ARNetForecaster"]


@parameters
class ARNetForecaster(ARNetBase):
    """Forecast a series from the few of its lags that matter.

    Thousands of lags are searched in a fraction of a second: the Gram matrix of all
    windows is computed without a lag matrix, and the penalty of AR-Net is minimised on
    it by weighted lassos. What remains is a short linear formula.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}
    is_stationary_ : bool
        Whether the one-step model forgets its past.
    residuals_ : ndarray
        One-step errors in training.

    See Also
    --------
    ARNetRegressor : The same on a lag matrix of your own.
    skreg.autoregression : The parts it is made of.

    Notes
    -----
    Conformal intervals are built from the errors of the latest `calibration_size`
    forecasts. Those of the training series were made by a model that had not seen the
    values; :meth:`update` adds those of newly observed ones. If the future behaves as
    the recent past, they cover as asked, whatever the distribution; if it drifts,
    update often.

    References
    ----------
    .. [1] O. Triebe, N. Laptev, R. Rajagopal. "AR-Net: A simple Auto-Regressive Neural
       Network for time-series", arXiv:1911.12436, 2019.
    .. [2] J. Chen, Z. Chen. "Extended Bayesian information criteria for model selection
       with large model spaces", Biometrika 95, 2008.

    Examples
    --------
    >>> from skreg import ARNetForecaster
    >>> from skreg.datasets import load_sunspots
    >>> y = load_sunspots(return_y=True)
    >>> model = ARNetForecaster(lags=150, horizon=12).fit(y[:-12])
    >>> model.predict().shape
    (12,)
    >>> lower, upper = model.predict_interval(coverage=0.9)
    >>> bool((lower < upper).all())
    True
    """

    lags: arnet.Lags = None
    horizon: arnet.Horizon = 1
    strategy: arnet.Strategy = "direct"
    exog_lags: arnet.ExogLags = None
    differences: arnet.DifferencesTaken = 0
    standardize: arnet.Standardize = True
    missing: arnet.Missing = "auto"
    interval: arnet.IntervalKind = "conformal"
    calibration_size: arnet.CalibrationSize = 500
    quantiles: arnet.Quantiles = None
    loss: arnet.SeriesLoss = "squared_error"
    cv: arnet.Folds = 5

    ar_coef_: fitted.ARCoef = field(init=False)
    selected_lags_: fitted.SelectedLags = field(init=False)
    sparsity_: fitted.Sparsity = field(init=False)
    exog_coef_: fitted.ExogCoef = field(init=False)
    exog_lag_coef_: fitted.ExogLagCoef = field(init=False)
    intercept_: fitted.SeriesIntercept = field(init=False)
    sigma2_: fitted.Sigma2 = field(init=False)
    alpha_: fitted.SeriesAlpha = field(init=False)
    alphas_: fitted.AlphasCompared = field(init=False)
    ic_path_: fitted.CriterionPath = field(init=False)
    order_: fitted.Order = field(init=False)
    lags_: fitted.LagsOffered = field(init=False)
    n_windows_: fitted.NWindows = field(init=False)
    feature_names_in_: fitted.ExogNamesIn = field(init=False)

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, y: Any, X: Any = None, groups: Any = None) -> Self:
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
        errors = honest_errors(engine, panel, self.horizon, self.calibration_size)
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
            take. With `groups`, a dict of any of them, or of new ones.

        Returns
        -------
        forecasts : ndarray or pandas object
            Of shape (horizon,) or (horizon, n_channels), as the series came: a list
            for a list, a dict for groups.
        """
        check_is_fitted(self)
        request = self._request(horizon, X, y)
        return request.restore(request.forecast(self._engine.models["mean"]))

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
        require_coverage(coverage)
        request = self._request(horizon, X, y)
        bounds = INTERVALS[self.interval]
        lower, upper = bounds(request, self._calibration, coverage)
        return request.restore(lower), request.restore(upper)

    def update(self, y: Any, X: Any = None, *, refit: bool = False) -> Self:
        """Append newly observed values.

        Forecasts start after them, and the intervals learn from the errors that
        forecasts of them would have made.

        Parameters
        ----------
        y : like the `y` of fit
            What was observed since. With `groups`, a dict, in which groups without
            news may be absent.
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
        panel = self._later.appended(y, X)
        engine = self._engine
        if refit:
            engine, panel = train(self, panel, self._form, self._later.names)
            errors = honest_errors(engine, panel, self.horizon, self.calibration_size)
        else:
            past, size = self._calibration, self.calibration_size
            errors = later_errors(engine, self._panel, panel, past, size)
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
        later = self._later.one_each(y, X)
        return rolling_r2(self._engine, self._panel, later, self.horizon)

    @property
    def _later(self) -> LaterSeries:
        names = getattr(self, "feature_names_in_", None)
        return LaterSeries(self._panel, self._form, names, self.missing)

    def _request(self, horizon: int | None, X: Any, y: Any) -> ForecastRequest:
        steps = self.horizon if horizon is None else horizon
        return ForecastRequest.read(self._engine, self._later, steps, X, y)

    def _keep(
        self, engine: Engine, panel: list[Series], form: Form, errors: list[Floats]
    ) -> None:
        """Take over what a fit or an update led to, all at once."""
        own = [series.copy() for series in panel]
        shown = attributes(engine)
        shown |= {"_engine": engine, "_panel": own, "_form": form}
        self.__dict__.update(shown, _calibration=errors)

    @property
    def is_stationary_(self) -> bool:
        """Whether the one-step model forgets its past."""
        check_is_fitted(self)
        return stationary(self._engine)

    @property
    def residuals_(self) -> Any:
        """One-step errors in training, an array (or a list of arrays) a series."""
        check_is_fitted(self)
        found = one_step_errors(self._engine, self._panel)
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
        table = pd.DataFrame(summary_rows(self._engine, self._later.names))
        return table.drop(columns="channel") if self._form.is_flat else table
