"""Names for the parts of a list parameter, as a Pipeline has them for its steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sklearn.base import BaseEstimator

from ..regularizers import Regularizer

Named = tuple[str, Regularizer]


def named_regularizers(regularizers: Any) -> list[Named]:
    """Give every regularizer a name, like ``sklearn.pipeline.make_pipeline``.

    Unnamed objects get the lower-case name of their class, with a number if several
    have the same. Anything that is not a regularizer is left out here and reported
    by :func:`check_names` at fit: ``get_params`` must bear any value.
    """
    if not isinstance(regularizers, list | tuple):
        return []
    parts = [_split(part) for part in regularizers]
    automatic = Counter(
        type(obj).__name__.lower()
        for name, obj in parts
        if name is None and isinstance(obj, Regularizer)
    )
    seen: Counter[str] = Counter()
    named = []
    for name, obj in parts:
        if not isinstance(obj, Regularizer):
            continue
        if name is None:
            name = type(obj).__name__.lower()
            if automatic[name] > 1:
                seen[name] += 1
                name = f"{name}-{seen[name]}"
        named.append((name, obj))
    return named


def check_names(
    estimator: BaseEstimator, regularizers: Any, reserved: Iterable[str]
) -> None:
    """Raise if the parameter is not a list of uniquely named regularizers.

    Raises
    ------
    TypeError
        If a part is not a regularizer or a (name, regularizer) pair.
    ValueError
        If a name is taken or contains ``__``.
    """
    owner = type(estimator).__name__
    for part in regularizers or []:
        name, obj = _split(part)
        if not isinstance(obj, Regularizer):
            hint = " Did you forget the parentheses?" if isinstance(obj, type) else ""
            raise TypeError(
                f"{owner}: regularizers must hold Regularizer objects or (name, "
                f"object) pairs, got {part!r}.{hint}"
            )
    names = [name for name, _ in named_regularizers(regularizers)]
    for name, count in Counter([*names, *set(reserved)]).items():
        if name in names and (count > 1 or "__" in name or not name):
            raise ValueError(
                f"{owner}: the name {name!r} in regularizers must be unique, contain "
                "no '__' and not be a parameter of the estimator; give another name "
                "with a (name, object) pair."
            )


def replace_regularizer(regularizers: Any, name: str, new: Any) -> list[Any]:
    """Return the list with the named part replaced; the new one keeps the name."""
    current = dict(named_regularizers(regularizers))[name]
    return [
        (name, new) if _split(part)[1] is current else part for part in regularizers
    ]


def _split(part: Any) -> tuple[str | None, Any]:
    if isinstance(part, tuple) and len(part) == 2 and isinstance(part[0], str):
        return part[0], part[1]
    return None, part


def regularizer_params(regularizers: Any) -> dict[str, Any]:
    """Return named regularizers and their parameters, as ``get_params`` shows them."""
    params: dict[str, Any] = {}
    for name, regularizer in named_regularizers(regularizers):
        params[name] = regularizer
        for key, value in regularizer.get_params(deep=True).items():
            params[f"{name}__{key}"] = value
    return params


def take_named(
    regularizers: Any, params: dict[str, Any], reserved: Iterable[str]
) -> tuple[Any, dict[str, Any]]:
    """Replace regularizers that parameters name; return them and the other parameters.

    Parameters
    ----------
    regularizers : list or None
        Those of before.
    params : dict
        As passed to ``set_params``.
    reserved : iterable of str
        Names that are parameters of the estimator itself.
    """
    others, own = dict(params), set(reserved)
    for name in dict(named_regularizers(regularizers)):
        if name in others and name not in own:
            regularizers = replace_regularizer(regularizers, name, others.pop(name))
    return regularizers, others
