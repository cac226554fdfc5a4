"""The estimator that all presets share."""

from __future__ import annotations

from functools import partial
from typing import Any

from numpy.typing import ArrayLike
from torch import nn

from .._parameters import parameters
from .._sklearn import fit_context
from ..preprocessing._bins import bin_edges
from . import _auto as auto
from ._distillation import distill
from ._modules import TableShape, build_module, count_members, is_ensemble
from ._net_parameters import NetParameters
from ._session import Session
from ._table_estimator import TableEstimator


@parameters
class NetEstimator(TableEstimator, NetParameters):
    """What all estimators that predict with a net do alike.

    A role (classifier or regressor) adds the target's codec and the predictions, a
    preset its own regularizers.

    Parameters
    ----------
    {parameters}
    """

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> Any:
        """Train on a table.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Numbers, categories, strings and booleans; entries may be missing.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows. A weight of k counts as k copies, 0 as absence.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If data or parameters do not fit; the estimator is then left as it was.
        """
        resume = self.warm_start and hasattr(self, "net_")
        return self._train(X, y, sample_weight, self.max_epochs, resume=resume)

    def distill(
        self,
        X: Any,
        *,
        sample_weight: ArrayLike | None = None,
        n_copies: int = 2,
        **params: Any,
    ) -> Any:
        """Teach one small net what this estimator knows.

        The student learns this estimator's outputs, on the rows and on copies with
        entries from other rows. It predicts at the price of a single net.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows to learn on; they need no labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.
        n_copies : int, default=2
            Changed copies of every row.
        **params
            What the student has different, such as `hidden_layer_sizes`; it is a
            single net unless `n_members` is given, and trained without regularizers.

        Returns
        -------
        student : estimator
            Fitted, of the same class.

        References
        ----------
        .. [1] G. Hinton, O. Vinyals, J. Dean. "Distilling the Knowledge in a Neural
           Network", 2015.
        .. [2] R. Fakoor et al. "Fast, Accurate, and Simple Models for Tabular
           Data via Augmented Distillation", NeurIPS 2020.
        """
        return distill(
            self, X, sample_weight=sample_weight, n_copies=n_copies, params=params
        )

    def _held_out(self) -> float | None:
        return self.validation_fraction if self.early_stopping else None

    def _stops_early(self) -> bool:
        return self.early_stopping

    def _build_module(self, session: Session) -> nn.Module:
        n_numeric = session.encoder.n_numeric_out_
        n_bins = auto.n_bins(self.n_bins, len(session.rows.train))
        shape = TableShape(
            n_numeric=n_numeric,
            cardinalities=session.encoder.cardinalities_,
            n_outputs=session.codec.n_outputs,
            edges=partial(
                bin_edges,
                session.inputs[:, :n_numeric],
                n_bins,
                sample_weight=session.rows.training_weight(len(session.inputs)),
            ),
            combine=session.codec.combine,
        )
        return build_module(self, shape)

    def _count_members(self) -> int | None:
        return count_members(self) if is_ensemble(self) else None

    def _draws_globally(self) -> bool:
        return not isinstance(self.module, str)
