"""Pictures of what fitted estimators have learnt."""

from ._label_issues import LabelIssuesDisplay

__all__ = [
    "LabelIssuesDisplay",
]
