"""Checks of what functions are given, before they compute or allocate anything."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from numbers import Integral, Real
from reprlib import repr as short
from typing import Any, ParamSpec, Protocol, TypeVar

import numpy as np

from ._types import Array, Floats

P = ParamSpec("P")
R = TypeVar("R")

# More entries than this are a slip of the pen: 4 GiB of doubles.
MOST = 2**29
# Squares of larger numbers, and sums of them, leave the range of doubles.
LARGEST = 1e150


class Check(Protocol):
    """What a parameter must be."""

    def __call__(self, value: Any, name: str, /) -> Any:
        """Return the value, converted if need be, or raise with the name."""
        ...


def checked(**checks: Check) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that checks the arguments of a function.

    Parameters
    ----------
    **checks : dict of str to Check
        By the names of the parameters. Defaults are not checked.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            for name, check in checks.items():
                if name in bound.arguments:
                    bound.arguments[name] = check(bound.arguments[name], name)
            return function(*bound.args, **bound.kwargs)

        return call

    return decorate


@dataclass(frozen=True)
class Whole:
    """A whole number in a range."""

    least: int = 1
    most: int = MOST

    def __call__(self, value: Any, name: str, /) -> int:
        """Return it as an int."""
        is_whole = isinstance(value, Integral) and not isinstance(value, bool)
        if not is_whole or not self.least <= value <= self.most:
            raise ValueError(
                f"{name}={short(value)} must be a whole number from {self.least} to "
                f"{self.most}."
            )
        return int(value)


@dataclass(frozen=True)
class Number:
    """A finite real number in a range."""

    low: float = -LARGEST
    high: float = LARGEST
    is_open: bool = False

    def __call__(self, value: Any, name: str, /) -> Any:
        """Return it as it is."""
        is_number = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
        if not is_number or not self._holds(value):
            ends = "without the ends" if self.is_open else "ends included"
            raise ValueError(
                f"{name}={short(value)} must be a number between {self.low:g} and "
                f"{self.high:g}, {ends}."
            )
        return value

    def _holds(self, value: Any) -> bool:
        if self.is_open:
            return bool(self.low < value < self.high)
        return bool(self.low <= value <= self.high)


@dataclass(frozen=True)
class Numbers:
    """An array of real numbers, returned as doubles."""

    n_axes: Collection[int] = (1,)
    low: float = -LARGEST
    high: float = LARGEST
    gaps: bool = False
    least: int = 1

    def __call__(self, value: Any, name: str, /) -> Floats:
        """Return it as an array of doubles."""
        found = _doubles(value, name)
        if found.ndim not in self.n_axes or found.size < self.least:
            axes = " or ".join(map(str, self.n_axes))
            words = "one value" if self.least == 1 else f"{self.least} values"
            raise ValueError(
                f"{name} must have {axes} dimensions and at least {words},"
                f" but its shape is {found.shape}."
            )
        missing = np.isnan(found)
        if missing.any() and not self.gaps:
            raise ValueError(
                f"Input {name} contains NaN; keep only known values, such as "
                f"those where np.isfinite({name})."
            )
        known = found[~missing]
        if np.isinf(known).any() and np.isfinite(self.high):
            raise ValueError(f"Input {name} contains infinity; give finite numbers.")
        if not ((known >= self.low) & (known <= self.high)).all():
            raise ValueError(
                f"{name} must hold numbers between {self.low:g} and {self.high:g}, but "
                f"the smallest is {known.min():g} and the largest {known.max():g}."
            )
        return found


@dataclass(frozen=True)
class OrNone:
    """None, or what another check lets pass."""

    check: Check

    def __call__(self, value: Any, name: str, /) -> Any:
        """Return None, or what the check returns."""
        return None if value is None else self.check(value, name)


@dataclass(frozen=True)
class Labels:
    """A vector of labels, none of which is missing."""

    def __call__(self, value: Any, name: str, /) -> Array:
        """Return it as an array."""
        try:
            found = np.asarray(value)
        except ValueError as error:
            raise ValueError(f"{name} must be a vector of labels: {error}.") from error
        if found.ndim == 2 and found.shape[1] == 1:
            found = found[:, 0]
        if found.ndim != 1 or not len(found) or found.dtype.kind not in "biufUSTO":
            raise ValueError(
                f"{name} must be a vector of labels, got {short(value)} of the type "
                f"{found.dtype}."
            )
        are_missing = [is_none(label) for label in found.tolist()]
        if any(are_missing):
            raise ValueError(
                f"Input {name} contains NaN or None, first in row "
                f"{are_missing.index(True)}; drop these rows."
            )
        if found.dtype.kind == "f" and np.isinf(found).any():
            raise ValueError(f"Input {name} contains infinity, which is no label.")
        return found


def is_none(value: Any) -> bool:
    """Whether an entry is None, NaN, NA or NaT."""
    names = {"NoneType", "NAType", "NaTType"}
    return type(value).__name__ in names or bool(value != value)


def same_length(**arrays: Any) -> None:
    """Raise a ValueError unless all arrays that are given have as many rows."""
    lengths = {name: len(array) for name, array in arrays.items() if array is not None}
    if len(set(lengths.values())) > 1:
        given = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        raise ValueError(f"inconsistent numbers of samples: {given}.")


def flag(value: Any, name: str, /) -> bool:
    """Return True or False, unless it is something else."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name}={short(value)} must be True or False.")
    return bool(value)


@dataclass(frozen=True)
class OneOf:
    """One of some names."""

    names: Collection[str]

    def __call__(self, value: Any, name: str, /) -> str:
        """Return the name."""
        if not isinstance(value, str) or value not in self.names:
            raise ValueError(
                f"{name}={short(value)} must be one of {sorted(self.names)}."
            )
        return value


def _doubles(value: Any, name: str) -> Floats:
    try:
        given: Array = np.asarray(value)
        if given.dtype.kind not in "biufO":
            raise TypeError(f"its type is {given.dtype}")
        if given.dtype == object and any(isinstance(v, str) for v in given.flat):
            raise TypeError("it holds text")
        return given.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must hold numbers only: {error}.") from error


def size_of(**sizes: int) -> None:
    """Raise a ValueError if an array of these sizes would be out of all proportion."""
    if math.prod(sizes.values()) > MOST:
        given = ", ".join(f"{name}={size}" for name, size in sizes.items())
        raise ValueError(
            f"{given} ask for more than {MOST} entries; lower one of them."
        )


TARGETS = Numbers(n_axes=(1, 2), low=-1e300, high=1e300)


@dataclass(frozen=True)
class RowWeights:
    """Weights of rows, None for equal ones."""

    def __call__(self, value: Any, name: str, /) -> Floats | None:
        """Return them as an array of doubles."""
        if value is None:
            return None
        found = Numbers(low=0.0)(value, name)
        if not found.any():
            raise ValueError(
                f"{name} is zero for every row; give one row at least a positive "
                "weight."
            )
        return found


WEIGHTS = RowWeights()
EDGES = OrNone(Numbers(least=2))
FLOOR = Number(0.0, is_open=True)
