"""skreg: regularized neural networks that behave like scikit-learn estimators."""

from .classification import ELRClassifier, RegularizedClassifier
from .forecasting import ARNetForecaster, ARNetRegressor
from .pretraining import TJEPAClassifier, TJEPARegressor, TJEPATransformer
from .regression import ConRRegressor, RegularizedRegressor

__version__ = "0.1.0"

__all__ = [
    "ARNetForecaster",
    "ARNetRegressor",
    "ConRRegressor",
    "ELRClassifier",
    "RegularizedClassifier",
    "RegularizedRegressor",
    "TJEPAClassifier",
    "TJEPARegressor",
    "TJEPATransformer",
    "__version__",
]
