"""What a fit leaves behind, and that a failed one leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .._training._watchers import BOOKKEEPING


@contextmanager
def unchanged_on_failure(estimator: object) -> Iterator[None]:
    """Put all attributes back if the block raises.

    Fitted objects are replaced by a fit, never changed in place, so a shallow copy
    of the attributes is enough.
    """
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


def history_columns(history: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the records of the epochs as one list a quantity."""
    names = list(dict.fromkeys(key for row in history for key in row))
    kept = [name for name in names if name not in {"batches", *BOOKKEEPING}]
    return {name: [row.get(name, np.nan) for row in history] for name in kept}
