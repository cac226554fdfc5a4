"""Learning from rows without labels."""

from ._pretraining._collapse import RepresentationCollapseWarning, embedding_diversity
from ._pretraining._transformer import TJEPATransformer

__all__ = [
    "RepresentationCollapseWarning",
    "TJEPATransformer",
    "embedding_diversity",
]
