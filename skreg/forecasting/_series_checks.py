"""Series against what is to be fitted to them: clear words before any work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ._series_panel import Form, Series


def require_values(panel: Sequence[Series], form: Form, missing: str) -> None:
    """Raise if a series is missing altogether, or in part and that is not allowed."""
    for i, series in enumerate(panel):
        holes = np.isnan(series.values)
        which = form.label(i)
        if not len(series) or holes.all(axis=0).any():
            raise ValueError(f"{which} has no value that is not missing.")
        blank = np.isnan(series.exog).all(axis=0)
        if blank.any():
            raise ValueError(
                f"column {int(blank.argmax())} of X of {which} has no value that is "
                "not missing; drop it."
            )
        if missing == "raise" and (holes.any() or np.isnan(series.exog).any()):
            raise ValueError(
                f"{which} or its X contains NaN ({int(holes.sum())} missing values in "
                "y); use missing='auto', 'drop' or 'interpolate'."
            )


def require_length(
    panel: Sequence[Series], form: Form, order: int, horizon: int, lost: int
) -> None:
    """Raise if a series is too short for a single window."""
    for i, series in enumerate(panel):
        if len(series) <= order + horizon + lost:
            which = form.label(i)
            extra = f" + {lost} lost to differences" if lost else ""
            raise ValueError(
                f"{which} has {len(series)} values (n_samples = {len(series)}), which "
                f"is not more than {order} lags + horizon {horizon}{extra}; give a "
                "longer series, fewer lags or a shorter horizon."
            )
