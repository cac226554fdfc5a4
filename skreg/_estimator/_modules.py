"""From the parameter ``module`` to a net that fits the table."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from ..modules import MLP, CategoryEmbedding, TabularModule


def _mlp(n_inputs: int, n_outputs: int, params: Any) -> nn.Module:
    return MLP(
        n_inputs,
        n_outputs,
        hidden_layer_sizes=hidden_widths(params.hidden_layer_sizes),
        activation=params.activation,
        dropout=params.dropout,
    )


MODULES: dict[str, Callable[[int, int, Any], nn.Module]] = {"mlp": _mlp}


def hidden_widths(sizes: int | Sequence[int]) -> tuple[int, ...]:
    """Return the widths of the hidden layers as a tuple.

    Raises
    ------
    ValueError
        If one is not a positive whole number.
    """
    widths = tuple(sizes) if hasattr(sizes, "__iter__") else (sizes,)
    if not all(isinstance(w, int | np.integer) and w >= 1 for w in widths):
        raise ValueError(
            f"hidden_layer_sizes={sizes!r} must be whole numbers of at least 1, one "
            "for each hidden layer, such as (128, 128)."
        )
    return tuple(int(width) for width in widths)


def build_module(
    params: Any, n_numeric: int, cardinalities: Sequence[int], n_outputs: int
) -> nn.Module:
    """Build the net for an encoded table.

    Parameters
    ----------
    params : estimator
        Its ``module`` and the parameters of the named modules are read.
    n_numeric : int
        Numeric columns of the encoded table.
    cardinalities : sequence of int
        Number of codes of each following column.
    n_outputs : int
        Columns of the output.
    """
    if not cardinalities:
        return _body(params, n_numeric, n_outputs)
    embed = CategoryEmbedding(n_numeric, cardinalities)
    return TabularModule(embed, _body(params, embed.n_outputs, n_outputs))


def _body(params: Any, n_inputs: int, n_outputs: int) -> nn.Module:
    module = params.module
    if isinstance(module, str):
        return MODULES[module](n_inputs, n_outputs, params)
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
