"""Callbacks of the training loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from skorch.callbacks import Callback, EarlyStopping, EpochTimer, PrintLog
from skorch.utils import noop

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_grad_computed")


class FunctionCallback(Callback):
    """Calls a function with the net after every epoch; True stops the training.

    Parameters
    ----------
    function : callable
        Takes the skorch net, whose ``history[-1]`` is the epoch's record.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        """Call the function."""
        # Only a truth value stops: functions may return what they like otherwise.
        answer = self.function(net)
        if isinstance(answer, bool | np.bool_) and answer:
            raise KeyboardInterrupt


def as_callback(callback: Any) -> Any:
    """Wrap plain functions; leave skorch callbacks and (name, callback) pairs."""
    if isinstance(callback, tuple):
        name, inner = callback
        return name, as_callback(inner)
    is_skorch = isinstance(callback, Callback) or (
        isinstance(callback, type) and issubclass(callback, Callback)
    )
    if not callable(callback) and not is_skorch:
        raise TypeError(
            f"callbacks must hold functions of the net or callbacks of skorch, got "
            f"{callback!r}; those of scikit-learn go to set_callbacks."
        )
    return callback if is_skorch else FunctionCallback(callback)


def best_weights(*, patience: float, tol: float) -> Any:
    """Return the callback that stops early and goes back to the best weights."""
    return EarlyStopping(
        monitor="valid_loss",
        patience=patience,
        threshold=tol,
        threshold_mode="abs",
        sink=noop,
        load_best=True,
    )


def listening(callbacks: list[tuple[str, Any]], hook: str) -> list[Any]:
    """Return the callbacks that override a hook: calling the others is wasted time."""
    base = getattr(Callback, hook)
    return [c for _, c in callbacks if getattr(type(c), hook, base) is not base]


def batch_listeners(callbacks: list[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Return the callbacks of every hook that runs once a batch."""
    return {hook: listening(callbacks, hook) for hook in _BATCH_HOOKS}


def verbose_callbacks(verbose: int) -> list[tuple[str, Any]]:
    """Return the callbacks that print one line an epoch, none when silent."""
    if not verbose:
        return []
    return [("skreg_timer", EpochTimer()), ("skreg_log", PrintLog())]
