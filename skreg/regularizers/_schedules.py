"""How strongly a penalty acts over the course of a fit."""

import inspect
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from torch import Tensor

Schedule = Callable[[float], float]


def constant(progress: float) -> float:
    """Full strength all along."""
    return 1.0


def linear_ramp(progress: float) -> float:
    """From 0 at the start to 1 at the end, in a straight line."""
    return progress


def quadratic_ramp(progress: float) -> float:
    """From 0 to 1 at half of the fit, slowly at first; 1 from then on (AR-Net)."""
    return min(1.0, 2.0 * progress) ** 2


def sigmoid_ramp(progress: float) -> float:
    """From near 0 to 1, slowly at first: ``exp(-5 (1 - progress)^2)`` (ELR+)."""
    return math.exp(-5.0 * (1.0 - progress) ** 2)


def cosine_decay(progress: float) -> float:
    """From 1 at the start to 0 at the end, along half a cosine."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
    "linear_ramp": linear_ramp,
    "quadratic_ramp": quadratic_ramp,
    "sigmoid_ramp": sigmoid_ramp,
    "cosine_decay": cosine_decay,
}


def checked_schedule(
    schedule: Callable[[float], Any], owner: str, *, least: float = -math.inf
) -> Callable[[float], Any]:
    """Return a schedule of a user which says what is wrong with what it returns.

    Parameters
    ----------
    schedule : callable
        Function of the progress in [0, 1].
    owner : str
        Where it was given, for messages.
    least : float, default=-inf
        Smallest number that it may return.

    Raises
    ------
    TypeError
        If it does not take the progress alone; when called, if it returns something
        else than a number.
    ValueError
        When called, if the number is too small or not finite.
    """
    try:
        inspect.signature(schedule).bind(0.0)
    except TypeError as error:
        raise TypeError(
            f"{owner}={_name(schedule)} cannot be called with the progress ({error}); "
            "give a function of one number in [0, 1]."
        ) from error
    except ValueError:  # some written in C do not tell
        pass
    return partial(_call, schedule, owner, least)


def _call(
    schedule: Callable[[float], Any], owner: str, least: float, progress: float
) -> Any:
    factor = schedule(progress)
    if isinstance(factor, Tensor) and factor.ndim:  # one for each member
        return factor
    what = (
        f"{owner}={_name(schedule)} returns {factor!r} for the progress "
        f"{progress:.3g}; it must return a finite number, such as 0.5"
    )
    if isinstance(factor, str | np.ndarray):
        raise TypeError(f"{what}.")
    try:
        number = float(factor)
    except (TypeError, OverflowError) as error:
        raise TypeError(f"{what}.") from error
    if not (math.isfinite(number) and number >= least):
        raise ValueError(f"{what}{'' if least < 0 else ', of at least 0'}.")
    return factor


def _name(schedule: Any) -> str:
    return getattr(schedule, "__name__", repr(schedule))
