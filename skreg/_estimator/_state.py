"""What an estimator shows of its training."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._training._watchers import BOOKKEEPING


def history_columns(history: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the records of the epochs as one list a quantity."""
    names = list(dict.fromkeys(key for row in history for key in row))
    kept = [name for name in names if name not in {"batches", *BOOKKEEPING}]
    return {name: [row.get(name, np.nan) for row in history] for name in kept}
