"""One training step, as the hooks of the regularizers see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ._sample_table import SampleTable


def _one_each(output: Tensor) -> Tensor:
    return output.unsqueeze(-1)


@dataclass(frozen=True, kw_only=True)
class FitInfo:
    """What a regularizer may know of the fit it is set up for.

    Attributes
    ----------
    n_samples : int
        Rows of the training table. ``Step.index`` counts in these rows.
    n_outputs : int
        Columns of the net's output: classes or targets.
    n_classes : int or None
        Number of classes, None in regression.
    max_epochs : int
        Planned passes over the training rows.
    has_features : bool
        Whether the module has a last linear layer whose input can be read.
    module : torch.nn.Module
        The net, before any transformation.
    device : torch.device
        Where the net and the data are.
    dtype : torch.dtype
        Precision of the net.
    random : numpy.random.Generator
        Random numbers of this fit for set-up and for draws on the host.
    n_members : int or None
        Members of an ensemble, the leading axis of outputs; None for a single net.
    target : ndarray of shape (n_samples, n_targets) or None
        Values as the net learns them, scaled; None for classes and without targets.
    weight : ndarray of shape (n_samples,) or None
        Sample weights, zero for rows that do not train; None means equal ones.
    predictions : callable
        Output to the predictions of each target, of shape (..., n_targets, n_each), as
        the net learns them: one, or one for each quantile.
    """

    n_samples: int
    n_outputs: int
    n_classes: int | None
    max_epochs: int
    has_features: bool
    module: nn.Module
    device: torch.device
    dtype: torch.dtype
    random: np.random.Generator
    n_members: int | None = None
    target: NDArray[Any] | None = None
    weight: NDArray[Any] | None = None
    predictions: Callable[[Tensor], Tensor] = _one_each

    @property
    def is_classification(self) -> bool:
        """Whether the targets are classes."""
        return self.n_classes is not None

    def sample_table(self, fill: float = 0.0) -> SampleTable:
        """Return a new table with one row per training row, filled with a number.

        Every member of an ensemble has a table of its own.
        """
        lead = () if self.n_members is None else (self.n_members,)
        shape = (*lead, self.n_samples, self.n_outputs)
        table = torch.full(shape, fill, dtype=self.dtype, device=self.device)
        return SampleTable(table)


class Mixing(NamedTuple):
    """Row i of the batch became ``weight * i + (1 - weight) * partner[i]``."""

    weight: float
    partner: Tensor


@dataclass(slots=True, kw_only=True)
class Step:
    """The state of one training step, from batch to loss.

    Hooks read and replace its attributes. Rows are the second to last axis of
    matrices and the last of vectors, so that a leading axis of models may be added.

    Attributes
    ----------
    module : torch.nn.Module
        The net that is trained.
    inputs : Tensor of shape (batch, width)
        Numeric inputs of the net, categories already embedded.
    target : Tensor of shape (batch,), (batch, n_classes) or (batch, n_targets)
        Class indices, class probabilities or (scaled) values.
    index : Tensor of shape (batch,)
        Row numbers in the training table.
    weight : Tensor of shape (batch,) or None
        Sample weights with mean 1 over the training rows; None means equal ones.
    progress : float
        Fraction of the planned steps already done, in [0, 1].
    generator : torch.Generator
        Random numbers of this fit.
    n_outputs : int
        Columns of the output.
    output : Tensor of shape (batch, n_outputs)
        Logits or (scaled) predictions; set by the forward pass.
    features : Tensor of shape (batch, n_hidden) or None
        Input of the last linear layer, if a regularizer requires it.
    criterion : callable
        The losses of the rows, of output and target, or with ``reduction="mean"``
        their mean; set by the training loop.
    mixings : list of Mixing
        The mixings applied to this batch, in order.
    raw_inputs : Tensor of shape (batch, n_columns)
        Rows of the encoded table, before any embedding and mixing.
    teacher : callable or None
        A steadier net than the one that is trained, from raw inputs to outputs; set
        by a regularizer that keeps one, such as :class:`WeightAverage`.
    """

    module: nn.Module
    inputs: Tensor
    target: Tensor
    index: Tensor
    weight: Tensor | None
    progress: float
    generator: torch.Generator
    n_outputs: int
    output: Tensor = field(default=cast(Tensor, None))
    features: Tensor | None = None
    criterion: Callable[..., Tensor] = field(default=cast(Callable[..., Tensor], None))
    mixings: list[Mixing] = field(default_factory=list)
    unmixed_inputs: Tensor | None = None
    raw_inputs: Tensor = field(default=cast(Tensor, None))
    teacher: Callable[[Tensor], Tensor] | None = None

    @property
    def losses(self) -> Tensor:
        """Losses of the rows, of shape (batch,), before any reduction.

        They are computed when asked for, since most steps need only their mean.
        """
        return self.criterion(self.output, self.target)

    def mean_loss(self) -> Tensor:
        """Return the weighted mean of the losses, at once where rows weigh alike."""
        if self.weight is None:
            return self.criterion(self.output, self.target, reduction="mean")
        return self.mean(self.losses)

    @property
    def own_inputs(self) -> Tensor:
        """Inputs of the batch's own rows, before they were mixed."""
        return self.inputs if self.unmixed_inputs is None else self.unmixed_inputs

    def soft_target(self) -> Tensor:
        """Return the target as class probabilities, or as it is in regression."""
        if self.target.is_floating_point():
            return self.target
        codes = nn.functional.one_hot(self.target, self.n_outputs)
        return codes.to(self.inputs.dtype)

    def mix(self, weight: float, partner: Tensor) -> None:
        """Mix every row with its partner: inputs, target and sample weight.

        A mixed row stands for a pair, so its sample weight is the product of the
        two: a row of weight k then counts like k copies, in either role.

        Parameters
        ----------
        weight : float
            Share of the row itself, in [0, 1].
        partner : Tensor of shape (batch,)
            Position in the batch of every row's partner.
        """
        if self.unmixed_inputs is None:
            self.unmixed_inputs = self.inputs
        mixing = Mixing(weight, partner)
        self.inputs = _blend(self.inputs, mixing)
        self.target = _blend(self.soft_target(), mixing)
        if self.weight is not None:
            self.weight = self.weight * self.weight.index_select(-1, partner)
        self.mixings.append(mixing)

    def blend(self, table: SampleTable) -> Tensor:
        """Read the batch's rows of a table, mixed as the batch is."""
        rows = table.read(self.index)
        for mixing in self.mixings:
            rows = _blend(rows, mixing)
        return rows

    def unmixed_output(self) -> Tensor:
        """Return the output for the batch's own rows, without gradient.

        Without mixing this is the output itself; mixed batches cost a second
        forward pass, in evaluation mode: it draws no random number.
        """
        if self.unmixed_inputs is None:
            return self.output.detach()
        with evaluated(self.module), torch.no_grad():
            return cast(Tensor, self.module(self.unmixed_inputs))

    def teacher_output(self) -> Tensor:
        """Return the teacher's output for the batch's own rows, without gradient.

        Without a teacher it is the output of the net itself.
        """
        if self.teacher is None:
            return self.unmixed_output()
        with torch.no_grad():
            return self.teacher(self.raw_inputs)

    def mean(self, values: Tensor) -> Tensor:
        """Return the weighted mean of one value per row."""
        if self.weight is not None:
            values = values * self.weight
        return values.mean(-1)


@contextmanager
def evaluated(module: nn.Module) -> Iterator[None]:
    """Put a module in evaluation mode for a while."""
    was_training = module.training
    module.eval()
    try:
        yield
    finally:
        module.train(was_training)


def _blend(rows: Tensor, mixing: Mixing) -> Tensor:
    return torch.lerp(rows.index_select(-2, mixing.partner), rows, mixing.weight)
