"""The losses of the batches of an epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor


class LossRecord:
    """Keeps the losses of all batches on the device until the epoch ends.

    Every loss is copied into its slot of one tensor. The losses themselves, small
    tensors among the large ones of a step, would keep the memory in between from
    being used again: a fit on a million rows then takes twice as much.

    Parameters
    ----------
    sizes : sequence of int
        Rows of each batch.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._shares = torch.tensor(sizes, dtype=torch.float64) / sum(sizes)
        self._values: dict[str, Tensor] = {}
        self._slots: dict[str, tuple[Tensor, ...]] = {}

    def note(self, batch: int, terms: Mapping[str, Tensor]) -> None:
        """Write down the summands of the loss of a batch, by name."""
        for name, term in terms.items():
            if name not in self._slots:
                self._values[name] = term.new_empty(len(self._shares))
                self._slots[name] = self._values[name].unbind()
            self._slots[name][batch].copy_(term)

    def means(self) -> dict[str, float]:
        """Return the mean over the rows of every summand."""
        return {
            name: float(values.cpu().double() @ self._shares)
            for name, values in self._values.items()
        }
