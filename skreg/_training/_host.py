"""Nested state with tensors as arrays, which any machine can unpickle."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor


def on_host(state: Any) -> Any:
    """Return a copy of nested dictionaries and lists with arrays for tensors."""
    if isinstance(state, Tensor):
        return state.detach().cpu().numpy().copy()
    return _map(state, on_host)


def from_host(state: Any) -> Any:
    """Return the same with tensors for arrays."""
    if isinstance(state, np.ndarray):
        return torch.from_numpy(state.copy())
    return _map(state, from_host)


def _map(state: Any, convert: Any) -> Any:
    if isinstance(state, dict):
        return {key: convert(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return type(state)(convert(value) for value in state)
    return state
