"""Modules of torch as lists of plain records, so that shared parts stay shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from ._known_classes import class_name, is_known, known_class
from ._only_pickle import OnlyPickle, is_found_by_name
from ._tensors import pack_tensor, unpack_tensor

Convert = Callable[[Any], Any]
# From a part to its number, or back.
Link = Callable[[Any], Any]

LinkedConvert = Callable[[Any, Link], Any]

# What torch itself keeps in every module, and what of it is written down by numbers.
_OF_TORCH = frozenset(vars(nn.Module()))
_PARTS = ("_parameters", "_buffers", "_modules")


def pack_graph(root: nn.Module, to_plain: LinkedConvert) -> dict[str, Any]:
    """Return all modules and tensors of a module, and how they hang together.

    Classes that are not of skreg or torch are kept as what they are, so that a loader
    which asks for trust in types sees them.

    Parameters
    ----------
    root : torch.nn.Module
        The module.
    to_plain : callable
        Converts attributes, in which it replaces modules and tensors by numbers.
    """
    modules: list[nn.Module] = []
    tensors: list[Tensor] = []
    numbers: dict[int, int] = {}

    def link(part: Any) -> int | None:
        """Return where a module (from 0 up) or tensor (from -1 down) is found."""
        if not isinstance(part, (nn.Module, Tensor)):
            return None
        if id(part) not in numbers:
            if isinstance(part, Tensor):
                tensors.append(part)
                numbers[id(part)] = -len(tensors)
            else:
                modules.append(part)
                numbers[id(part)] = len(modules) - 1
        return numbers[id(part)]

    link(root)
    records = []
    states = []  # alive, so that no other part gets the address of one of them
    for module in modules:  # which grows
        states.append(module.__getstate__())
        records.append(
            _record(module, states[-1], lambda part: to_plain(part, link), link)
        )
    return {"modules": records, "tensors": [pack_tensor(t) for t in tensors]}


def unpack_graph(content: Mapping[str, Any], from_plain: LinkedConvert) -> nn.Module:
    """Return the module that was packed.

    Parameters
    ----------
    content : dict
        What :func:`pack_graph` returned.
    from_plain : callable
        Undoes the conversion of attributes.
    """
    records = content["modules"]
    tensors = [unpack_tensor(tensor) for tensor in content["tensors"]]
    modules = [_empty(record["class"]) for record in records]

    def link(number: int | None) -> Any:
        if number is None:
            return None
        return modules[number] if number >= 0 else tensors[-1 - number]

    for module, record in zip(modules, records, strict=True):
        state = from_plain(record["state"], link)
        if "parts" in record:
            # Torch's own containers stay: handles of hooks refer to them.
            for name, numbers in record["parts"].items():
                parts = {key: link(number) for key, number in numbers.items()}
                state[name] = type(vars(module)[name])(parts)
            state = {**vars(module), **state}
        module.__setstate__(state)
    return modules[0]


def _record(
    module: nn.Module, state: Any, to_plain: Convert, link: Link
) -> dict[str, Any]:
    cls: Any = type(module)
    if is_known(cls):
        cls = class_name(cls)
    elif not is_found_by_name(cls):
        cls = OnlyPickle(cls)
    record: dict[str, Any] = {"class": cls}
    if not isinstance(state, dict) or not state.keys() >= {*_PARTS}:
        return record | {"state": to_plain(state)}  # a class that has its own way
    numbers = {
        name: {key: link(part) for key, part in state[name].items()} for name in _PARTS
    }
    own = {k: v for k, v in state.items() if k not in _OF_TORCH} | _of_torch(state)
    return record | {"parts": numbers, "state": to_plain(own)}


def _of_torch(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of torch's own is not as in a new module, such as users' hooks.

    Hooks of skreg are hung on again where they are needed.
    """
    found, new = {}, vars(nn.Module())
    for name in sorted(_OF_TORCH.difference(_PARTS)):
        value = state.get(name, new[name])
        if isinstance(value, dict):
            kept = {k: hook for k, hook in value.items() if not _is_own(hook)}
            value = type(value)(kept)
        if value != new[name]:
            found[name] = value
    return found


def _is_own(hook: Any) -> bool:
    return str(getattr(hook, "__module__", "")).startswith("skreg.")


def _empty(given: Any) -> nn.Module:
    if isinstance(given, OnlyPickle):
        given = given.value
    cls = given if isinstance(given, type) else known_class(given)
    if not issubclass(cls, nn.Module):
        raise ValueError(f"the saved net has a part of the class {class_name(cls)}.")
    module: nn.Module = cls.__new__(cls)
    nn.Module.__init__(module)
    return module
