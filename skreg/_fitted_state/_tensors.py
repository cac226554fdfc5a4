"""Tensors as arrays, in all of torch's types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

# Integers that hold the bits of types which numpy does not have.
_OF_SIZE = {1: torch.uint8, 2: torch.int16, 4: torch.int32}


def pack_tensor(value: Tensor) -> dict[str, Any]:
    """Return what a tensor is made of, wherever it is."""
    content = {
        "is_parameter": isinstance(value, nn.Parameter),
        "learns": value.requires_grad,
    }
    host = value.detach().cpu()
    try:
        return content | {"array": host.numpy()}
    except TypeError:  # a type that numpy does not have, such as bfloat16
        bits = host.view(_OF_SIZE[host.element_size()]).numpy()
        name = str(host.dtype).removeprefix("torch.")
        return content | {"array": bits, "dtype": name}


def unpack_tensor(content: Mapping[str, Any]) -> Tensor:
    """Return the tensor on the host.

    Raises
    ------
    ValueError
        If its type is none of torch.
    """
    # A copy, since the array may be a part of a file.
    tensor = torch.from_numpy(np.array(content["array"]))
    if "dtype" in content:
        dtype = getattr(torch, str(content["dtype"]), None)
        if not isinstance(dtype, torch.dtype):
            raise ValueError(f"{content['dtype']!r} is no type of torch.")
        tensor = tensor.view(dtype)
    learns = bool(content["learns"])
    if content["is_parameter"]:
        return nn.Parameter(tensor, requires_grad=learns)
    return tensor.requires_grad_(learns)
