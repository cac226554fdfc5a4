"""Tensors as arrays, in all of torch's types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


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
        flat = host.contiguous().flatten().view(torch.uint8)
        name = str(host.dtype).removeprefix("torch.")
        shape = list(host.shape)
        return content | {"array": flat.numpy(), "dtype": name, "shape": shape}


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
        tensor = tensor.view(dtype).reshape(content["shape"])
    learns = bool(content["learns"])
    if content["is_parameter"]:
        return nn.Parameter(tensor, requires_grad=learns)
    return tensor.requires_grad_(learns)
