"""From the rows of a user to a table that a net can be trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._types import Array, Floats
from ..preprocessing import TabularEncoder
from ..preprocessing._columns import Table
from ..preprocessing._going_on import begin_stream, go_on
from ..targets import Target
from ._architecture import TrainingTable
from ._early_rows import ENOUGH_TO_SCALE
from ._emphasis import Emphasis
from ._inputs import GivenRows, read_target, read_weights
from ._net_inputs import net_inputs
from ._rows import Rows


@dataclass(frozen=True, kw_only=True)
class Readers:
    """What reads a table and its target.

    Attributes
    ----------
    encoder : TabularEncoder
        Fitted, if it is that of an earlier fit.
    target : Target
        New.
    previous : Target or None
        That of an earlier fit to go on from; None lets both learn from these rows.
    emphasis : Emphasis
        How much rare targets count.
    young : bool
        Whether the rows are the first ones of a stream.
    n_again : int
        How many rows, at the beginning, came in earlier calls.
    replays : bool
        Whether these train once more, or tell scales and levels only.
    has_room : bool
        Whether a stream has room for levels that are still to come, for which the net
        is not the one that a fit would build.
    """

    encoder: TabularEncoder
    target: Target
    previous: Target | None
    emphasis: Emphasis
    young: bool
    n_again: int
    replays: bool
    has_room: bool

    def prepare(self, given: GivenRows, seed: int) -> TrainingTable:
        """Encode rows and targets, and choose the rows that train.

        Parameters
        ----------
        given : GivenRows
            What the user passed; its `X` is a `Table`.
        seed : int
            Of the split.
        """
        table: Table = given.X
        target, encoded = read_target(
            self.target, given.y, given.classes, self.previous
        )
        weight = read_weights(given.sample_weight, table.n_rows)
        weight = self.emphasis.weigh(encoded, target.weigh(encoded, weight))
        rows = self._choose(target, encoded, weight, given.held_out, seed)
        encoder = self._learn(table, target, encoded, rows)
        if self.n_again and not self.replays:
            new = np.arange(self.n_again, table.n_rows)
            table, encoded = table.rows(new), encoded[new]
            weight = None if weight is None else weight[new]
            rows = self._choose(target, encoded, weight, given.held_out, seed)
        return TrainingTable(
            inputs=net_inputs(encoder, table),
            learnt=target.transform(encoded),
            rows=rows,
            encoder=encoder,
            target=target,
        )

    def _choose(
        self,
        target: Target,
        encoded: Array,
        weight: Floats | None,
        held_out: float | None,
        seed: int,
    ) -> Rows:
        strata = target.strata(encoded)
        return Rows.choose(len(encoded), weight, strata, held_out, seed)

    def _learn(
        self, table: Table, target: Target, encoded: Array, rows: Rows
    ) -> TabularEncoder:
        """Let encoder and target learn from the rows that train."""
        weight = rows.training_weight(table.n_rows)
        anew = self.young and self.n_again < ENOUGH_TO_SCALE
        if self.previous is None or anew:
            target.scale(encoded[rows.train], rows.of_training())
        if self.previous is not None:
            return go_on(self.encoder, table, weight, anew=anew)
        if self.young and self.has_room:
            return begin_stream(self.encoder, table, weight)
        return self.encoder.fit(table, sample_weight=weight)
