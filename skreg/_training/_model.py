"""What is trained: one net with its rows, its losses and its regularizers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from skorch.callbacks import Callback
from torch import nn

from ..regularizers._chain import Chain
from ._data import TableDataset
from ._losses import Criterion
from ._net import RegularizedNet
from ._random import FitRandom
from ._skorch_net import OutputReader


@dataclass(frozen=True, kw_only=True)
class Model:
    """One net with all that its training reads and changes.

    Models share nothing but the tensors of the table, so that any number of them can
    be trained by one call of :func:`run`.

    Attributes
    ----------
    module : torch.nn.Module
        The net, transformed by the regularizers and on its device.
    train : TableDataset
        Training rows.
    valid : TableDataset or None
        Validation rows.
    criterion : callable
        Loss that is trained.
    validation_criterion : callable
        Loss of validation rows.
    target : OutputReader
        What the outputs mean.
    n_outputs : int
        Columns of the output.
    chain : Chain
        Hooks of the regularizers.
    random : FitRandom
        Random numbers of the fit.
    has_truth : bool
        Whether targets are what predictions can be compared with.
    draws_globally : bool
        Whether the module may draw from torch's global generator.
    previous : RegularizedNet or None
        The net of an earlier training that this one goes on from.
    callbacks : sequence
        Functions and callbacks of skorch, those of users.
    monitors : sequence of (str, skorch.callbacks.Callback)
        Callbacks that come after all others.
    """

    module: nn.Module
    train: TableDataset
    valid: TableDataset | None
    criterion: Criterion
    validation_criterion: Criterion
    target: OutputReader
    n_outputs: int
    chain: Chain
    random: FitRandom
    has_truth: bool = True
    draws_globally: bool = False
    previous: RegularizedNet | None = None
    callbacks: Sequence[Any] = ()
    monitors: Sequence[tuple[str, Callback]] = ()
