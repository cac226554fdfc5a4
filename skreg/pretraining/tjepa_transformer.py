"""The transformer: rows in, embeddings out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted
from skorch.callbacks import Callback

from .._estimator._net_inputs import net_inputs
from .._estimator._session import Session
from .._estimator._table_estimator import TableEstimator
from .._parameters import defaults, field, parameters, shared_parameters
from .._sklearn import check_feature_names_in, fit_context, num_samples
from .._training._net import RegularizedNet
from .._training._predict import forward_blocks
from .._types import Array
from ..modules import JEPA
from ..preprocessing._columns import Table, as_table
from ..regularizers import Regularizer
from . import _tjepa_parameters as declared
from ._check_pretraining import check_pretraining
from ._collapse import DiversityMonitor, monitored, warn_of_collapse
from ._jepa_architecture import JEPANet
from ._kernel_prediction import KernelPrediction
from ._latent_target import LatentTarget
from ._objective import MaskedPrediction
from ._readout import Readout, embedding_names, warn_of_size
from ._score import masked_loss


@parameters
@defaults(
    scaling="quantile",
    lr=3e-3,
    lr_schedule="warm_cosine",
    weight_decay=0.0,
    max_epochs=12,
)
class TJEPATransformer(TransformerMixin, TableEstimator):
    """Embeddings of rows, learnt without labels.

    An encoder sees some columns of a row and learns to predict what another encoder,
    its own moving average, makes of the hidden ones. No labels, no changed copies of
    rows and no reconstruction of raw values are needed. The embedding of a row is
    what the averaged encoder makes of all its columns. So that it does not forget what
    tells rows apart, it also has to tell random features of a Gaussian kernel, an
    addition to the paper (`kernel_weight`).

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    TJEPAClassifier : Pretraining and a classifier in one.
    TJEPARegressor : The same for numbers.

    Notes
    -----
    A falling loss is no sign of learning: an encoder whose output depends on the
    column alone is predicted without error. ``history_`` therefore has 'row_std',
    'effective_rank' and 'mean_cosine' of the embedding of some training rows after
    every epoch, ``untrained_`` those before training, and a warning is given if little
    is left of them.

    ``max_epochs=0`` gives the untrained encoder, a random expansion of the features
    that is surprisingly good: compare with it before you believe in pretraining.

    Missing entries have a learnt vector of their own, where `fit` saw some, and are
    never to be predicted; nor are constant columns.

    References
    ----------
    .. [1] H. Thimonier, J. L. de Melo Costa, F. Popineau, A. Rimmel, B.-L. Doan.
       "T-JEPA: Augmentation-Free Self-Supervised Learning for Tabular Data", ICLR
       2025.
    .. [2] H. Wang, G. Pang, C. Shen, C. Ma. "Unsupervised Representation Learning by
       Predicting Random Distances", IJCAI 2020: random targets for tables.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg.pretraining import TJEPATransformer
    >>> X = load_wine().data
    >>> encoder = TJEPATransformer(max_epochs=5, random_state=0).fit(X)
    >>> encoder.transform(X).shape  # (13 columns and 1 more token) * 32
    (178, 448)
    >>> encoder.untrained_.keys() < encoder.history_.keys()
    True
    """

    output: declared.Output = "flatten"
    passthrough: declared.Passthrough = False
    hidden_dim: declared.HiddenDim = 32
    n_layers: declared.NLayers = 2
    n_heads: declared.NHeads = 2
    ff_dim: declared.FfDim = 64
    dropout: declared.Dropout = 0.0
    n_reg_tokens: declared.NRegTokens = 1
    predictor_dim: declared.PredictorDim = 16
    predictor_layers: declared.PredictorLayers = 2
    predictor_heads: declared.PredictorHeads = 2
    context_share: declared.ContextShare = MaskedPrediction.context_share
    target_share: declared.TargetShare = MaskedPrediction.target_share
    n_targets: declared.NTargets = MaskedPrediction.n_targets
    target_norm: declared.TargetNorm = MaskedPrediction.target_norm
    ema: declared.Ema = MaskedPrediction.ema
    loss: declared.Loss = "mse"
    kernel_weight: declared.KernelWeight = 1.0

    collapsed_: declared.Collapsed = field(init=False)
    untrained_: declared.Untrained = field(init=False)

    _averages_streams: ClassVar[bool] = False  # the target encoder is an average

    @property
    def module_(self) -> JEPA:
        """The trained encoders and the predictor."""
        return cast(JEPA, self.net_.module_)

    @property
    def embedding_dim_(self) -> int:
        """Columns of the embedding."""
        return len(self.get_feature_names_out())

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: Any = None) -> Any:
        """Learn to embed the rows of a table.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Numbers, categories, strings and booleans; entries may be missing.
        y : None
            Ignored.

        Returns
        -------
        self : object
            The fitted transformer.

        Raises
        ------
        ValueError
            If X has a single column or none that varies, or if parameters do not fit;
            the transformer is then left as it was.
        """
        resume = self.warm_start and hasattr(self, "net_")
        return self._pretrain(X, None, self.max_epochs, resume=resume)

    @fit_context(prefer_skip_nested_validation=False)
    def partial_fit(self, X: Any, y: Any = None) -> Any:
        """Do one epoch on these rows, going on from earlier calls.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of the table; up to 100 train again with those that follow.
        y : None
            Ignored.

        Returns
        -------
        self : object
            The transformer, trained for one more epoch.
        """
        return self._pretrain(X, None, 1, resume=hasattr(self, "net_"), partly=True)

    def transform(self, X: Any) -> Any:
        """Embed rows.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.

        Returns
        -------
        embedding : ndarray of shape (n_samples, `embedding_dim_`)
            In the precision of `dtype`; with ``output="tokens"`` of shape (n_samples,
            n_tokens, `hidden_dim`).
        """
        return self._embed(X)

    def score(self, X: Any, y: Any = None) -> float:
        """Return the negative loss of predicting hidden columns, always the same ones.

        Higher is not better where embeddings collapse: do not choose models by it.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.
        y : None
            Ignored.

        Returns
        -------
        score : float
            At most 0.
        """
        inputs = self._encode(X)
        return -masked_loss(self._objective(), self.module_, inputs, self.loss)

    def get_feature_names_out(
        self, input_features: ArrayLike | None = None
    ) -> NDArray[np.object_]:
        """Name the columns of the embedding.

        Parameters
        ----------
        input_features : array-like of str of shape (`n_features_in_`,), default=None
            Names of the input columns; by default those seen in ``fit``, or "x0",
            "x1" and so on.

        Returns
        -------
        names : ndarray of shape (n_features_out,)
            For example "reg0__0", "age__0" or, for the mean, "tjepa0".
        """
        check_is_fitted(self)
        names = check_feature_names_in(self, input_features)
        columns = self.encoder_.layout_.columns
        sizes = self.module_.n_reg_tokens, self.module_.width
        out = embedding_names(self.output, names[columns].tolist(), *sizes)
        if self.passthrough:
            out += self.encoder_.get_feature_names_out(input_features).tolist()
        return np.array(out, dtype=object)

    def _pretrain(
        self, X: Any, sample_weight: ArrayLike | None, epochs: int, **how: Any
    ) -> Any:
        """Train for some epochs on weighted rows."""
        check_pretraining(self)
        n_rows = X.n_rows if isinstance(X, Table) else num_samples(X)
        nothing = np.zeros(n_rows, dtype=np.int64)
        return self._train(X, nothing, sample_weight, epochs, **how)

    def _objective(self) -> MaskedPrediction:
        return MaskedPrediction(**shared_parameters(self, MaskedPrediction))

    def _preset(self) -> Mapping[str, Regularizer]:
        preset: dict[str, Regularizer] = {"masked_prediction": self._objective()}
        if self.kernel_weight:
            preset["kernel_prediction"] = KernelPrediction(strength=self.kernel_weight)
        return preset

    def _make_target(self) -> LatentTarget:
        return LatentTarget(self.loss, self.hidden_dim)

    def _architecture(self) -> JEPANet:
        return JEPANet(**shared_parameters(self, JEPANet))

    def _monitors(self, session: Session) -> list[tuple[str, Callback]]:
        chosen = monitored(session.table.rows.train, session.random.seed)
        rows = torch.from_numpy(session.table.inputs[chosen]).to(session.device)
        before = self.untrained_ if session.previous is not None else None
        self._monitor = DiversityMonitor(rows, before)
        return [("skreg_diversity", self._monitor)]

    def _fitted(self, session: Session, net: RegularizedNet) -> dict[str, Any]:
        fitted = super()._fitted(session, net)
        return {**fitted, **self._monitor.verdict(fitted["history_"])}

    def _finish(self, session: Session) -> None:
        del self._monitor
        if self.collapsed_:
            warn_of_collapse(self.history_, self.untrained_)

    def _encode(self, X: Any) -> NDArray[Any]:
        """Return the encoded table."""
        check_is_fitted(self)
        return net_inputs(self.encoder_, as_table(self, X, reset=False))

    def _embed(self, X: Any) -> Array:
        """Return embeddings as an array."""
        inputs = self._encode(X)
        warn_of_size((len(inputs), self.embedding_dim_), self.dtype)
        readout = Readout(self.module_, self.output)
        blocks = self.net_.block_rows_
        embedding = forward_blocks(readout, inputs, blocks, self.n_threads)
        if self.passthrough and embedding.ndim == 2:
            return np.hstack([embedding, inputs])
        return embedding

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
