"""Files of fitted estimators: the types that a loader has to trust."""

from __future__ import annotations

from .autoregression import LagTransformer
from .classification import ELRClassifier, RegularizedClassifier
from .forecasting import ARNetForecaster, ARNetRegressor
from .preprocessing import TabularEncoder
from .pretraining import TJEPAClassifier, TJEPARegressor, TJEPATransformer
from .regression import ConRRegressor, RegularizedRegressor

__all__ = ["TRUSTED_TYPES"]

# By the names that skops gives them. What they hold (nets, regularizers, targets) is
# written as arrays, numbers and text, so there are no others.
TRUSTED_TYPES = tuple(
    f"{cls.__module__}.{cls.__name__}"
    for cls in (
        ARNetForecaster,
        ARNetRegressor,
        ConRRegressor,
        ELRClassifier,
        LagTransformer,
        RegularizedClassifier,
        RegularizedRegressor,
        TabularEncoder,
        TJEPAClassifier,
        TJEPARegressor,
        TJEPATransformer,
    )
)
