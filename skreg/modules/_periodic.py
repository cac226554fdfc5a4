"""Learnt waves of numeric columns, alone or beside curves."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ._numeric_embedding import Embedded, PiecewiseLinearEmbedding, PlainNumbers
from ._stacked_linear import uniform

# Entries of a product that kernels compute alike.
_FILL = 16


class PeriodicEmbedding(nn.Module):
    """Every numeric column as learnt waves, linearly combined, beside itself.

    Parameters
    ----------
    n_features : int
        Number of columns.
    width : int, default=8
        Dimensions made of the waves of a column, which is kept beside them.
    n_frequencies : int, default=16
        Waves of a column.
    sigma : float, default=0.1
        Standard deviation of the initial frequencies, in cycles per unit.
    n_additive : int, default=0
        Outputs of a linear term beside the net.
    n_members : int, default=1
        Members of an ensemble, each with waves of its own.

    References
    ----------
    .. [1] Y. Gorishniy, I. Rubachev, A. Babenko. "On Embeddings for Numerical
       Features in Tabular Deep Learning", NeurIPS 2022, eq. 2.
    .. [2] D. Holzmueller, L. Grinsztajn, I. Steinwart. "Better by Default", NeurIPS
       2024: the phase in place of the sine, and the column itself kept.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import PeriodicEmbedding
    >>> PeriodicEmbedding(2, width=3)(torch.zeros(5, 2))[0].shape
    torch.Size([5, 8])
    """

    holds_numbers = True

    def __init__(
        self,
        n_features: int,
        width: int = 8,
        *,
        n_frequencies: int = 16,
        sigma: float = 0.1,
        n_additive: int = 0,
        n_members: int = 1,
    ) -> None:
        super().__init__()
        self.width = width
        self.n_outputs = n_features * (width + 1)
        lead = (n_members,) if n_members > 1 else ()
        waves = (*lead, n_features, 1, n_frequencies)
        self.frequency = nn.Parameter(torch.randn(waves) * sigma)
        self.phase = nn.Parameter((torch.rand(waves) * 2 - 1) * math.pi)
        shape = (*lead, n_features)
        self.weight = uniform(n_frequencies, *shape, n_frequencies, width)
        self.bias = uniform(n_frequencies, *shape, 1, width)
        self.plain = PlainNumbers(
            n_features, n_additive=n_additive, n_members=n_members
        )

    def forward(self, x: Tensor) -> Embedded:
        """Return the combined waves, and the linear term."""
        columns = x.T.unsqueeze(-1)  # (features, batch, 1)
        angle = 2 * math.pi * columns * self.frequency + self.phase
        # The last bits of a row depend on its position unless rows fill cache lines.
        weight = functional.pad(self.weight, (0, -self.width % _FILL))
        made = (angle.cos() @ weight)[..., : self.width] + self.bias
        kept = columns.expand(*made.shape[:-1], 1)
        both = torch.cat([kept, made], -1)
        return both.transpose(-3, -2).flatten(-2), self.plain(x)[1]


class CombinedEmbedding(nn.Module):
    """Curves and waves of every numeric column side by side.

    Curves follow steps and spikes of a column, waves are smooth and reach beyond the
    training rows; a net with both is better on most tables than with either.

    Parameters
    ----------
    curves : PiecewiseLinearEmbedding
        Gives the additive term, too.
    waves : PeriodicEmbedding
        Without an additive term.
    """

    holds_numbers = True

    def __init__(
        self, curves: PiecewiseLinearEmbedding, waves: PeriodicEmbedding
    ) -> None:
        super().__init__()
        self.curves = curves
        self.waves = waves
        self.n_outputs = curves.n_outputs + waves.n_outputs

    def forward(self, x: Tensor) -> Embedded:
        """Return both side by side, and the additive term of the curves."""
        dense, additive = self.curves(x)
        return torch.cat([dense, self.waves(x)[0]], -1), additive
