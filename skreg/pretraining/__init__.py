"""Learning from rows without labels."""

from ._collapse import RepresentationCollapseWarning
from .tjepa_classifier import TJEPAClassifier
from .tjepa_regressor import TJEPARegressor
from .tjepa_transformer import TJEPATransformer

__all__ = [
    "RepresentationCollapseWarning",
    "TJEPAClassifier",
    "TJEPARegressor",
    "TJEPATransformer",
]
