"""The estimator that all presets share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from .._parameters import parameters
from .._sklearn import fit_context
from .._training._device import DTYPES, resolve_device
from .._training._plan import Stopping
from .._training._random import FitRandom, draw_seed
from .._training._run import run
from .._training._settings import own_settings
from .._types import Array, Floats
from ..preprocessing._columns import read_table
from . import _net_parameters as declared
from ._architecture import TrainingTable
from ._copies import check_copies, with_copies
from ._inputs import read_weights
from ._net_inputs import net_inputs
from ._planning import make_plan
from ._rows import Rows
from ._session import Session
from ._table_estimator import TableEstimator
from ._table_net import TableNet


@parameters
class NetEstimator(TableEstimator):
    """What all estimators that predict with a net do alike.

    A role (classifier or regressor) adds the target and the predictions, a preset its
    own regularizers.

    Parameters
    ----------
    {parameters}
    """

    module: declared.Module = "mlp"
    hidden_layer_sizes: declared.HiddenLayerSizes = (256, 256)
    activation: declared.Activation = "silu"
    dropout: declared.Dropout = 0.15
    n_members: declared.NMembers = None
    numeric_embedding: declared.NumericEmbedding = "auto"
    n_bins: declared.NBins = "auto"
    embedding_width: declared.EmbeddingWidth = 8
    wide: declared.Wide = "auto"
    early_stopping: declared.EarlyStopping = False
    validation_fraction: declared.ValidationFraction = 0.1
    n_iter_no_change: declared.NIterNoChange = 10
    tol: declared.Tol = 1e-4

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
        check_is_fitted(self)
        check_copies(n_copies)
        student: NetEstimator = clone(self).set_params(**{**self._single(), **params})
        student._validate_params()
        table = read_table(self, X, reset=False)
        weight = read_weights(sample_weight, table.n_rows)
        if weight is not None:
            weight = np.tile(weight, 1 + n_copies)
        seed = draw_seed(student.random_state)
        inputs = with_copies(
            net_inputs(self.encoder_, table), n_copies, np.random.default_rng(seed)
        )
        return student._learn_from(self, inputs, weight, seed)

    @own_settings()
    def _learn_from(
        self, teacher: NetEstimator, inputs: Array, weight: Floats | None, seed: int
    ) -> NetEstimator:
        """Train on what a teacher says of encoded rows."""
        rows = Rows.choose(len(inputs), weight, None, self._held_out(), seed)
        device = resolve_device(self.device, self.dtype)
        target = teacher.target_
        session = Session(
            table=TrainingTable(
                inputs=inputs.astype(self.dtype, copy=False),
                learnt=target.soften(teacher._forward(inputs)),
                rows=rows,
                encoder=teacher.encoder_,
                target=target,
            ),
            architecture=self._architecture(),
            criterion=target.student_criterion,
            validation_criterion=target.student_criterion,
            random=FitRandom(seed, device),
            device=device,
            dtype=DTYPES[self.dtype],
            max_epochs=self.max_epochs,
            has_truth=target.n_classes is None,
        )
        plan = make_plan(self, session, self.max_epochs, self._stopping())
        (net,) = run([session.model(self.callbacks or ())], [plan])
        net.slim(keep_optimizer=self.warm_start)
        columns = {"n_features_in_", "feature_names_in_"} & set(vars(teacher))
        self.__dict__.update({name: vars(teacher)[name] for name in columns})
        self.__dict__.update(self._fitted(session, net))
        net.pass_interrupt_on()
        return self

    def _held_out(self) -> float | None:
        return self.validation_fraction if self.early_stopping else None

    def _stopping(self) -> Stopping | None:
        if not self.early_stopping:
            return None
        return Stopping(patience=self.n_iter_no_change, tol=self.tol)

    @property
    def _given_members(self) -> int | None:
        """Nets of an ensemble, None for the module's own number."""
        return self.n_members

    def _single(self) -> dict[str, Any]:
        """Return the parameters that make a single net of an ensemble."""
        return {"n_members": 1}

    def _architecture(self) -> TableNet:
        return TableNet(
            module=self.module,
            members=self._given_members,
            hidden_layer_sizes=self.hidden_layer_sizes,
            activation=self.activation,
            dropout=self.dropout,
            numeric_embedding=self.numeric_embedding,
            n_bins=self.n_bins,
            embedding_width=self.embedding_width,
            wide=self.wide,
        )
