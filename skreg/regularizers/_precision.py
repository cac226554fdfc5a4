"""Precision that logarithms and sums of probabilities need."""

from torch import Tensor


def at_least_single(logits: Tensor) -> Tensor:
    """Return half precision as float32: 1 - 1e-4 is 1 in it, and log(0) infinite."""
    return logits.float() if logits.element_size() < 4 else logits
