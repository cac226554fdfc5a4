"""All regularizers of one fit, sorted by the hooks they override."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ._base import Regularizer, is_off, scheduled_strength
from ._fit_state import FitInfo, Step
from ._requirements import Requirement

Named = tuple[str, Regularizer]

# The hooks that run in every training step.
_STEP_HOOKS = ("mix", "refine", "reduce", "penalty", "transform_gradient")


class Chain:
    """The hooks of one fit, in order.

    Parameters
    ----------
    named : list of (str, Regularizer)
        Clones that belong to this fit.
    info : FitInfo
        The fit.

    Raises
    ------
    ValueError
        If a requirement is not met or two methods both reduce the losses.
    """

    def __init__(self, named: list[Named], info: FitInfo) -> None:
        check(named, info)
        self.named = named
        active = [pair for pair in named if not is_off(pair[1])]
        self.transforms = _overriding(active, "transform_module")
        self.mixers = _overriding(active, "mix")
        self.refiners = _overriding(active, "refine")
        reducers = _overriding(active, "reduce")
        self.reducer = reducers[0] if reducers else None
        self.penalties = [
            (name, regularizer, scheduled_strength(regularizer))
            for name, regularizer in active
            if _overrides(regularizer, "penalty")
        ]
        self.observers = [
            r for r in _overriding(named, "penalty") if is_off(r) and r.remembers
        ]
        self.gradient_transforms = _overriding(active, "transform_gradient")
        self.needs_features = any(Requirement.FEATURES in r.requires for _, r in active)
        hooked = [r for hook in _STEP_HOOKS for r in _overriding(active, hook)]
        self.is_idle = not hooked and not self.observers

    def start(self, info: FitInfo, *, resumed: frozenset[str]) -> nn.Module:
        """Set all methods up and let them transform the module, in this order.

        Transformations come first, so that the others see the layers they leave.
        Methods named in ``resumed`` go on from an earlier fit.
        """
        for name, regularizer in sorted(self.named, key=self._transforms, reverse=True):
            prepare = regularizer.resume if name in resumed else regularizer.setup
            prepare(info)
            if self._transforms((name, regularizer)):
                module = regularizer.transform_module(info.module)
                info = dataclasses.replace(info, module=module)
        return info.module

    def finish(self, module: nn.Module) -> nn.Module:
        """Let all methods clean up, in reverse."""
        for _, regularizer in sorted(self.named, key=self._transforms):
            module = regularizer.finish(module)
        return module

    def _transforms(self, pair: Named) -> bool:
        return pair[1] in self.transforms

    def mix(self, step: Step) -> None:
        """Chain the batch mixers."""
        for regularizer in self.mixers:
            regularizer.mix(step)

    def refine(self, step: Step) -> None:
        """Chain the target refiners."""
        for regularizer in self.refiners:
            regularizer.refine(step)

    def reduce(self, step: Step) -> Tensor:
        """Combine the losses of the rows."""
        if self.reducer is None:
            return step.mean_loss()
        return self.reducer.reduce(step.losses, step)

    def penalize(self, step: Step) -> dict[str, Tensor]:
        """Return the penalties, each with its strength and schedule applied."""
        if self.observers:
            with torch.no_grad():
                for observer in self.observers:
                    observer.penalty(step)
        return {
            name: _times(regularizer.penalty(step), strength(step.progress))
            for name, regularizer, strength in self.penalties
        }

    def transform_gradient(self, step: Step, terms: Mapping[str, Tensor]) -> None:
        """Chain the gradient transformations."""
        for regularizer in self.gradient_transforms:
            regularizer.transform_gradient(step, terms)


def check(named: list[Named], info: FitInfo) -> None:
    """Raise if a requirement is not met or several methods reduce the losses."""
    for name, regularizer in named:
        unmet = [r for r in regularizer.requires if not r.holds(info)]
        for requirement in sorted(unmet, key=lambda requirement: requirement.name):
            raise ValueError(
                f"{type(regularizer).__name__} ({name!r} in regularizers) "
                f"{requirement.value}."
            )
    reducers = [name for name, r in named if _overrides(r, "reduce") and not is_off(r)]
    if len(reducers) > 1:
        raise ValueError(
            f"regularizers has {len(reducers)} methods that reduce the losses to one "
            f"number ({', '.join(reducers)}), but only one can; keep one of them."
        )


def _times(term: Tensor, strength: Any) -> Tensor:
    """Multiply, unless it is by one: small steps feel every operation."""
    if isinstance(strength, float) and strength == 1.0:
        return term
    product: Tensor = term * strength
    return product


def _overrides(regularizer: Regularizer, hook: str) -> bool:
    own: Callable[..., Any] = getattr(type(regularizer), hook)
    return own is not getattr(Regularizer, hook)


def _overriding(named: list[Named], hook: str) -> list[Regularizer]:
    return [r for _, r in named if _overrides(r, hook)]
