"""One fit, from validated data to a model that can be trained."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from skorch.callbacks import Callback
from torch import nn

from .._training._alignment import release_rows
from .._training._data import TableDataset
from .._training._losses import Criterion
from .._training._model import Model
from .._training._net import RegularizedNet
from .._training._random import FitRandom, initialize, own_generator
from .._types import Array, Floats, Integers
from ..modules._layers import find_head
from ..regularizers import FitInfo, Regularizer
from ..regularizers._chain import Chain
from ._architecture import Architecture, TrainingTable
from ._emphasis import Emphasis
from ._inputs import GivenRows
from ._stream import RowsSeen


@dataclass(frozen=True, kw_only=True)
class Session:
    """A table that is ready to train a net, and what the net is to be.

    Attributes
    ----------
    table : TrainingTable
        Rows and targets.
    architecture : Architecture
        What builds the net.
    criterion : callable
        Loss that is trained.
    validation_criterion : callable
        Loss of validation rows.
    random : FitRandom
        Random numbers of this fit.
    device : torch.device
        Where to train.
    dtype : torch.dtype
        Precision of the net.
    max_epochs : int
        Planned passes over the training rows.
    emphasis : Emphasis
        How much rare targets count in validation.
    named : list of (str, Regularizer)
        Regularizers that belong to this fit.
    resumed : frozenset of str
        Names of those that go on from an earlier fit.
    key : str or None
        Mark of the training rows, for regularizers that remember rows.
    previous : RegularizedNet or None
        The net of an earlier fit to go on from.
    has_truth : bool
        Whether the learnt targets are labels or values, not those of a teacher.
    seen : RowsSeen
        Rows that have trained the net before.
    streams : bool
        Whether rows keep coming, so that there is no end to plan for.
    early : GivenRows or None
        The rows of a stream so far, as long as they are few.
    n_again : int
        Rows that train once more, and have been counted before.
    """

    table: TrainingTable
    architecture: Architecture
    criterion: Criterion
    validation_criterion: Criterion
    random: FitRandom
    device: torch.device
    dtype: torch.dtype
    max_epochs: int
    emphasis: Emphasis = field(default_factory=Emphasis)
    named: Sequence[tuple[str, Regularizer]] = ()
    resumed: frozenset[str] = frozenset()
    key: str | None = None
    previous: RegularizedNet | None = None
    has_truth: bool = True
    seen: RowsSeen = field(default_factory=RowsSeen)
    streams: bool = False
    early: GivenRows | None = None
    n_again: int = 0

    def model(
        self,
        callbacks: Sequence[Any] = (),
        monitors: Sequence[tuple[str, Callback]] = (),
    ) -> Model:
        """Build what is to be trained.

        Parameters
        ----------
        callbacks : sequence
            Those of users.
        monitors : sequence of (str, skorch.callbacks.Callback)
            Those that come after them.
        """
        train, valid = self._datasets()
        chain, module = self._chain(self._module())
        return Model(
            module=module,
            train=train,
            valid=valid,
            criterion=self.criterion,
            validation_criterion=self.validation_criterion,
            target=self.table.target,
            n_outputs=self.table.target.n_outputs,
            chain=chain,
            random=self.random,
            has_truth=self.has_truth and self.table.target.has_head,
            draws_globally=self.architecture.draws_globally,
            previous=self.previous,
            callbacks=callbacks,
            monitors=monitors,
        )

    def seen_after(self, net: RegularizedNet) -> RowsSeen:
        """Return the rows that have trained the net after this fit."""
        before = 0 if self.previous is None else len(self.previous.history)
        n_rows = len(self.table.rows.train)
        n_steps = (len(net.history) - before) * -(-n_rows // net.batch_size)
        n_new = n_rows - self.n_again
        return self.seen.plus(n_new, n_steps, self.early, streamed=self.streams)

    def _datasets(self) -> tuple[TableDataset, TableDataset | None]:
        """Put the table on the device; training and validation rows share it."""
        rows, learnt = self.table.rows, torch.from_numpy(self.table.learnt)
        if learnt.is_floating_point():
            learnt = learnt.to(self.dtype)
        tensors = self._on_device(self.table.inputs), learnt.to(self.device)

        def dataset(weight: Floats | None, chosen: Integers) -> TableDataset:
            weights = None if weight is None else self._weights(weight)
            return TableDataset(*tensors, weights, rows=self._on_device(chosen))

        train = dataset(rows.weight, rows.train)
        if rows.valid is None:
            return train, None
        values = learnt.numpy()
        judged = self.emphasis.validation_weight(values, rows.weight, rows.valid)
        return train, dataset(judged, rows.valid)

    def _on_device(self, array: Array) -> torch.Tensor:
        return torch.from_numpy(array).to(self.device)

    def _weights(self, weight: Floats) -> torch.Tensor:
        return torch.from_numpy(weight).to(self.dtype).to(self.device)

    def _module(self) -> nn.Module:
        """Build a module, or copy the previous one: a failed fit must not spoil it."""
        if self.previous is not None:
            module = copy.deepcopy(self.previous.module_)
            release_rows(module)
        else:
            build = partial(self.architecture.build, self.table)
            module = initialize(build, self.random.seed)
        module = module.to(self.device, self.dtype)
        return own_generator(module, self.random.torch)

    def _chain(self, module: nn.Module) -> tuple[Chain, nn.Module]:
        """Set up the regularizers, which may change the module."""
        table, target = self.table, self.table.target
        info = FitInfo(
            n_samples=len(table.inputs),
            n_outputs=target.n_outputs,
            n_members=self.architecture.n_members,
            n_classes=target.n_classes,
            max_epochs=self.max_epochs,
            has_features=target.has_head and find_head(module) is not None,
            module=module,
            device=self.device,
            dtype=self.dtype,
            random=self.random.numpy,
            weight=table.rows.training_weight(len(table.inputs)),
            target=target.visible(table.learnt),
            predictions=target.predictions,
        )
        chain = Chain(list(self.named), info)
        return chain, chain.start(info, resumed=self.resumed)
