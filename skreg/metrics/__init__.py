"""Figures of merit that scikit-learn does not have."""

from .embedding import embedding_diversity
from .forecasting import (
    interval_coverage,
    mean_absolute_scaled_error,
    mean_interval_width,
    symmetric_total_percentage_error,
)
from .label_noise import label_issue_auroc, memorized_fraction, recovered_fraction

__all__ = [
    "embedding_diversity",
    "interval_coverage",
    "label_issue_auroc",
    "mean_absolute_scaled_error",
    "mean_interval_width",
    "memorized_fraction",
    "recovered_fraction",
    "symmetric_total_percentage_error",
]
