"""Callbacks that listen to batches, and the records of batches that skorch keeps."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ._callbacks import own_hook
from ._data import Batch, BatchIterator, TableDataset

# Rows of a block when only the loss of many rows is wanted.
_VALIDATION_ROWS = 4096
# What callbacks of skorch read of an epoch; it tells users nothing.
BOOKKEEPING = frozenset(
    {
        "train_batch_count",
        "train_loss_best",
        "valid_batch_count",
        "valid_loss_best",
    }
)
_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_grad_computed")


class Watchers:
    """The callbacks that listen to batches, and what they are told.

    Parameters
    ----------
    callbacks : list of (str, skorch.callbacks.Callback)
        All callbacks of a net. Those that do not override a hook are not called.
    """

    def __init__(self, callbacks: list[tuple[str, Any]]) -> None:
        self.listeners = {hook: _listening(callbacks, hook) for hook in _BATCH_HOOKS}

    def __bool__(self) -> bool:
        return any(self.listeners.values())

    def begin(self, net: Any, batch: Batch, *, training: bool) -> None:
        """Open the record of a batch and tell of it."""
        net.history.new_batch()
        for callback in self.listeners["on_batch_begin"]:
            callback.on_batch_begin(net, batch=_pair(batch), training=training)

    def gradients(self, net: Any, batch: Batch) -> None:
        """Tell that the gradients are there."""
        for callback in self.listeners["on_grad_computed"]:
            named = list(net.module_.named_parameters())
            callback.on_grad_computed(net, named_parameters=named, batch=_pair(batch))

    def end(
        self, net: Any, batch: Batch, output: Tensor, loss: Tensor, *, training: bool
    ) -> None:
        """Record the loss of a batch and tell of its outputs."""
        prefix = "train" if training else "valid"
        net.history.record_batch(f"{prefix}_loss", loss.item())
        net.history.record_batch(f"{prefix}_batch_size", len(batch))
        if output.ndim > 2:  # members of an ensemble, in front
            output = net.target.combine(output)
        for callback in self.listeners["on_batch_end"]:
            callback.on_batch_end(
                net, batch=_pair(batch), training=training, loss=loss, y_pred=output
            )


def record_epoch(history: Any, prefix: str, loss: float, sizes: list[int]) -> None:
    """Record the loss of an epoch as a net of skorch does.

    Where nobody listens to batches, all of them are recorded as one.

    Parameters
    ----------
    history : skorch.history.History
        Of the net.
    prefix : {'train', 'valid'}
        Which rows the loss is of.
    loss : float
        Their mean loss.
    sizes : list of int
        Rows of the batches.
    """
    name = f"{prefix}_loss"
    if not any(name in batch for batch in history[-1]["batches"]):
        history.new_batch()
        history.record_batch(name, loss)
        history.record_batch(f"{prefix}_batch_size", sum(sizes))
    history.record(f"{prefix}_batch_count", len(sizes))
    history.record(name, loss)
    earlier = (epoch[name] for epoch in history[:-1] if name in epoch)
    history.record(f"{name}_best", loss < min(earlier, default=float("inf")))


def validate(net: Any, watchers: Watchers, valid: TableDataset) -> None:
    """Record the weighted mean of the bare criterion over rows set aside.

    Parameters
    ----------
    net : RegularizedNet
        In training.
    watchers : Watchers
        Told of every batch.
    valid : TableDataset
        Rows set aside.
    """
    net.module_.eval()
    batches = BatchIterator(valid, _VALIDATION_ROWS)
    total = weights = 0.0
    with torch.inference_mode():
        for batch in batches:
            if watchers:
                watchers.begin(net, batch, training=False)
            output = net.module_(batch.inputs)
            losses = net.criterion_fn(output, batch.target)
            weight = batch.weight
            weight = torch.ones_like(losses) if weight is None else weight
            loss = (losses * weight).sum()
            total += float(loss)
            weights += float(weight.sum())
            if watchers:
                watchers.end(net, batch, output, loss / weight.sum(), training=False)
    record_epoch(net.history, "valid", total / weights, batches.sizes)


def _pair(batch: Batch) -> tuple[Tensor, Tensor]:
    return batch.inputs, batch.target


def _listening(callbacks: list[tuple[str, Any]], hook: str) -> list[Any]:
    """Return the callbacks that have a hook of their own: calling others takes time."""
    return [callback for _, callback in callbacks if own_hook(callback, hook)]
