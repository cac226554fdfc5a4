"""From the latents of a row to its embedding."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from torch import Tensor, nn

from ..modules import JEPA

# What becomes of latents of shape (n_rows, n_tokens, width), given the number of
# tokens for the whole row, which come first.
READOUTS: dict[str, Callable[[Tensor, int], Tensor]] = {
    "flatten": lambda latents, n_reg: latents.flatten(1),
    "mean": lambda latents, n_reg: latents[:, n_reg:].mean(1),
    "reg": lambda latents, n_reg: latents[:, :n_reg].flatten(1),
    "tokens": lambda latents, n_reg: latents,
}


# Bytes of an embedding above which a warning is given.
_LARGE = 2**30


class Readout(nn.Module):
    """The embedding of encoded rows.

    Parameters
    ----------
    jepa : JEPA
        Its target encoder is used.
    output : str
        One of ``READOUTS``.
    """

    def __init__(self, jepa: JEPA, output: str) -> None:
        super().__init__()
        self.jepa = jepa
        self.output = output

    def forward(self, x: Tensor) -> Tensor:
        """Return embeddings."""
        return READOUTS[self.output](self.jepa(x), self.jepa.n_reg_tokens)


def embedding_names(
    output: str, columns: Sequence[str], n_reg: int, width: int
) -> list[str]:
    """Name the dimensions of an embedding after the columns of the table.

    Examples
    --------
    >>> from skreg.pretraining._readout import embedding_names
    >>> embedding_names("flatten", ["age"], 1, 2)
    ['reg0__0', 'reg0__1', 'age__0', 'age__1']
    >>> embedding_names("mean", ["age"], 1, 2)
    ['tjepa0', 'tjepa1']
    """
    if output == "mean":
        return [f"tjepa{i}" for i in range(width)]
    tokens = [f"reg{i}" for i in range(n_reg)]
    if output != "reg":
        tokens += columns
    return [f"{token}__{i}" for token in tokens for i in range(width)]


def warn_of_size(shape: tuple[int, int], dtype: str) -> None:
    """Warn of embeddings that take much memory."""
    size = shape[0] * shape[1] * np.dtype(dtype).itemsize
    if size > _LARGE:
        warnings.warn(
            f"The embedding of {shape[0]} rows takes {size / 2**30:.1f} GiB; "
            "output='mean', a smaller hidden_dim or parts of X take less.",
            UserWarning,
            stacklevel=5,
        )
