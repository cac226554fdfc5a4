"""Modules of torch as lists of plain records, so that shared parts stay shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from ._known_classes import class_name, is_known, known_class

Convert = Callable[[Any], Any]

# What torch itself keeps in every module, and what of it is written down by name.
_OF_TORCH = frozenset(vars(nn.Module()))
_PARTS = ("_parameters", "_buffers", "_modules")
_OTHERS = ("training", "_non_persistent_buffers_set")


def pack_module(root: nn.Module, to_plain: Convert) -> dict[str, Any]:
    """Return all parts of a module: which there are, and how they hang together.

    Classes that are not of skreg or torch are kept as what they are, so that a loader
    which asks for trust in types sees them.

    Parameters
    ----------
    root : torch.nn.Module
        The module.
    to_plain : callable
        Converts attributes and tensors.
    """
    modules = list(root.modules())
    numbers = {id(module): i for i, module in enumerate(modules)}
    tensors: list[Any] = []

    def number_of(part: Any) -> int | None:
        """Return where a child or a tensor is found in its list."""
        if part is not None and id(part) not in numbers:
            numbers[id(part)] = len(tensors)
            tensors.append(part)
        return numbers.get(id(part))

    records = []
    for module in modules:
        state: Mapping[str, Any] = module.__getstate__()
        parts = {
            name: {key: number_of(part) for key, part in state[name].items()}
            for name in _PARTS
        }
        own = {k: v for k, v in state.items() if k not in _OF_TORCH} | _hooks(state)
        cls = type(module)
        record = {
            "class": class_name(cls) if is_known(cls) else cls,
            "training": module.training,
            "passing": sorted(module._non_persistent_buffers_set),
            "attributes": to_plain(own),
        }
        records.append(record | parts)
    return {"modules": records, "tensors": [to_plain(t) for t in tensors]}


def unpack_module(content: Mapping[str, Any], from_plain: Convert) -> nn.Module:
    """Return the module that was packed.

    Parameters
    ----------
    content : dict
        What :func:`pack_module` returned.
    from_plain : callable
        Undoes the conversion of attributes and tensors.
    """
    records = content["modules"]
    tensors = [from_plain(tensor) for tensor in content["tensors"]]
    modules = [_empty(record["class"]) for record in records]

    def found(parts: list[Any], numbers: Mapping[str, int | None]) -> dict[str, Any]:
        return {k: None if i is None else parts[i] for k, i in numbers.items()}

    for module, record in zip(modules, records, strict=True):
        module.__dict__.update(from_plain(record["attributes"]))
        module.training = bool(record["training"])
        module._non_persistent_buffers_set = set(record["passing"])
        module._parameters = found(tensors, record["_parameters"])
        module._buffers = found(tensors, record["_buffers"])
        module._modules = found(modules, record["_modules"])
    return modules[0]


def _hooks(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what users hung on a module; skreg's own hooks are hung on again."""
    found = {}
    for name in _OF_TORCH.difference(_PARTS, _OTHERS):
        value = state.get(name)
        if isinstance(value, dict):
            value = {k: hook for k, hook in value.items() if not _is_own(hook)}
        if value:
            found[name] = value
    return found


def _is_own(hook: Any) -> bool:
    return str(getattr(hook, "__module__", "")).startswith("skreg.")


def _empty(given: Any) -> nn.Module:
    cls = given if isinstance(given, type) else known_class(given)
    if not issubclass(cls, nn.Module):
        raise ValueError(f"the saved net has a part of the class {class_name(cls)}.")
    module: nn.Module = cls.__new__(cls)
    nn.Module.__init__(module)
    return module
