"""What is wrong with callbacks, told before training starts."""

from __future__ import annotations

import inspect
from typing import Any

from skorch.callbacks import (
    BatchScoring,
    Checkpoint,
    EarlyStopping,
    EpochScoring,
    InputShapeSetter,
    PassthroughScoring,
)

from ._callbacks import FunctionCallback, own_hook

_DATA = ("dataset_train", "dataset_valid")
_BATCH = ("batch", "training")
# The hooks of skorch, and what they are called with besides the net.
HOOKS = {
    "on_train_begin": ("X", "y"),
    "on_train_end": ("X", "y"),
    "on_epoch_begin": _DATA,
    "on_epoch_end": _DATA,
    "on_batch_begin": _BATCH,
    "on_batch_end": (*_BATCH, "loss", "y_pred"),
    "on_grad_computed": ("named_parameters", "batch"),
}
_SCORING = (BatchScoring, EpochScoring, PassthroughScoring)
_MONITORS = (Checkpoint, EarlyStopping)


def check_callbacks(
    callbacks: list[tuple[str, Any]], *, sets_rows_aside: bool, has_truth: bool
) -> None:
    """Raise if a callback cannot do what it is there for.

    Parameters
    ----------
    callbacks : list of (str, skorch.callbacks.Callback)
        All of a net.
    sets_rows_aside : bool
        Whether there are validation rows.
    has_truth : bool
        Whether targets are what predictions can be compared with.

    Raises
    ------
    TypeError
        If one cannot be called as it will be.
    ValueError
        If one needs rows set aside, and there are none, or has no place here.
    """
    for _, callback in callbacks:
        _check_signatures(callback)
        if isinstance(callback, InputShapeSetter):
            raise ValueError(
                "callbacks hold InputShapeSetter, but the module is built before they "
                "are called, for the columns of the table; leave it out and pass "
                "module as a function of (n_inputs, n_outputs)."
            )
        if not has_truth and _is_metric(callback):
            raise ValueError(
                f"callbacks hold {_shown(callback)}, but this net learns no labels to "
                "score it by: it is pretrained, or a student of the probabilities of "
                "its teacher. Leave it out; for distill, pass callbacks=None."
            )
        if not sets_rows_aside and _needs_rows_set_aside(callback):
            raise ValueError(
                f"callbacks hold {_shown(callback)}, which looks at rows set aside, "
                "but none are. Pass early_stopping=True to fit (partial_fit sets none "
                "aside), or let it look at the training rows: on_train=True for "
                "scores, monitor='train_loss' or 'train_loss_best' for others."
            )


def check_monitor(callback: Any, epoch: dict[str, Any]) -> None:
    """Raise if a callback looks for a quantity that an epoch does not have.

    Parameters
    ----------
    callback : object
        Called next.
    epoch : dict
        The record of the epoch.

    Raises
    ------
    ValueError
        If nobody records the quantity, or only later.
    """
    monitor = getattr(callback, "monitor", None)
    if not isinstance(callback, _MONITORS) or not isinstance(monitor, str):
        return
    if monitor not in epoch:
        known = sorted(name for name in epoch if name != "batches")
        raise ValueError(
            f"callbacks hold {_shown(callback)}, but an epoch has no {monitor!r}; it "
            f"has {known}. Put callbacks that record it in front."
        )


def _needs_rows_set_aside(callback: Any) -> bool:
    if isinstance(callback, _SCORING):
        return not callback.on_train
    monitor = getattr(callback, "monitor", None)
    if not isinstance(callback, _MONITORS) or not isinstance(monitor, str):
        return False
    return monitor in ("valid_loss", "valid_loss_best")


def _is_metric(callback: Any) -> bool:
    """Whether a callback compares predictions with targets by a metric of a name."""
    if not isinstance(callback, BatchScoring | EpochScoring):
        return False
    return callback.scoring is None or isinstance(callback.scoring, str)


def _shown(callback: Any) -> str:
    """Return a callback as users wrote it, about."""
    name = type(callback).__name__
    for option in ("scoring", "name", "monitor"):
        given = getattr(callback, option, None)
        if given is not None:
            return f"{name}({option}={given!r})"
    return f"{name}()"


def _check_signatures(callback: Any) -> None:
    if isinstance(callback, FunctionCallback):
        function = callback.function
        name = getattr(function, "__name__", repr(function))
        _check_call(function, (), f"callbacks hold {name}", "one argument, the net")
        return
    for hook, names in HOOKS.items():
        method = own_hook(callback, hook)
        if method is not None:
            what = f"callbacks hold {type(callback).__name__}, whose {hook}"
            wanted = ", ".join(("net", *names))
            _check_call(method, names, what, f"({wanted}, **kwargs)")


def _check_call(function: Any, names: tuple[str, ...], what: str, wanted: str) -> None:
    """Raise if a function does not take the net and arguments of these names."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some written in C do not tell
        return
    try:
        signature.bind(None, **dict.fromkeys(names))
    except TypeError as error:
        raise TypeError(
            f"{what} cannot be called ({error}); let it take {wanted}."
        ) from error
