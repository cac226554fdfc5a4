"""Names for the parts of a list parameter, as a Pipeline has them for its steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
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
    estimator: BaseEstimator,
    regularizers: Any,
    params: dict[str, Any],
    own: Mapping[str, Any],
) -> tuple[Any, dict[str, Any]]:
    """Replace regularizers that parameters name; return them and the other parameters.

    Parameters
    ----------
    estimator : estimator
        Whose parameters are set, for messages.
    regularizers : list or None
        Those of before.
    params : dict
        As passed to ``set_params``.
    own : dict
        The parameters of the estimator without those of regularizers, by name.

    Raises
    ------
    ValueError
        If a parameter does not exist.
    """
    others = dict(params)
    for name in dict(named_regularizers(regularizers)):
        if name in others and name not in own:
            regularizers = replace_regularizer(regularizers, name, others.pop(name))
    parts = regularizer_params(regularizers)
    check_keys(estimator, others, parts | dict(own) | {"regularizers": regularizers})
    return regularizers, others


class ClearKeys:
    """An estimator whose ``set_params`` says what was meant by a wrong key."""

    def set_params(self, **params: Any) -> Any:
        """Set parameters, also those of parts, such as ``pretrained__max_epochs``.

        Parameters
        ----------
        **params : dict
            Names as in `get_params`.

        Returns
        -------
        self : object
            The estimator.
        """
        estimator: Any = self
        check_keys(estimator, params, estimator.get_params(deep=True))
        parent: Any = super()
        return parent.set_params(**params)


def check_keys(
    estimator: BaseEstimator, params: Mapping[str, Any], known: Mapping[str, Any]
) -> None:
    """Raise if a key of ``set_params`` is no parameter, or one of a plain value.

    scikit-learn fails with an AttributeError at the latter, and names no regularizers
    at the former.

    Parameters
    ----------
    estimator : estimator
        Whose keys they are.
    params : dict
        As passed to ``set_params``, such as ``lr`` or ``mixup__strength``.
    known : dict
        The parameters of before, as ``get_params(deep=True)`` returns them.

    Raises
    ------
    ValueError
        If a key is unknown, or goes into a value that has no parameters.
    """
    owner = type(estimator).__name__
    known = {name: params.get(name, value) for name, value in known.items()}
    for key in params:
        parts = key.split("__")
        if parts[0] not in known:
            raise ValueError(
                f"Invalid parameter {parts[0]!r} for estimator {owner}."
                f"{_proposal(key, known)} Valid parameters are: "
                f"{sorted(name for name in known if '__' not in name)!r}."
                f"{_about_regularizers(known) if '__' in key else ''}"
            )
        for depth in range(1, len(parts)):
            head = "__".join(parts[:depth])
            if head in known and not hasattr(known[head], "set_params"):
                about = _about_regularizers(known) if head == "regularizers" else ""
                raise ValueError(
                    f"Invalid parameter {key!r} for estimator {owner}: {head} is "
                    f"{_shown(known[head])}, which has no parameters."
                    f"{_proposal(key, known)}{about}"
                )


def _proposal(key: str, known: Mapping[str, Any]) -> str:
    """Return the parameters that may have been meant: those of the same end, if any."""
    names = [name for name in known if not name.startswith("regularizers__")]
    end = key.rpartition("__")[2]
    alike = [name for name in names if name.rpartition("__")[2] == end]
    exact = [name for name in alike if f"__{key.lower()}".endswith(f"__{name}")]
    close = [] if "__" in key else get_close_matches(key.lower(), names, n=2)
    found = exact or alike or close
    return f" Did you mean {' or '.join(map(repr, found))}?" if found else ""


def _about_regularizers(known: Mapping[str, Any]) -> str:
    """Return how a regularizer is reached, for estimators that take some."""
    if "regularizers" not in known:
        return ""
    names = [name for name, _ in named_regularizers(known["regularizers"])]
    return (
        " A regularizer is reached by its name, which is that of its class in lower "
        "case ('mixup__strength' for Mixup), once it is in the list regularizers; "
        f"there are now: {', '.join(names) or 'none'}."
    )


def _shown(value: Any) -> str:
    """Return a value in a few characters."""
    text = repr(value)
    if isinstance(value, list | tuple | dict) or len(text) > 60:
        return f"a {type(value).__name__}"
    return text
