"""Targets: what a net learns of y, and how its outputs become predictions."""

from ._base import Target
from .balance import BalancedTarget
from .classes import ClassTarget
from .numeric import NumericTarget
from .point import PointTarget
from .quantiles import QuantileTarget

__all__ = [
    "BalancedTarget",
    "ClassTarget",
    "NumericTarget",
    "PointTarget",
    "QuantileTarget",
    "Target",
]
