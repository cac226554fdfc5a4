"""Callbacks of the training loop."""

from __future__ import annotations

import dis
import signal
from collections.abc import Callable
from typing import Any

import numpy as np
from skorch.callbacks import Callback, EarlyStopping, EpochTimer, PrintLog
from skorch.utils import noop


class StopTraining(KeyboardInterrupt):
    """Raised by our own callbacks to end the training, without being an interrupt."""


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
            raise StopTraining


def as_callback(callback: Any) -> Any:
    """Wrap plain functions; leave skorch callbacks and (name, callback) pairs.

    Raises
    ------
    TypeError
        If it is something else, or a class that needs arguments.
    """
    if isinstance(callback, tuple):
        if len(callback) != 2 or not isinstance(callback[0], str):
            raise TypeError(f"callbacks hold {callback!r}; pairs are (name, callback).")
        name, inner = callback
        return name, as_callback(inner)
    if isinstance(callback, type) and issubclass(callback, Callback):
        try:
            return callback()
        except TypeError as error:
            raise TypeError(
                f"callbacks hold the class {callback.__name__}, which needs arguments "
                f"({error}); pass an object of it."
            ) from error
    if isinstance(callback, Callback):
        return callback
    if not callable(callback):
        raise TypeError(
            f"callbacks must hold functions of the net or callbacks of skorch, got "
            f"{callback!r}; those of scikit-learn go to set_callbacks."
        )
    return FunctionCallback(callback)


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


def own_hook(callback: Any, hook: str) -> Any:
    """Return the method by which a callback answers to a hook, None if it has none.

    Parameters
    ----------
    callback : object
        Of skorch, or with some of its methods.
    hook : str
        Such as ``'on_epoch_end'``.
    """
    method = getattr(callback, hook, None)
    inherited = getattr(method, "__func__", None) is getattr(Callback, hook)
    return None if inherited else method


def is_request_to_stop(error: KeyboardInterrupt, callback: Any) -> bool:
    """Whether a callback stops the training, as skorch wants it: by raising this error.

    If it was raised by a signal, or in a plain function, which returns True to stop, it
    is an interrupt of the user.

    Parameters
    ----------
    error : KeyboardInterrupt
        Raised at the end of an epoch.
    callback : skorch.callbacks.Callback
        Where it was raised.
    """
    if isinstance(callback, FunctionCallback):
        return isinstance(error, StopTraining)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return True
    code = trace.tb_frame.f_code
    if code is getattr(signal.getsignal(signal.SIGINT), "__code__", None):
        return False
    # Signals strike in between, without a statement that raises.
    return code.co_code[trace.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def verbose_callbacks(verbose: int) -> list[tuple[str, Any]]:
    """Return the callbacks that print one line an epoch, none when silent."""
    if not verbose:
        return []
    return [("skreg_timer", EpochTimer()), ("skreg_log", PrintLog())]
