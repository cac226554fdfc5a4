"""What a net was built with, so that it does not go on as if it were another one."""

from __future__ import annotations

import re
from dataclasses import fields
from numbers import Number
from typing import Any, Protocol, cast

import numpy as np

from ._architecture import Architecture

# Where an object lies in memory says nothing of it.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class ReadsTables(Protocol):
    """The parameters of estimators that say how tables are read."""

    scaling: str | None
    min_frequency: float | None


def as_built(params: ReadsTables, architecture: Architecture) -> dict[str, str]:
    """Return, as text, what stays as it is once a net is built.

    Parameters
    ----------
    params : estimator
        Says how tables are read, and whether targets are standardised.
    architecture : Architecture
        A dataclass, whose fields are named like parameters; those that are left out of
        comparisons may change.
    """
    given = {
        field.name: getattr(architecture, field.name)
        for field in fields(cast(Any, architecture))
        if field.compare
    }
    given["n_members"] = architecture.n_members or 1
    given["scaling"] = params.scaling
    given["min_frequency"] = params.min_frequency
    if hasattr(params, "standardize_target"):
        given["standardize_target"] = params.standardize_target
    return {name: _text(value) for name, value in given.items()}


def check_as_built(before: dict[str, str], now: dict[str, str]) -> None:
    """Raise if a net is to go on with parameters that only a new net can have.

    Raises
    ------
    ValueError
        If one of them differs.
    """
    for name, value in now.items():
        if before.get(name, value) != value:
            raise ValueError(
                f"{name} was {before[name]} when the net was built, and is {value} "
                "now. A fit that goes on cannot change it; set it back, or fit anew by "
                "warm_start=False."
            )


def _text(value: Any) -> str:
    """Return the same text for the same value, also after a round trip to a file."""
    if isinstance(value, list | tuple | np.ndarray | Number):
        entries = np.ravel(cast(Any, value)).tolist()
        value = entries[0] if len(entries) == 1 else tuple(entries)
    return _ADDRESS.sub("", repr(value))
