"""Pictures of fitted estimators."""

from ._lags import LagDisplay

__all__ = [
    "LagDisplay",
]
