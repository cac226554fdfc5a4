"""From the parameter ``module`` to a net that fits the table."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..modules import (
    MLP,
    CategoryEmbedding,
    CombinedEmbedding,
    Members,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    PlainNumbers,
    ResNet,
    TableEmbedding,
    TabM,
    TabularModule,
    WideAndDeep,
)

MODULES: dict[str, type[MLP] | type[ResNet]] = {
    "mlp": MLP,
    "resnet": ResNet,
    "tabm": TabM,
}


@dataclass(frozen=True, kw_only=True)
class TableShape:
    """What a net has to know of the encoded table and of the target.

    Attributes
    ----------
    n_numeric : int
        Numeric columns, which come first.
    cardinalities : sequence of int
        Number of codes of each following column.
    n_outputs : int
        Columns of the output.
    edges : callable
        Returns the edges of the bins of each numeric column.
    combine : callable
        Makes one output of those of several members.
    """

    n_numeric: int
    cardinalities: Sequence[int]
    n_outputs: int
    edges: Callable[[], list[NDArray[Any]]]
    combine: Callable[[Tensor], Tensor]


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


def count_members(params: Any) -> int:
    """Return the number of members, by default that of the named module."""
    if params._given_members is not None:
        return int(params._given_members)
    module = params.module
    return MODULES[module].default_members if isinstance(module, str) else 1


def is_ensemble(params: Any) -> bool:
    """Whether outputs have a leading axis of members in training."""
    return count_members(params) > 1 or _shares_weights(params)


def numeric_embedding(params: Any) -> str | None:
    """Return the embedding of numbers; nets of users read them as they are."""
    given: str | None = params.numeric_embedding
    if given != "auto":
        return given
    return "combined" if isinstance(params.module, str) else None


def is_wide(params: Any) -> bool:
    """Whether there is an additive term; nets of users stand alone."""
    if params.wide != "auto":
        return bool(params.wide)
    return isinstance(params.module, str)


def _shares_weights(params: Any) -> bool:
    """Whether the members share weights, and with them their embedding."""
    return isinstance(params.module, str) and MODULES[params.module].shares_weights


def build_module(params: Any, shape: TableShape) -> nn.Module:
    """Build the net for an encoded table.

    Parameters
    ----------
    params : estimator
        Its ``module`` and the parameters of the named modules are read.
    shape : TableShape
        What the net has to fit.
    """
    n_members = count_members(params)
    embed = _embedding(params, shape, 1 if _shares_weights(params) else n_members)
    n_inputs = shape.n_numeric if embed is None else embed.n_outputs
    body = _body(params, n_inputs, shape.n_outputs, n_members)
    combine = shape.combine if is_ensemble(params) else None
    if embed is None and combine is None:
        return body
    if embed is not None and is_wide(params):
        body = WideAndDeep(body, shape.n_outputs)
    return TabularModule(embed, body, combine)


def _embedding(params: Any, shape: TableShape, n_members: int) -> TableEmbedding | None:
    """Return the embedding of the table, None where the net can read it as it is."""
    wide = is_wide(params)
    name = numeric_embedding(params) if shape.n_numeric else None
    if not (name or shape.cardinalities or wide):
        return None
    options = {"n_additive": shape.n_outputs if wide else 0, "n_members": n_members}
    numeric = NUMERIC_EMBEDDINGS[name](params, shape, options)
    categorical = None
    if shape.cardinalities:
        categorical = CategoryEmbedding(shape.cardinalities, **options)
    return TableEmbedding(shape.n_numeric, numeric, categorical)


def _plain(params: Any, shape: TableShape, options: dict[str, int]) -> nn.Module:
    return PlainNumbers(shape.n_numeric, **options)


def _piecewise_linear(
    params: Any, shape: TableShape, options: dict[str, int]
) -> PiecewiseLinearEmbedding:
    return PiecewiseLinearEmbedding(shape.edges(), params.embedding_width, **options)


def _periodic(
    params: Any, shape: TableShape, options: dict[str, int]
) -> PeriodicEmbedding:
    return PeriodicEmbedding(shape.n_numeric, params.embedding_width, **options)


def _combined(params: Any, shape: TableShape, options: dict[str, int]) -> nn.Module:
    waves = _periodic(params, shape, options | {"n_additive": 0})
    return CombinedEmbedding(_piecewise_linear(params, shape, options), waves)


NUMERIC_EMBEDDINGS: dict[str | None, Callable[..., nn.Module]] = {
    None: _plain,
    "combined": _combined,
    "piecewise_linear": _piecewise_linear,
    "periodic": _periodic,
}


def _body(params: Any, n_inputs: int, n_outputs: int, n_members: int) -> nn.Module:
    module = params.module
    if isinstance(module, str):
        body: nn.Module = MODULES[module](
            n_inputs,
            n_outputs,
            hidden_layer_sizes=hidden_widths(params.hidden_layer_sizes),
            activation=params.activation,
            dropout=params.dropout,
            n_members=n_members,
        )
        return body
    if n_members > 1 and isinstance(module, nn.Module):
        raise ValueError(
            f"n_members={n_members} copies of one module={type(module).__name__} would "
            "all learn the same; pass its class, or a function that builds it."
        )
    nets = [_foreign(module, n_inputs, n_outputs) for _ in range(n_members)]
    return nets[0] if n_members == 1 else Members(nets)


def _foreign(module: Any, n_inputs: int, n_outputs: int) -> nn.Module:
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
