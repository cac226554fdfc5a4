"""The classes that a saved object may name: those of skreg and the layers of torch."""

from __future__ import annotations

import sys
from typing import Any

from torch import nn

_HOMES = ("skreg.", "torch.nn.")
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
        If it is none of skreg and no layer of torch.
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
    """Return the classes that are defined in the imported modules of skreg."""
    layers = [cls for cls in vars(nn).values() if _is_layer(cls)]
    modules = [m for name, m in sys.modules.items() if name.startswith("skreg.")]
    own = [
        value
        for module in modules
        for value in list(vars(module).values())
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    return [*layers, *own]


def _is_layer(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, nn.Module)
