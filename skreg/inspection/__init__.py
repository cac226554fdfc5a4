"""Pictures of what fitted estimators have learnt."""

from ._imbalance import ImbalanceDisplay
from ._label_issues import LabelIssuesDisplay
from ._lags import LagDisplay

__all__ = [
    "ImbalanceDisplay",
    "LabelIssuesDisplay",
    "LagDisplay",
]
