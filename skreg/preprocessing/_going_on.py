"""An encoder that goes on: what its first rows could not tell, later ones do.

What a net has learnt to read stays as it is. New are scales of columns that stood still
so far, levels that come later in a stream, and, while the stream is young, all scales.
"""

from __future__ import annotations

import copy
import warnings

import numpy as np

from .._types import Array, Floats
from ._columns import Table
from ._encoded_layout import EncodedLayout
from ._encoder import TabularEncoder
from ._level_block import LevelBlock
from ._values import label


def begin_stream(
    encoder: TabularEncoder, table: Table, weight: Floats | None
) -> TabularEncoder:
    """Fit an encoder on the first rows of many.

    Parameters
    ----------
    encoder : TabularEncoder
        New; it is changed.
    table : Table
        The rows.
    weight : ndarray of shape (n_rows,) or None
        Their weights, None for equal ones.

    Returns
    -------
    encoder : TabularEncoder
        The same, with room for levels that are still to come.
    """
    encoder.fit(table, sample_weight=weight)
    _show_levels(encoder, encoder._levels.with_room())
    return encoder


def go_on(
    encoder: TabularEncoder, table: Table, weight: Floats | None, *, anew: bool
) -> TabularEncoder:
    """Return an encoder that knows further rows, too.

    Parameters
    ----------
    encoder : TabularEncoder
        Fitted; it stays as it is.
    table : Table
        The rows.
    weight : ndarray of shape (n_rows,) or None
        Their weights, None for equal ones.
    anew : bool
        Whether they are all rows so far, so that all scales are learnt again.
    """
    encoder = copy.copy(encoder)
    given = np.ones(table.n_rows) if weight is None else weight
    learn = encoder._numbers.relearnt if anew else encoder._numbers.moved_by
    encoder._numbers = learn(
        _numbers(encoder, table), given, encoder.scaling, encoder.scale_indicators
    )
    encoder._numbers.show(encoder)
    _learn_new_levels(encoder, table, given)
    return encoder


def _numbers(encoder: TabularEncoder, table: Table) -> Array:
    """Return the numeric columns as they came."""
    layout, numbers = encoder.layout_, encoder._numbers
    return table.matrix(layout.numeric, blank=layout.numeric[numbers.empty])


def _learn_new_levels(encoder: TabularEncoder, table: Table, weight: Floats) -> None:
    """Give codes to new levels as long as there is room, and say where there is not."""
    where = encoder.layout_.categorical.tolist()
    present = (table.column(index)[weight > 0] for index in where)
    grown, full = encoder._levels.grown(present)
    for position in full:
        name = label(table.names, where[position])
        warnings.warn(
            f"New levels of {name} find no place, since the first call of "
            "partial_fit saw few levels; they count as unknown. Let the first call "
            "have more rows, or set min_frequency, so that rare levels share one.",
            UserWarning,
            stacklevel=2,
        )
    _show_levels(encoder, grown)


def _show_levels(encoder: TabularEncoder, levels: LevelBlock) -> None:
    """Set what is known of levels as attributes."""
    encoder._levels = levels
    encoder.categories_ = [column.names for column in levels.columns]
    encoder.cardinalities_ = levels.cardinalities
    layout, indicated = encoder.layout_, encoder._numbers.indicated
    encoder.layout_ = EncodedLayout.of(
        layout.numeric, layout.categorical, indicated, levels.columns
    )
