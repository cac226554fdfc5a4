"""Figures of merit that scikit-learn does not have."""

from ._imbalance_scorer import make_imbalance_scorer
from .embedding import embedding_diversity
from .forecast_errors import (
    interval_coverage,
    mean_absolute_scaled_error,
    mean_interval_width,
    symmetric_total_percentage_error,
)
from .imbalance import (
    balanced_mean_absolute_error,
    balanced_mean_squared_error,
    geometric_mean_error,
)
from .label_noise import label_issue_auroc, memorized_fraction, recovered_fraction
from .relevance import label_relevance, sera
from .shots import shot_groups, shot_metrics

__all__ = [
    "balanced_mean_absolute_error",
    "balanced_mean_squared_error",
    "embedding_diversity",
    "geometric_mean_error",
    "interval_coverage",
    "label_issue_auroc",
    "label_relevance",
    "make_imbalance_scorer",
    "mean_absolute_scaled_error",
    "mean_interval_width",
    "memorized_fraction",
    "recovered_fraction",
    "sera",
    "shot_groups",
    "shot_metrics",
    "symmetric_total_percentage_error",
]
