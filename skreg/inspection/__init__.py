"""Pictures of what fitted estimators have learnt."""

from ._embedding import EmbeddingDisplay
from ._label_issues import LabelIssuesDisplay
from ._lags import LagDisplay

__all__ = [
    "EmbeddingDisplay",
    "LabelIssuesDisplay",
    "LagDisplay",
]
