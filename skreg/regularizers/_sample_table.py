"""Memory with one row per training row."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from .._fitted_state import Savable


class SampleTable(Savable):
    """A table that remembers one vector for every training row.

    Methods that learn from a row's own past (ELR, self-distillation) keep it here.
    Batches address it by their row numbers; mixed batches read it through
    :meth:`skreg.regularizers.Step.blend`. Pickles hold plain memory of the host, so
    they load on a machine without the accelerator.

    Parameters
    ----------
    values : Tensor of shape (n_rows, n_columns)
        The memory; used as it is, not copied.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import SampleTable
    >>> table = SampleTable.zeros(4, 2)
    >>> rows = torch.tensor([3, 1])
    >>> _ = table.average(rows, torch.tensor([[1.0, 0.0], [0.0, 1.0]]), momentum=0.5)
    >>> table.read(torch.tensor([1, 2]))
    tensor([[0.0000, 0.5000],
            [0.0000, 0.0000]])
    """

    def __init__(self, values: Tensor) -> None:
        self.values = values

    @classmethod
    def zeros(
        cls,
        n_rows: int,
        n_columns: int,
        *,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> SampleTable:
        """Return a table of zeros: rows without any memory yet."""
        return cls(torch.zeros(n_rows, n_columns, dtype=dtype, device=device))

    def read(self, index: Tensor) -> Tensor:
        """Return the rows with these numbers, of shape (batch, n_columns)."""
        return self.values.index_select(-2, index)

    def write(self, index: Tensor, rows: Tensor) -> None:
        """Replace rows; the numbers must be distinct."""
        self.values.index_copy_(-2, index, rows.detach().to(self.values.dtype))

    def average(self, index: Tensor, rows: Tensor, momentum: float) -> Tensor:
        """Move rows towards new ones: ``momentum * old + (1 - momentum) * new``.

        Returns
        -------
        rows : Tensor of shape (batch, n_columns)
            What is stored now.
        """
        new = rows.detach() if rows.requires_grad else rows
        moved = self.read(index).lerp_(new.to(self.values.dtype), 1.0 - momentum)
        self.values.index_copy_(-2, index, moved)
        return moved

    def numpy(self) -> NDArray[Any]:
        """Return a copy of the table as an array."""
        return self.values.detach().cpu().numpy().copy()

    def to(self, device: torch.device) -> SampleTable:
        """Return the table on a device."""
        return SampleTable(self.values.to(device))

    def __len__(self) -> int:
        return int(self.values.shape[-2])

    def __repr__(self) -> str:
        return f"SampleTable(n_rows={len(self)}, n_columns={self.values.shape[-1]})"
