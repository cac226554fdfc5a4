"""The first rows of a stream, which are few: all of them are looked at in each call."""

from __future__ import annotations

import numpy as np

from .._types import Array
from ..preprocessing._columns import Table
from ._inputs import GivenRows

# Scales are learnt again until they come from so many rows, and rows train again until
# there are so many: the gradient of single rows is noise.
ENOUGH_TO_SCALE, ENOUGH = 30, 100


def joined(early: GivenRows | None, given: GivenRows) -> GivenRows:
    """Return the first rows of a stream with those of the next call below them.

    Parameters
    ----------
    early : GivenRows or None
        The rows so far, None without any; their `X` is a `Table`.
    given : GivenRows
        Those of the next call, likewise.
    """
    if early is None:
        return given
    before, y = np.asarray(early.y), np.asarray(given.y)
    before = before.reshape(-1, *y.shape[1:]) if before.size == len(before) else before
    if before.shape[1:] != y.shape[1:]:
        return given  # what reads the target has the words for this
    weight = None
    if early.sample_weight is not None or given.sample_weight is not None:
        weight = np.concatenate([_weights(early), _weights(given)])
    return given._replace(
        X=early.X.joined(given.X), y=np.concatenate([before, y]), sample_weight=weight
    )


def still_early(given: GivenRows) -> GivenRows | None:
    """Return the rows so far if they are few, else None.

    Parameters
    ----------
    given : GivenRows
        Their `X` is a `Table`.
    """
    if given.X.n_rows >= ENOUGH:
        return None
    table: Table = given.X
    return given._replace(
        X=table.rows(np.arange(table.n_rows)),
        y=np.array(given.y),
        sample_weight=None if given.sample_weight is None else _weights(given),
    )


def _weights(rows: GivenRows) -> Array:
    weight = 1.0 if rows.sample_weight is None else rows.sample_weight
    return np.broadcast_to(np.asarray(weight, dtype=np.float64), rows.X.n_rows)
