"""Does the embedding still tell rows apart? A falling loss does not say so."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import Callback
from torch import Tensor

from ..metrics import embedding_diversity

_MEASURES = ("row_std", "effective_rank", "mean_cosine")
# Rows that are looked at, of which a few hundred say enough.
MONITORED_ROWS = 500
# What has to be left of the untrained encoder's diversity, and how much further apart
# rows must be for lost directions not to matter.
_RANK_LEFT, _SPREAD_LEFT, _SPREAD_GROWN = 0.25, 0.1, 1.75


class RepresentationCollapseWarning(ConvergenceWarning):
    """The embedding hardly depends on the row, or on few directions only.

    Examples
    --------
    >>> from sklearn.exceptions import ConvergenceWarning
    >>> from skreg.pretraining import RepresentationCollapseWarning
    >>> issubclass(RepresentationCollapseWarning, ConvergenceWarning)
    True
    """


def has_collapsed(now: dict[str, float], untrained: dict[str, float]) -> bool:
    """Whether an embedding has lost most of what it had before training.

    Fewer directions than before are a loss if the rows do not spread further along
    them: few factors well told apart are what one hopes for in redundant columns.
    """
    before = untrained["effective_rank"]
    spread = now["row_std"] / max(untrained["row_std"], 1e-12)
    # Tables of few columns have a small rank from the start.
    least = min(2.0, 0.5 * before)
    if spread < _SPREAD_GROWN:
        least = max(least, _RANK_LEFT * before)
    return now["effective_rank"] < least or spread < _SPREAD_LEFT


def last_measures(history: Mapping[str, list[float]]) -> dict[str, float]:
    """Return the diversity after the last epoch, nothing after none."""
    return {name: history[name][-1] for name in _MEASURES if name in history}


def warn_of_collapse(
    history: Mapping[str, list[float]], untrained: dict[str, float]
) -> None:
    """Say what has become of the embedding, and what to do."""
    now = last_measures(history)
    told = ", ".join(f"{k} {untrained[k]:.3g} -> {now[k]:.3g}" for k in now)
    warnings.warn(
        f"The embedding has collapsed ({told}): rows are hardly told apart, although "
        "the loss may be small. Try target_norm='batch', a lower lr, a momentum "
        "`ema` closer to 1, or fewer epochs, and compare with max_epochs=0.",
        RepresentationCollapseWarning,
        stacklevel=4,
    )


class DiversityMonitor(Callback):
    """Records the diversity of the embedding of some rows after every epoch.

    Parameters
    ----------
    rows : Tensor of shape (n_rows, width)
        Encoded rows.
    untrained : dict or None
        The diversity before training; None measures it at the beginning.
    """

    def __init__(self, rows: Tensor, untrained: dict[str, float] | None) -> None:
        self.rows = rows
        self.untrained = untrained

    def on_train_begin(self, net: Any, **kwargs: Any) -> None:
        """Measure the untrained encoder."""
        if self.untrained is None:
            self.untrained = self._measure(net)

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        """Record the diversity of now."""
        for name, value in self._measure(net).items():
            net.history.record(name, value)

    def verdict(self, history: Mapping[str, list[float]]) -> dict[str, Any]:
        """Return the diversity before training, and whether it has collapsed."""
        now, untrained = last_measures(history), self.untrained
        collapsed = bool(now and untrained) and has_collapsed(now, untrained or {})
        return {"untrained_": untrained, "collapsed_": collapsed}

    def _measure(self, net: Any) -> dict[str, float]:
        with torch.inference_mode():
            return embedding_diversity(net.module_(self.rows).flatten(1))


def monitored(rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Choose the rows to look at."""
    if len(rows) <= MONITORED_ROWS:
        return rows
    return np.random.default_rng(seed).choice(rows, MONITORED_ROWS, replace=False)
