"""Training data as tensors on the device, and batches of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from skorch.dataset import Dataset
from torch import Tensor


class Batch(NamedTuple):
    """Rows of a table: encoded inputs, target, sample weight and row numbers."""

    inputs: Tensor
    target: Tensor
    weight: Tensor | None
    rows: Tensor

    def __len__(self) -> int:
        return int(self.rows.shape[0])


@dataclass(frozen=True, eq=False)
class TableDataset(Dataset):
    """Some rows of a table that lies on the device.

    A split into training and validation rows is two of these over the same
    tensors; nothing is copied. Callbacks of skorch ask for ``X`` and ``y``.

    Parameters
    ----------
    inputs : Tensor of shape (n_samples, width)
        Encoded table.
    target : Tensor of shape (n_samples, ...)
        Class indices or scaled values.
    weight : Tensor of shape (n_samples,) or None
        Sample weights.
    rows : Tensor of shape (n_rows,)
        Numbers of the rows that belong to this part.
    """

    inputs: Tensor
    target: Tensor
    weight: Tensor | None
    rows: Tensor

    def __len__(self) -> int:
        return int(self.rows.shape[0])

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        row = self.rows[i]
        return self.inputs[row], self.target[row]

    @property
    def X(self) -> Tensor:
        """Encoded inputs of these rows."""
        return self.inputs.index_select(0, self.rows)

    @property
    def y(self) -> Tensor:
        """Targets of these rows."""
        return self.target.index_select(0, self.rows)

    def take(self, index: Tensor) -> Batch:
        """Return the rows with these numbers as a batch."""
        weight = self.weight
        return Batch(
            self.inputs.index_select(0, index),
            self.target.index_select(0, index),
            None if weight is None else weight.index_select(0, index),
            index,
        )


class BatchIterator:
    """One pass over a data set, in batches cut from memory.

    Parameters
    ----------
    dataset : TableDataset
        The rows.
    batch_size : int
        Rows of a batch; a single left-over row joins the batch before it, since
        batch norms and methods that compare rows cannot use one alone.
    generator : torch.Generator or None
        Source of a new random order in every pass; None keeps the order.

    Attributes
    ----------
    sizes : list of int
        Rows of each batch.
    """

    def __init__(
        self,
        dataset: TableDataset,
        batch_size: int,
        generator: torch.Generator | None = None,
    ) -> None:
        self.dataset = dataset
        self.sizes = batch_sizes(len(dataset), batch_size)
        self.generator = generator

    def __len__(self) -> int:
        return len(self.sizes)

    def __iter__(self) -> Iterator[Batch]:
        rows = self.dataset.rows
        if self.generator is not None:
            order = torch.randperm(
                len(rows), generator=self.generator, device=rows.device
            )
            rows = rows.index_select(0, order)
        yield from map(self.dataset.take, rows.split(self.sizes))


def batch_sizes(n_rows: int, batch_size: int) -> list[int]:
    """Cut a number of rows into batches, never leaving one row alone.

    Examples
    --------
    >>> from skreg._training._data import batch_sizes
    >>> batch_sizes(10, 4), batch_sizes(9, 4), batch_sizes(1, 4)
    ([4, 4, 2], [4, 5], [1])
    """
    n_full, rest = divmod(n_rows, batch_size)
    sizes = [batch_size] * n_full
    if rest == 1 and sizes:
        sizes[-1] += 1
    elif rest:
        sizes.append(rest)
    return sizes
