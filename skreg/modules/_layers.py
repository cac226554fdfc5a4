"""Finding layers inside any module."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from ._stacked_linear import StackedLinear


def weight_layers(module: nn.Module) -> list[nn.Module]:
    """Return the layers that have a weight matrix or kernel, in order.

    Parameters
    ----------
    module : torch.nn.Module
        Any module.

    Returns
    -------
    layers : list of torch.nn.Module
        Linear and convolutional layers; embeddings and norms are left out.
    """
    kinds = nn.Linear | _ConvNd | StackedLinear
    return [m for m in module.modules() if isinstance(m, kinds)]


def weight_matrices(layer: nn.Module) -> list[Tensor]:
    """Return the weights of a layer as matrices, one for each member of an ensemble.

    Parameters
    ----------
    layer : torch.nn.Module
        One of `weight_layers`.

    Returns
    -------
    weights : list of Tensor of shape (n_out, n_in)
        Views of the weight; kernels are flattened.
    """
    weight = layer.weight
    assert isinstance(weight, Tensor)
    members = weight.unbind() if isinstance(layer, StackedLinear) else (weight,)
    return [member.flatten(1) for member in members]


def find_head(module: nn.Module) -> nn.Module | None:
    """Return the last layer, whose input is called the features.

    Parameters
    ----------
    module : torch.nn.Module
        Any module. A submodule named ``head`` is taken first, else the last
        ``torch.nn.Linear`` in order of definition.

    Returns
    -------
    head : torch.nn.Module or None
        None if there is neither.
    """
    for name, child in module.named_modules():
        if name.split(".")[-1] == "head":
            return child
    linear = [m for m in module.modules() if isinstance(m, nn.Linear)]
    return linear[-1] if linear else None


def output_and_features(module: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Run any module and read the input of its last layer on the way.

    Parameters
    ----------
    module : torch.nn.Module
        A module with a head, as :func:`find_head` finds it.
    inputs : Tensor
        What it reads.

    Returns
    -------
    output : Tensor
        What the module returns.
    features : Tensor
        What its last layer got.
    """
    seen: list[Tensor] = []

    def keep(head: nn.Module, args: tuple[Tensor, ...]) -> None:
        seen.append(args[0])

    handle = cast(nn.Module, find_head(module)).register_forward_pre_hook(keep)
    try:
        output = module(inputs)
    finally:
        handle.remove()
    return output, seen[-1]
