"""Pictures of what fitted estimators have learnt."""

from ._embedding_display import EmbeddingDisplay
from ._imbalance_display import ImbalanceDisplay
from ._label_issues_display import LabelIssuesDisplay
from ._lag_display import LagDisplay

__all__ = [
    "EmbeddingDisplay",
    "ImbalanceDisplay",
    "LabelIssuesDisplay",
    "LagDisplay",
]
