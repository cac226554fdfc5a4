"""Parameters declared once, as annotated dataclass fields.

A field such as ``lr: Annotated[float, Interval(...), Doc("float", "...")] = 1e-3``
carries its default, its admissible range and its documentation. Everything that
scikit-learn's conventions ask for is derived from it: a keyword-only constructor
that stores and does nothing else, the constraints checked at ``fit``, and the
entry in the class's docstring. Fields with ``field(init=False)`` are the attributes
that ``fit`` sets; they are documented likewise. This is also the only module that
touches scikit-learn's private parameter validation.
"""

import dataclasses
import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import field
from itertools import chain
from numbers import Integral
from typing import (
    Annotated,
    Any,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
)

from ._sklearn import HasMethods, Options, RealNotInt, StrOptions
from ._sklearn import Interval as AnyInterval

__all__ = [
    "Doc",
    "HasMethods",
    "Interval",
    "Options",
    "RealNotInt",
    "StrOptions",
    "defaults",
    "field",
    "parameters",
    "shared_parameters",
]

_LARGEST_INT = 2**63 - 1
_PARAMETERS = "{parameters}"
_ATTRIBUTES = "{attributes}"
_Class = TypeVar("_Class", bound=type)


class Interval(AnyInterval):
    """A range of numbers; those that no float or index of an array can be are left out.

    Parameters
    ----------
    type : {numbers.Integral, numbers.Real, RealNotInt}
        Kind of the numbers.
    left, right : float, int or None
        Bounds; None is infinity.
    closed : {'left', 'right', 'both', 'neither'}
        Bounds that belong to the range.
    """

    def is_satisfied_by(self, val: Any) -> bool:
        """Whether a value is such a number."""
        if not super().is_satisfied_by(val):
            return False
        largest = _LARGEST_INT if self.type is Integral else sys.float_info.max
        # An int is compared as it is: it may be too large for a float.
        return not isinstance(val, int) or abs(val) <= largest

    def __str__(self) -> str:
        shown: str = super().__str__()
        unbounded = self.type is Integral and None in (self.left, self.right)
        return f"{shown} of at most 64 bits" if unbounded else shown


@dataclasses.dataclass(frozen=True)
class Doc:
    """The numpydoc entry of a parameter: its type in words and its description."""

    type: str
    text: str


@dataclass_transform(
    kw_only_default=True, eq_default=False, field_specifiers=(dataclasses.field,)
)
def parameters(cls: _Class) -> _Class:
    """Turn the annotated fields of ``cls`` into its constructor and its documentation.

    The fields of the class itself are documented first, the inherited ones after
    them, in place of the markers ``{parameters}`` and ``{attributes}`` in the
    docstring.
    """
    dataclasses.dataclass(kw_only=True, eq=False, repr=False)(cls)
    own = inspect.get_annotations(cls, eval_str=True)
    # Those of the bases are evaluated already, which would take most of the import.
    inherited = (vars(base).get("_hints", {}) for base in reversed(cls.__mro__[1:]))
    hints = {**dict(chain.from_iterable(h.items() for h in inherited)), **own}
    cls._hints = hints  # type: ignore[attr-defined]
    rank = {name: i for i, name in enumerate(own)}
    fields = sorted(dataclasses.fields(cls), key=lambda f: rank.get(f.name, len(rank)))
    given = [f for f in fields if f.init]
    _set_signature(cls, given, hints)
    cls._parameter_constraints = {  # type: ignore[attr-defined]
        f.name: [m for m in _metadata(hints[f.name]) if not isinstance(m, Doc)]
        for f in given
    }
    for marker, init in ((_PARAMETERS, True), (_ATTRIBUTES, False)):
        if cls.__doc__ and marker in cls.__doc__:
            entries = [_entry(f, hints[f.name]) for f in fields if f.init is init]
            text = "\n".join(entry for entry in entries if entry)
            cls.__doc__ = cls.__doc__.replace(marker, text.strip())
    return cls


def defaults(**values: Any) -> Callable[[_Class], _Class]:
    """Give inherited fields other defaults; to be written below ``@parameters``."""

    def change(cls: _Class) -> _Class:
        for name, value in values.items():
            cls.__annotations__[name] = cls._hints[name]  # type: ignore[attr-defined]
            setattr(cls, name, value)
        return cls

    return change


def shared_parameters(source: object, cls: type) -> dict[str, Any]:
    """Return the values that an object has of the constructor parameters of a class."""
    names = [f.name for f in dataclasses.fields(cls) if f.init]
    return {name: getattr(source, name) for name in names}


def _metadata(hint: Any) -> tuple[Any, ...]:
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _set_signature(
    cls: type, fields: list[dataclasses.Field[Any]], hints: dict[str, Any]
) -> None:
    """Show plain types to readers of the signature, not their annotations."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    shown = [
        inspect.Parameter(
            f.name, keyword, default=f.default, annotation=_plain(hints[f.name])
        )
        for f in fields
    ]
    this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    init: Callable[..., None] = cls.__init__  # type: ignore[misc]
    init.__signature__ = inspect.Signature([this, *shown])  # type: ignore[attr-defined]


def _plain(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _entry(field: dataclasses.Field[Any], hint: Any) -> str:
    """Return the numpydoc entry of a field, nothing for an undocumented attribute."""
    doc = next((m for m in _metadata(hint) if isinstance(m, Doc)), None)
    if doc is None:
        if field.init:
            raise TypeError(f"parameter {field.name!r} has no Doc(...) annotation")
        return ""
    default = f", default={field.default!r}" if field.init else ""
    body = textwrap.fill(" ".join(doc.text.split()), width=76)
    entry = f"{field.name} : {doc.type}{default}\n{textwrap.indent(body, ' ' * 4)}"
    return textwrap.indent(entry, " " * 4)
