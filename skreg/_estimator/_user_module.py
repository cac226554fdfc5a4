"""Nets that users bring along, tried before training starts."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import nn


def user_module(module: Any, n_inputs: int, n_outputs: int) -> nn.Module:
    """Return the user's own net, after a try."""
    built = (
        copy.deepcopy(module)
        if isinstance(module, nn.Module)
        else _call(module, n_inputs, n_outputs)
    )
    _check_fit(built, n_inputs, n_outputs)
    return cast(nn.Module, built)


def _call(factory: Callable[[int, int], Any], n_inputs: int, n_outputs: int) -> Any:
    try:
        return factory(n_inputs, n_outputs)
    except TypeError as error:
        name = getattr(factory, "__name__", repr(factory))
        raise TypeError(
            f"module={name} cannot be called with (n_inputs, n_outputs) = ({n_inputs}, "
            f"{n_outputs}): {error}. Pass a class or function of these two numbers, or "
            "an instance."
        ) from error


def _check_fit(module: Any, n_inputs: int, n_outputs: int) -> None:
    """Try a foreign module on a small input, so that training cannot fail on shapes."""
    if not isinstance(module, nn.Module):
        raise TypeError(
            f"module must make a torch.nn.Module, got {type(module).__name__}."
        )
    like = next(module.parameters(), torch.empty(0))
    inputs = torch.zeros(2, n_inputs, dtype=like.dtype, device=like.device)
    was_training = module.training
    try:
        with torch.no_grad():
            shape = tuple(module.eval()(inputs).shape)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise ValueError(
            f"module={type(module).__name__} fails on {n_inputs} input columns: "
            f"{error}. Pass a class or function of (n_inputs, n_outputs) to build it "
            "for the table."
        ) from error
    finally:
        module.train(was_training)
    if shape != (2, n_outputs):
        raise ValueError(
            f"module={type(module).__name__} maps (2, {n_inputs}) to {shape}, but "
            f"(2, {n_outputs}) is needed: one column for each class or target."
        )
