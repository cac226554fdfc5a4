"""How strongly a penalty acts over the course of a fit."""

import math
from collections.abc import Callable

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
