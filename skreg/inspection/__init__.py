"""Pictures of what fitted estimators have learnt."""

from ._label_issues import LabelIssuesDisplay
from ._lags import LagDisplay

__all__ = [
    "LabelIssuesDisplay",
    "LagDisplay",
]
