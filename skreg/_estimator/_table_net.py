"""From the parameters of a net to a module that fits the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from torch import nn

from ..modules import (
    MLP,
    CategoryEmbedding,
    CombinedEmbedding,
    Members,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    PlainNumbers,
    ResNet,
    TableEmbedding,
    TabM,
    TabularModule,
    WideAndDeep,
)
from ..preprocessing._bins import bin_edges
from . import _auto as auto
from ._architecture import TrainingTable
from ._user_module import user_module

MODULES: dict[str, type[MLP] | type[ResNet]] = {
    "mlp": MLP,
    "resnet": ResNet,
    "tabm": TabM,
}


class NumericEmbedding(Protocol):
    """Builds what a net gets of the numeric columns."""

    def __call__(
        self, net: TableNet, table: TrainingTable, /, **options: int
    ) -> nn.Module:
        """Return the module; ``options`` are those of all embeddings."""


def hidden_widths(sizes: int | Sequence[int]) -> tuple[int, ...]:
    """Return the widths of the hidden layers as a tuple.

    Raises
    ------
    ValueError
        If one is not a positive whole number.
    """
    many: Any = sizes if np.ndim(sizes) else (sizes,)
    widths = tuple(many)
    if not all(_is_width(width) for width in widths):
        raise ValueError(
            f"hidden_layer_sizes={sizes!r} must be whole numbers of at least 1, one "
            "for each hidden layer, such as (128, 128)."
        )
    return tuple(int(width) for width in widths)


def _is_width(width: Any) -> bool:
    if isinstance(width, bool) or not isinstance(width, int | np.integer):
        return False
    return bool(1 <= width < 2**31)


@dataclass(frozen=True, kw_only=True)
class TableNet:
    """A net by its parameters, which are those of the estimators.

    Attributes
    ----------
    module : str, torch.nn.Module or callable
        A name, a net, or what builds one of the numbers of inputs and outputs.
    members : int or None
        Nets of an ensemble, None for the module's own number.
    hidden_layer_sizes, activation, dropout
        Of the named modules.
    numeric_embedding : str or None
        Name of the embedding of numeric columns, or 'auto'.
    n_bins, embedding_width
        Of the embeddings.
    wide : bool or 'auto'
        Whether there is an additive term.
    """

    module: Any
    members: int | None = field(compare=False)  # `n_members` is compared
    hidden_layer_sizes: int | Sequence[int]
    activation: str
    dropout: float
    numeric_embedding: str | None
    n_bins: int | str
    embedding_width: int
    wide: bool | str

    @property
    def is_named(self) -> bool:
        """Whether the net is one of ours; nets of users read numbers as they are."""
        return isinstance(self.module, str)

    @property
    def draws_globally(self) -> bool:
        """Whether training may draw from torch's global generator."""
        return not self.is_named

    @property
    def n_members(self) -> int | None:
        """Members of an ensemble, None for a single net."""
        return self._count if self._is_ensemble else None

    @property
    def _embedding(self) -> str | None:
        """The embedding of numbers."""
        if self.numeric_embedding != "auto":
            return self.numeric_embedding
        return "combined" if self.is_named else None

    @property
    def is_wide(self) -> bool:
        """Whether there is an additive term; nets of users stand alone."""
        return self.is_named if self.wide == "auto" else bool(self.wide)

    def build(self, table: TrainingTable) -> nn.Module:
        """Return a new net.

        Parameters
        ----------
        table : TrainingTable
            What the net has to fit.
        """
        embed = self._table_embedding(table)
        target = table.target
        n_inputs = table.encoder.n_numeric_out_ if embed is None else embed.n_outputs
        body = self._body(n_inputs, target.n_outputs)
        combine = target if self._is_ensemble else None
        if embed is None and combine is None:
            return body
        if embed is not None and self.is_wide:
            body = WideAndDeep(body, target.n_outputs)
        return TabularModule(embed, body, combine)

    @property
    def _count(self) -> int:
        if self.members is not None:
            return int(self.members)
        return MODULES[self.module].default_members if self.is_named else 1

    @property
    def _is_ensemble(self) -> bool:
        """Whether outputs have a leading axis of members in training."""
        return self._count > 1 or self._shares_weights

    @property
    def _shares_weights(self) -> bool:
        """Whether the members share weights, and with them their embedding."""
        return self.is_named and MODULES[self.module].shares_weights

    def _table_embedding(self, table: TrainingTable) -> TableEmbedding | None:
        """Return the embedding of the table, None where the net reads it as it is."""
        encoder = table.encoder
        n_numeric, cardinalities = encoder.n_numeric_out_, encoder.cardinalities_
        name = self._embedding if n_numeric else None
        if not (name or cardinalities or self.is_wide):
            return None
        options = {
            "n_additive": table.target.n_outputs if self.is_wide else 0,
            "n_members": 1 if self._shares_weights else self._count,
        }
        numeric = NUMERIC_EMBEDDINGS[name](self, table, **options)
        categorical = None
        if cardinalities:
            categorical = CategoryEmbedding(cardinalities, **options)
        return TableEmbedding(n_numeric, numeric, categorical)

    def _body(self, n_inputs: int, n_outputs: int) -> nn.Module:
        module, n_members = self.module, self._count
        if isinstance(module, str):
            body: nn.Module = MODULES[module](
                n_inputs,
                n_outputs,
                hidden_layer_sizes=hidden_widths(self.hidden_layer_sizes),
                activation=self.activation,
                dropout=self.dropout,
                n_members=n_members,
            )
            return body
        if n_members > 1 and isinstance(module, nn.Module):
            raise ValueError(
                f"n_members={n_members} copies of one module={type(module).__name__} "
                "would all learn the same; pass its class, or a function that builds "
                "it."
            )
        nets = [user_module(module, n_inputs, n_outputs) for _ in range(n_members)]
        return nets[0] if n_members == 1 else Members(nets)


def _plain(net: TableNet, table: TrainingTable, /, **options: int) -> nn.Module:
    return PlainNumbers(table.encoder.n_numeric_out_, **options)


def _piecewise_linear(
    net: TableNet, table: TrainingTable, /, **options: int
) -> PiecewiseLinearEmbedding:
    edges = bin_edges(
        table.inputs[:, : table.encoder.n_numeric_out_],
        auto.n_bins(net.n_bins, len(table.rows.train)),
        sample_weight=table.rows.training_weight(len(table.inputs)),
    )
    return PiecewiseLinearEmbedding(edges, net.embedding_width, **options)


def _periodic(
    net: TableNet, table: TrainingTable, /, **options: int
) -> PeriodicEmbedding:
    n_numeric = table.encoder.n_numeric_out_
    return PeriodicEmbedding(n_numeric, net.embedding_width, **options)


def _combined(net: TableNet, table: TrainingTable, /, **options: int) -> nn.Module:
    waves = _periodic(net, table, **(options | {"n_additive": 0}))
    return CombinedEmbedding(_piecewise_linear(net, table, **options), waves)


NUMERIC_EMBEDDINGS: dict[str | None, NumericEmbedding] = {
    None: _plain,
    "combined": _combined,
    "piecewise_linear": _piecewise_linear,
    "periodic": _periodic,
}
