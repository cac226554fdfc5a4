"""Figures of merit that scikit-learn does not have."""

from .label_noise import label_issue_auroc, memorized_fraction, recovered_fraction

__all__ = [
    "label_issue_auroc",
    "memorized_fraction",
    "recovered_fraction",
]
