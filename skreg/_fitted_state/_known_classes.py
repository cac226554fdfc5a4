"""The classes a saved object may name: of skreg, and torch's layers and optimizers."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import nn

_HOMES = ("skreg.", "torch.nn.modules.", "torch.optim.")
_OF_TORCH = (nn.Module, torch.optim.Optimizer)
_KNOWN: dict[str, type] = {}


def class_name(cls: type) -> str:
    """Return the full name of a class."""
    return f"{cls.__module__}.{cls.__qualname__}"


def is_known(cls: type) -> bool:
    """Whether a class can be found again by its name alone."""
    return _found(class_name(cls)) is cls


def known_class(name: Any) -> type:
    """Return the class of that name.

    Nothing is imported for it: a name in a file that was tampered with could ask for
    any module.

    Raises
    ------
    ValueError
        If it is none of skreg, and no layer or optimizer of torch.
    """
    found = _found(name)
    if found is None:
        raise ValueError(
            f"the saved object names the class {name!r}, which this version of skreg "
            "does not have; load it with the version that saved it, and only if you "
            "know where it comes from."
        )
    return found


def _found(name: Any) -> type | None:
    if not isinstance(name, str) or not name.startswith(_HOMES):
        return None
    if name not in _KNOWN:
        _KNOWN.update((class_name(cls), cls) for cls in _collected())
    return _KNOWN.get(name)


def _collected() -> list[type]:
    """Return the classes that are defined in the imported modules of these homes."""
    modules = [m for name, m in sys.modules.items() if name.startswith(_HOMES)]
    return [
        value
        for module in modules
        for value in list(vars(module).values())
        if isinstance(value, type) and value.__module__ == module.__name__
        if module.__name__.startswith("skreg.") or issubclass(value, _OF_TORCH)
    ]
