"""Nets that users bring along, tried before training starts."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn


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
        # Not a leaf: modules may change what they are given.
        output = module.eval()(inputs.requires_grad_().clone())
    except Exception as error:  # whatever a net of a user does
        raise ValueError(
            f"module={type(module).__name__} fails on {n_inputs} input columns: "
            f"{error}. Pass a class or function of (n_inputs, n_outputs) to build it "
            "for the table."
        ) from error
    finally:
        module.train(was_training)
    _check_output(module, output, n_inputs, n_outputs)
    _check_gradient(module, output)


def _check_output(
    module: nn.Module, output: Any, n_inputs: int, n_outputs: int
) -> None:
    """Raise if a module returns something else than one column for each output."""
    if not isinstance(output, Tensor):
        raise TypeError(
            f"module={type(module).__name__} returns a {type(output).__name__}; return "
            "a tensor of torch, computed from the input by operations of torch."
        )
    shape = tuple(output.shape)
    if shape != (2, n_outputs):
        raise ValueError(
            f"module={type(module).__name__} maps (2, {n_inputs}) to {shape}, but "
            f"(2, {n_outputs}) is needed: one column for each class or target."
        )


def _check_gradient(module: nn.Module, output: Tensor) -> None:
    """Raise if no parameter has a part in the output: epochs would change nothing.

    That all are frozen is told later: an embedding in front may be left to train.
    """
    trained = [p for p in module.parameters() if p.requires_grad]
    learns = output.requires_grad
    if learns and trained:
        found = torch.autograd.grad(output.sum(), trained, allow_unused=True)
        learns = any(gradient is not None for gradient in found)
    if not learns:
        raise ValueError(
            f"module={type(module).__name__} returns an output without gradient, so "
            "that it cannot learn; leave out detach(), .data, .item(), numpy and "
            "torch.no_grad() in its forward."
        )
