"""Objects as nested lists and dictionaries of arrays, numbers and text, and back.

What is neither a number, text or array nor of skreg or torch is left as it is: whoever
saves the result (pickle, skops) deals with it in its own way.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from ._graph import Convert, Link, pack_graph, unpack_graph
from ._known_classes import class_name, is_known, known_class
from ._only_pickle import OnlyPickle, holds_tensors, is_found_by_name
from ._pandas_objects import is_of_pandas, is_pandas, pack_pandas, unpack_pandas
from ._tensors import pack_tensor, unpack_tensor

# The key by which a dictionary says what it stands for.
_MARK = "__skreg__"
_SIMPLE = (str, int, float, bool, type(None))
# Items from which a list of simple values is written in one piece.
_LONG = 8


class Form(NamedTuple):
    """How objects of some kind are written down and read again."""

    fits: Callable[[Any], bool]
    pack: Callable[[Any, Convert], dict[str, Any]]
    unpack: Callable[[dict[str, Any], Convert], Any]


def _no_link(part: Any) -> Any:
    return None


def to_plain(value: Any, link: Link = _no_link) -> Any:
    """Return a value as arrays, numbers and text.

    Parameters
    ----------
    value : object
        What is to be written down.
    link : callable, default returns None
        Returns the number of a tensor or module that is written down elsewhere, or
        None.
    """
    if type(value) in _SIMPLE:
        return value
    number = link(value)
    if number is not None:
        return {_MARK: "link", "number": number}
    convert = partial(to_plain, link=link)
    for name, form in _FORMS.items():
        if form.fits(value):
            return {_MARK: name, **form.pack(value, convert)}
    if type(value) in (list, tuple):
        return type(value)(map(convert, value))
    if type(value) is dict:
        return {key: convert(item) for key, item in value.items()}
    if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
        return np.asarray(value)  # a part of a mapped file is an array, too
    return value


def from_plain(value: Any, link: Link = _no_link) -> Any:
    """Return the value that :func:`to_plain` was given; tensors are on the host.

    Parameters
    ----------
    value : object
        What was written down.
    link : callable, default returns None
        Returns the part that has a number.

    Raises
    ------
    ValueError
        If the value names a class or form that does not exist.
    """
    convert = partial(from_plain, link=link)
    if type(value) in (list, tuple):
        return type(value)(map(convert, value))
    if type(value) is OnlyPickle:
        return value.value
    if isinstance(value, np.ndarray) and not value.flags.writeable:
        return np.array(value)  # torch minds parts of a mapped file
    if type(value) is not dict:
        return value
    if _MARK not in value:
        return {key: convert(item) for key, item in value.items()}
    if value[_MARK] == "link":
        return link(value["number"])
    form = _FORMS.get(value[_MARK])
    if form is None:
        raise ValueError(
            f"the saved object has a part of the form {value[_MARK]!r}, which this "
            "version of skreg does not know."
        )
    return form.unpack(value, convert)


def _is_long(value: Any, kinds: tuple[type, ...]) -> bool:
    return (
        type(value) is list
        and len(value) >= _LONG
        and all(type(item) in kinds for item in value)
    )


def _pack_items(value: dict[Any, Any], convert: Convert) -> dict[str, Any]:
    return {"keys": convert(list(value)), "items": convert(list(value.values()))}


def _unpack_items(content: dict[str, Any], convert: Convert) -> list[tuple[Any, Any]]:
    keys, items = (convert(content[name]) for name in ("keys", "items"))
    return list(zip(keys, items, strict=True))


def _unpack_objects(content: dict[str, Any], convert: Convert) -> Any:
    items = convert(content["items"])
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found.reshape(content["shape"])


def _pack_partial(value: partial[Any], convert: Convert) -> dict[str, Any]:
    parts = (value.func, value.args, value.keywords)
    return {"call": [convert(part) for part in parts]}


def _unpack_partial(content: dict[str, Any], convert: Convert) -> partial[Any]:
    func, args, keywords = map(convert, content["call"])
    return partial(func, *args, **keywords)


def _unpack_tuple(content: dict[str, Any], convert: Convert) -> Any:
    cls: Any = known_class(content["class"])
    if not issubclass(cls, tuple):
        raise ValueError(f"{class_name(cls)} is not a tuple, as the saved object says.")
    return cls(*convert(content["items"]))


def _pack_object(value: Any, convert: Convert) -> dict[str, Any]:
    state = value.__getstate__()
    plain = state if hasattr(value, "speaks_plain") else convert(state)
    return {"class": class_name(type(value)), "state": plain}


def _unpack_object(content: dict[str, Any], convert: Convert) -> Any:
    cls: Any = known_class(content["class"])
    value, state = cls.__new__(cls), content["state"]
    if not hasattr(cls, "speaks_plain"):
        state = convert(state)
    if hasattr(cls, "__setstate__"):
        value.__setstate__(state)
    elif state:
        value.__dict__.update(state)
    return value


def _is_unnamed(value: Any) -> bool:
    """Whether only pickles, if anything, can hold a value."""
    if isinstance(value, (FunctionType, type)):
        return not is_found_by_name(value)
    return is_of_pandas(value) or holds_tensors(value)


# The first that fits is taken.
_FORMS: dict[str, Form] = {
    "floats": Form(
        lambda value: _is_long(value, (float,)),
        lambda value, _: {"array": np.array(value)},
        lambda content, _: list(content["array"].tolist()),
    ),
    "text": Form(
        lambda value: _is_long(value, _SIMPLE),
        lambda value, _: {"json": json.dumps(value)},
        lambda content, _: list(json.loads(content["json"])),
    ),
    "dict": Form(
        lambda value: (
            type(value) is dict
            and (_MARK in value or any(type(key) is not str for key in value))
        ),
        _pack_items,
        lambda content, convert: dict(_unpack_items(content, convert)),
    ),
    "ordered": Form(
        lambda value: type(value) is OrderedDict,
        _pack_items,
        lambda content, convert: OrderedDict(_unpack_items(content, convert)),
    ),
    "set": Form(
        lambda value: type(value) is set,
        lambda value, convert: {"items": convert(list(value))},
        lambda content, convert: set(convert(content["items"])),
    ),
    "objects": Form(
        lambda value: isinstance(value, np.ndarray) and value.dtype == object,
        lambda value, convert: {
            "items": convert(value.ravel().tolist()),
            "shape": list(value.shape),
        },
        _unpack_objects,
    ),
    "partial": Form(lambda v: type(v) is partial, _pack_partial, _unpack_partial),
    "tensor": Form(
        lambda value: isinstance(value, Tensor),
        lambda value, _: pack_tensor(value),
        lambda content, _: unpack_tensor(content),
    ),
    "dtype": Form(
        lambda value: isinstance(value, torch.dtype),
        lambda value, _: {"like": pack_tensor(torch.zeros(0, dtype=value))},
        lambda content, _: unpack_tensor(content["like"]).dtype,
    ),
    "device": Form(
        lambda value: isinstance(value, torch.device),
        lambda value, _: {"name": str(value)},
        lambda content, _: torch.device(content["name"]),
    ),
    "module": Form(
        lambda value: isinstance(value, nn.Module),
        lambda value, _: pack_graph(value, to_plain),
        lambda content, _: unpack_graph(content, from_plain),
    ),
    "pandas": Form(
        is_pandas,
        lambda value, convert: convert(pack_pandas(value)),
        lambda content, convert: unpack_pandas(
            {k: convert(v) for k, v in content.items() if k != _MARK}
        ),
    ),
    "size": Form(
        lambda value: type(value) is torch.Size,
        lambda value, _: {"items": list(value)},
        lambda content, _: torch.Size(content["items"]),
    ),
    "class": Form(
        lambda value: isinstance(value, type) and is_known(value),
        lambda value, _: {"class": class_name(value)},
        lambda content, _: known_class(content["class"]),
    ),
    "tuple": Form(
        lambda value: isinstance(value, tuple) and is_known(type(value)),
        lambda value, convert: {
            "class": class_name(type(value)),
            "items": convert(list(value)),
        },
        _unpack_tuple,
    ),
    "object": Form(lambda v: is_known(type(v)), _pack_object, _unpack_object),
    "unnamed": Form(
        _is_unnamed,
        lambda value, _: {"value": OnlyPickle(value)},
        lambda content, convert: convert(content["value"]),
    ),
}
