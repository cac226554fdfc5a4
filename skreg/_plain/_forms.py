"""Objects as nested lists and dictionaries of arrays, numbers and text, and back.

What is neither a number, text or array nor of skreg or torch is left as it is: whoever
saves the result (pickle, skops) deals with it in its own way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from ._known_classes import class_name, is_known, known_class
from ._module_graph import pack_module, unpack_module
from ._pandas_objects import is_pandas, pack_pandas, unpack_pandas

# The key by which a dictionary says what it stands for.
_MARK = "__skreg__"
_SIMPLE = (str, int, float, bool, type(None))
# Items from which a list of simple values is written in one piece.
_LONG = 8


class Form(NamedTuple):
    """How objects of some kind are written down and read again."""

    fits: Callable[[Any], bool]
    pack: Callable[[Any], dict[str, Any]]
    unpack: Callable[[dict[str, Any]], Any]


def to_plain(value: Any) -> Any:
    """Return a value as arrays, numbers and text."""
    if type(value) in _SIMPLE:
        return value
    for name, form in _FORMS.items():
        if form.fits(value):
            return {_MARK: name, **form.pack(value)}
    if type(value) in (list, tuple):
        return type(value)(map(to_plain, value))
    if type(value) is dict:
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
        return np.asarray(value)  # a part of a mapped file is an array, too
    return value


def from_plain(value: Any) -> Any:
    """Return the value that :func:`to_plain` was given; tensors are on the host.

    Raises
    ------
    ValueError
        If the value names a class or form that does not exist.
    """
    if type(value) in (list, tuple):
        return type(value)(map(from_plain, value))
    if type(value) is not dict:
        return value
    if _MARK not in value:
        return {key: from_plain(item) for key, item in value.items()}
    form = _FORMS.get(value[_MARK])
    if form is None:
        raise ValueError(
            f"the saved object has a part of the form {value[_MARK]!r}, which this "
            "version of skreg does not know."
        )
    return form.unpack(value)


def _is_long(value: Any, kinds: tuple[type, ...]) -> bool:
    return (
        type(value) is list
        and len(value) >= _LONG
        and all(type(item) in kinds for item in value)
    )


def _pack_tensor(value: Tensor) -> dict[str, Any]:
    return {
        "array": value.detach().cpu().numpy(),
        "is_parameter": isinstance(value, nn.Parameter),
        "learns": value.requires_grad,
    }


def _unpack_tensor(content: dict[str, Any]) -> Tensor:
    # A copy, since the array may be a part of a file.
    tensor = torch.from_numpy(np.array(content["array"]))
    if content["is_parameter"]:
        return nn.Parameter(tensor, requires_grad=bool(content["learns"]))
    return tensor.requires_grad_(bool(content["learns"]))


def _pack_tuple(value: tuple[Any, ...]) -> dict[str, Any]:
    return {"class": class_name(type(value)), "items": to_plain(list(value))}


def _unpack_tuple(content: dict[str, Any]) -> Any:
    cls: Any = known_class(content["class"])
    if not issubclass(cls, tuple):
        raise ValueError(f"{class_name(cls)} is not a tuple, as the saved object says.")
    return cls(*from_plain(content["items"]))


def _pack_object(value: Any) -> dict[str, Any]:
    state = value.__getstate__()
    plain = state if hasattr(value, "speaks_plain") else to_plain(state)
    return {"class": class_name(type(value)), "state": plain}


def _unpack_object(content: dict[str, Any]) -> Any:
    cls: Any = known_class(content["class"])
    value, state = cls.__new__(cls), content["state"]
    if not hasattr(cls, "speaks_plain"):
        state = from_plain(state)
    if hasattr(cls, "__setstate__"):
        value.__setstate__(state)
    elif state:
        value.__dict__.update(state)
    return value


# The first that fits is taken.
_FORMS: dict[str, Form] = {
    "floats": Form(
        lambda value: _is_long(value, (float,)),
        lambda value: {"array": np.array(value)},
        lambda content: list(content["array"].tolist()),
    ),
    "text": Form(
        lambda value: _is_long(value, _SIMPLE),
        lambda value: {"json": json.dumps(value)},
        lambda content: list(json.loads(content["json"])),
    ),
    "dict": Form(
        lambda value: (
            type(value) is dict
            and (_MARK in value or any(type(key) is not str for key in value))
        ),
        lambda value: {
            "keys": to_plain(list(value)),
            "items": to_plain(list(value.values())),
        },
        lambda content: dict(
            zip(*(from_plain(content[k]) for k in ("keys", "items")), strict=True)
        ),
    ),
    "objects": Form(
        lambda value: isinstance(value, np.ndarray) and value.dtype == object,
        lambda value: {
            "items": to_plain(value.ravel().tolist()),
            "shape": list(value.shape),
        },
        lambda content: _objects(from_plain(content["items"]), content["shape"]),
    ),
    "tensor": Form(lambda v: isinstance(v, Tensor), _pack_tensor, _unpack_tensor),
    "device": Form(
        lambda value: isinstance(value, torch.device),
        lambda value: {"name": str(value)},
        lambda content: torch.device(content["name"]),
    ),
    "module": Form(
        lambda value: isinstance(value, nn.Module),
        lambda value: pack_module(value, to_plain),
        lambda content: unpack_module(content, from_plain),
    ),
    "pandas": Form(
        is_pandas,
        lambda value: to_plain(pack_pandas(value)),
        lambda content: unpack_pandas(
            {k: from_plain(v) for k, v in content.items() if k != _MARK}
        ),
    ),
    "tuple": Form(
        lambda value: isinstance(value, tuple) and is_known(type(value)),
        _pack_tuple,
        _unpack_tuple,
    ),
    "object": Form(lambda v: is_known(type(v)), _pack_object, _unpack_object),
}


def _objects(items: list[Any], shape: list[int]) -> np.ndarray[Any, Any]:
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found.reshape(shape)
