"""Regressors."""

from .conr_regressor import ConRRegressor
from .regularized_regressor import RegularizedRegressor

__all__ = ["ConRRegressor", "RegularizedRegressor"]
