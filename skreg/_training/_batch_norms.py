"""Batch norms of users' modules, which cannot train on a single row."""

from __future__ import annotations

from torch import nn

from ._data import batch_sizes


def check_batch_norms(module: nn.Module, n_rows: int, batch_size: int) -> None:
    """Raise if a batch norm would get a step with one row.

    Parameters
    ----------
    module : torch.nn.Module
        The net.
    n_rows : int
        Rows that train.
    batch_size : int
        Rows of a step.

    Raises
    ------
    ValueError
        With what can be done.

    Examples
    --------
    >>> from torch import nn
    >>> from skreg._training._batch_norms import check_batch_norms
    >>> check_batch_norms(nn.BatchNorm1d(4), n_rows=65, batch_size=64)
    """
    if 1 not in batch_sizes(n_rows, batch_size):
        return
    if any(isinstance(layer, nn.BatchNorm1d) for layer in module.modules()):
        raise ValueError(
            f"module has a BatchNorm1d, which needs two rows a step, but there are "
            f"{n_rows} rows and batch_size={batch_size}. Raise batch_size, give more "
            "rows, or take nn.LayerNorm in its place."
        )
