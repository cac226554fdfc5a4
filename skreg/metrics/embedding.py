"""How much embeddings tell rows apart."""

from __future__ import annotations

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from .._checks import Numbers

_MOST_ROWS = 20_000


def embedding_diversity(embedding: ArrayLike | Tensor) -> dict[str, float]:
    """Measure how much an embedding tells rows apart.

    Parameters
    ----------
    embedding : array-like or Tensor of shape (n_samples, n_dimensions)
        At least two rows. The cost grows with the cube of the smaller of the two
        numbers; a few hundred rows say enough.

    Returns
    -------
    diversity : dict of str to float
        - 'row_std': standard deviation over the rows, averaged over the dimensions;
        - 'effective_rank': exponential of the entropy of the principal components'
          shares of the variance [1]_, the number of directions in use;
        - 'mean_cosine': mean cosine between two rows; 1 if all point the same way.

    Raises
    ------
    ValueError
        If an array has another number of axes, or an entry is missing or infinite.

    References
    ----------
    .. [1] O. Roy, M. Vetterli. "The Effective Rank: A Measure of Effective
       Dimensionality", EUSIPCO 2007, here of the covariance matrix.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.metrics import embedding_diversity
    >>> diversity = embedding_diversity(np.eye(4))
    >>> round(diversity["effective_rank"], 6), abs(diversity["mean_cosine"]) < 1e-12
    (3.0, True)
    """
    if isinstance(embedding, Tensor):
        # Not every accelerator has double precision.
        embedding = embedding.detach().cpu().to(torch.float64).numpy()
    checked_rows = Numbers(n_axes=(2,))(embedding, "embedding")
    if min(checked_rows.shape) > _MOST_ROWS:
        raise ValueError(
            f"embedding has the shape {checked_rows.shape}, whose products need too "
            f"much memory; pass at most {_MOST_ROWS} rows, a few hundred are enough."
        )
    rows = torch.from_numpy(checked_rows.copy())
    n = len(rows)
    centred = rows - rows.mean(0)
    narrow = rows.shape[1] < n
    gram = centred.T @ centred if narrow else centred @ centred.T
    spectrum = torch.linalg.eigvalsh(gram).clamp(min=0)
    total = spectrum.sum()
    entropy = torch.special.entr(spectrum / total).sum() if total > 0 else total
    unit = rows / rows.norm(dim=1, keepdim=True).clamp(min=1e-12)
    cosine = (unit.sum(0).square().sum() - unit.square().sum()) / max(n * (n - 1), 1)
    return {
        "row_std": float(centred.square().mean(0).sqrt().mean()),
        "effective_rank": float(entropy.exp()),
        "mean_cosine": float(cosine),
    }
