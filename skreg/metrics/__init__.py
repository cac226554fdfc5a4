"""Metrics that scikit-learn does not have."""

from .forecasting import (
    interval_coverage,
    mean_absolute_scaled_error,
    mean_interval_width,
    symmetric_total_percentage_error,
)

__all__ = [
    "interval_coverage",
    "mean_absolute_scaled_error",
    "mean_interval_width",
    "symmetric_total_percentage_error",
]
