"""A fit and a prediction neither obey nor change torch's settings of the moment.

Gradients switched off, inference mode, autocast, another default device or precision:
all of them are for the code of users around a fit. What is set here holds for the
thread alone, and ends with the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

_AUTOCAST = ("cpu", "cuda", "mps")
# What makes tensors of the default precision, whatever it is given.
_FLOATING = frozenset(
    getattr(torch, name)
    for name in ("empty", "zeros", "ones", "rand", "randn", "eye", "linspace", "normal")
)
# What does so if it is given numbers of Python with a fraction.
_BY_VALUE = frozenset((torch.tensor, torch.as_tensor, torch.full, torch.arange))


@contextmanager
def own_settings() -> Iterator[None]:
    """Run with gradients, in full precision and on the CPU unless told otherwise."""
    grad = torch.is_grad_enabled()
    with ExitStack() as stack:
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(False))
        for kind in _AUTOCAST:
            if torch.is_autocast_enabled(kind):
                stack.enter_context(torch.autocast(kind, enabled=False))
        if torch.get_default_dtype() != torch.float32:
            stack.enter_context(_SinglePrecision())
        if torch.empty(0).device.type != "cpu":
            stack.enter_context(torch.device("cpu"))
        # Set and restored by hand: an interrupt that strikes on the way out of torch's
        # own `no_grad` would leave gradients off for good.
        torch.set_grad_enabled(True)
        try:
            yield
        finally:
            torch.set_grad_enabled(grad)


class _SinglePrecision(TorchFunctionMode):
    """New tensors are single, though the default precision of the process is another.

    That default is common to all threads, so it is not changed for a moment either.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        options = kwargs or {}
        if options.get("dtype") is None and options.get("out") is None:
            by_value = func in _BY_VALUE and _has_fraction([*args, *options.values()])
            if by_value or func in _FLOATING:
                options = {**options, "dtype": torch.float32}
        return func(*args, **options)


def _has_fraction(value: Any) -> bool:
    """Whether there is a float of Python among nested lists, but none of numpy."""
    if isinstance(value, list | tuple):
        return any(_has_fraction(part) for part in value)
    return isinstance(value, float) and not isinstance(value, np.floating)
