"""What a session needs to know of the net that it has built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import nn

from .._types import Array
from ..preprocessing import TabularEncoder
from ..targets import Target
from ._rows import Rows


@dataclass(frozen=True, kw_only=True)
class TrainingTable:
    """A table and its target, as a net reads them.

    Attributes
    ----------
    inputs : ndarray of shape (n_samples, width)
        Encoded rows.
    learnt : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Class indices or scaled values.
    rows : Rows
        Which rows train.
    encoder : TabularEncoder
        What encoded the rows.
    target : Target
        What made `learnt` of y.
    """

    inputs: Array
    learnt: Array
    rows: Rows
    encoder: TabularEncoder
    target: Target


class Architecture(Protocol):
    """What builds a net for a table."""

    @property
    def n_members(self) -> int | None:
        """Members of an ensemble, the leading axis of outputs; None for one net."""

    @property
    def draws_globally(self) -> bool:
        """Whether training may draw from torch's global generator."""

    def build(self, table: TrainingTable) -> nn.Module:
        """Return a new net.

        Parameters
        ----------
        table : TrainingTable
            What the net has to fit.
        """
