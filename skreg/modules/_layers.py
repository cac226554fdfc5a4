"""Finding layers inside any module."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.conv import _ConvNd


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
    return [m for m in module.modules() if isinstance(m, nn.Linear | _ConvNd)]


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
