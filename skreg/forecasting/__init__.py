"""Forecasting: sparse autoregression, of a series or on a lag matrix."""

from .forecaster import ARNetForecaster
from .regressor import ARNetRegressor

__all__ = ["ARNetForecaster", "ARNetRegressor"]
