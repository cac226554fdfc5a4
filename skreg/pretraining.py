"""Learning from rows without labels."""

from ._pretraining._classifier import TJEPAClassifier
from ._pretraining._collapse import RepresentationCollapseWarning
from ._pretraining._regressor import TJEPARegressor
from ._pretraining._transformer import TJEPATransformer

__all__ = [
    "RepresentationCollapseWarning",
    "TJEPAClassifier",
    "TJEPARegressor",
    "TJEPATransformer",
]
