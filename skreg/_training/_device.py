"""Where a net runs, and in which precision."""

from __future__ import annotations

import torch

DTYPES = {"float32": torch.float32, "float64": torch.float64}


def available_devices() -> list[str]:
    """Return the usable kinds of device, the best first."""
    names = []
    if torch.cuda.is_available():
        names.append("cuda")
    if torch.backends.mps.is_available():
        names.append("mps")
    return [*names, "cpu"]


def resolve_device(device: str | torch.device, dtype: str) -> torch.device:
    """Turn a parameter into a device of this machine.

    Raises
    ------
    ValueError
        If the device does not exist here or cannot do the precision.
    """
    names = available_devices()
    if device == "auto":
        usable = [n for n in names if n != "mps" or dtype == "float32"]
        return torch.device(usable[0])
    try:
        resolved = torch.device(device)
    except RuntimeError:
        resolved = None
    if resolved is None or resolved.type not in names or _missing_index(resolved):
        raise ValueError(
            f"device={str(device)!r} is not available on this machine; use 'auto' or "
            f"one of {names}."
        )
    if resolved.type == "mps" and dtype == "float64":
        raise ValueError(
            "device='mps' has no float64; use dtype='float32' or device='cpu'."
        )
    return resolved


def _missing_index(device: torch.device) -> bool:
    count = torch.cuda.device_count() if device.type == "cuda" else 1
    return device.index is not None and device.index >= count
