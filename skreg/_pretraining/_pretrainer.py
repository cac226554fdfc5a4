"""Pretraining on the common loop: what T-JEPA adds to a net on a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn

from .._estimator._session import Session
from .._estimator._table_estimator import TableEstimator
from .._parameters import Doc, defaults, field, parameters
from .._sklearn import num_samples
from .._training._net import RegularizedNet
from ..modules import JEPA
from ..preprocessing._columns import Table
from ..regularizers import Regularizer
from ._build import build_jepa, read_layout
from ._codec import LatentTarget
from ._collapse import DiversityMonitor, has_collapsed, monitored, warn_of_collapse
from ._kernel import KernelPrediction
from ._objective import masked_prediction
from ._parameters import PretrainingParameters, check_pretraining

_DIVERSITY = ("row_std", "effective_rank", "mean_cosine")


@parameters
@defaults(
    scaling="quantile",
    lr=3e-3,
    lr_schedule="warm_cosine",
    weight_decay=0.0,
    max_epochs=12,
)
class Pretrainer(TableEstimator, PretrainingParameters):
    """Trains encoders and predictor on the rows of a table.

    Parameters
    ----------
    {parameters}
    """

    collapsed_: Annotated[
        bool,
        Doc("bool", "Whether little is left of the untrained encoder's diversity."),
    ] = field(init=False)
    untrained_: Annotated[
        dict[str, float],
        Doc("dict", "'row_std', 'effective_rank', 'mean_cosine' before training."),
    ] = field(init=False)

    @property
    def module_(self) -> JEPA:
        """The trained encoders and the predictor."""
        return cast(JEPA, self.net_.module_)

    def _pretrain(
        self,
        X: Any,
        sample_weight: ArrayLike | None,
        epochs: int,
        *,
        resume: bool,
        partly: bool = False,
    ) -> Any:
        """Train for some epochs on weighted rows."""
        check_pretraining(self)
        n_rows = X.n_rows if isinstance(X, Table) else num_samples(X)
        nothing = np.zeros(n_rows, dtype=np.int64)
        return self._train(
            X, nothing, sample_weight, epochs, resume=resume, partly=partly
        )

    def _preset(self) -> Mapping[str, Regularizer]:
        preset: dict[str, Regularizer] = {"masked_prediction": masked_prediction(self)}
        if self.kernel_weight:
            preset["kernel_prediction"] = KernelPrediction(strength=self.kernel_weight)
        return preset

    def _make_codec(self) -> LatentTarget:
        return LatentTarget(self)

    def _build_module(self, session: Session) -> nn.Module:
        inputs = session.inputs[session.rows.train]
        return build_jepa(self, read_layout(session.encoder, inputs), inputs)

    def _monitors(self, session: Session) -> list[tuple[str, Any]]:
        chosen = monitored(session.rows.train, session.random.seed)
        rows = torch.from_numpy(session.inputs[chosen]).to(session.device)
        before = self.untrained_ if session.previous is not None else None
        self._monitor = DiversityMonitor(rows, before)
        return [("skreg_diversity", self._monitor)]

    def _fitted(self, session: Session, net: RegularizedNet) -> dict[str, Any]:
        fitted = super()._fitted(session, net)
        untrained, history = self._monitor.untrained, fitted["history_"]
        now = {name: history[name][-1] for name in _DIVERSITY if name in history}
        collapsed = bool(now and untrained) and has_collapsed(now, untrained or {})
        return {**fitted, "untrained_": untrained, "collapsed_": collapsed}

    def _finish(self, session: Session) -> None:
        del self._monitor
        if self.collapsed_:
            now = {name: self.history_[name][-1] for name in _DIVERSITY}
            warn_of_collapse(now, self.untrained_)
