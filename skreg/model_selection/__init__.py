"""Splits that scikit-learn does not have."""

from ._balanced_split import BalancedShuffleSplit, balanced_test_split

__all__ = ["BalancedShuffleSplit", "balanced_test_split"]
