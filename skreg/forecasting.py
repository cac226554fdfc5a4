"""Forecasting: sparse autoregression, of a series or on a lag matrix."""

from __future__ import annotations

from ._forecasting._forecaster import SeriesForecaster
from ._forecasting._table import TableRegressor
from ._parameters import parameters

__all__ = ["ARNetForecaster", "ARNetRegressor"]


@parameters
class ARNetRegressor(TableRegressor):
    """A sparse linear regression with the penalty of AR-Net, in milliseconds.

    Made for lag matrices, but any table of numbers will do. The columns that matter
    are selected, the coefficients of all others are exactly zero.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    ARNetForecaster : The same for a series, with intervals and without a lag matrix.
    skreg.autoregression.make_lag_matrix : Lagged values as columns.

    Notes
    -----
    The penalty is minimised by local linear approximation: weighted lassos, solved
    exactly from the correlations of the columns, without a learning rate and without
    random numbers.

    References
    ----------
    .. [1] O. Triebe, N. Laptev, R. Rajagopal. "AR-Net: A simple Auto-Regressive Neural
       Network for time-series", arXiv:1911.12436, 2019.
    .. [2] H. Zou, R. Li. "One-step sparse estimates in nonconcave penalized likelihood
       models", Annals of Statistics 36, 2008.

    Examples
    --------
    >>> from skreg import ARNetRegressor
    >>> from skreg.autoregression import make_lag_matrix
    >>> from skreg.datasets import make_ar_process
    >>> series = make_ar_process(3000, lags=[1, 24], coef=[0.5, 0.4], random_state=0)
    >>> X, y = make_lag_matrix(series, lags=50)
    >>> model = ARNetRegressor().fit(X, y)
    >>> model.selected_ + 1  # columns count from 0, lags from 1
    array([ 1, 24])
    """


@parameters
class ARNetForecaster(SeriesForecaster):
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
