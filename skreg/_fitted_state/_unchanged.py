"""What a failed fit leaves behind: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


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
