"""The transformer: rows in, embeddings out."""

from __future__ import annotations

import warnings
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from .._parameters import Doc, StrOptions, parameters
from .._sklearn import check_feature_names_in, fit_context
from .._training._predict import forward_blocks
from ..preprocessing._columns import as_table
from ._objective import masked_prediction
from ._pretrainer import Pretrainer
from ._readout import READOUTS, Readout, embedding_names
from ._score import masked_loss

# Bytes of an embedding above which a warning is given.
_LARGE = 2**30


@parameters
class TJEPATransformer(TransformerMixin, Pretrainer):
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
    >>> sorted(encoder.history_)
    ['effective_rank', 'epoch', 'kernel_prediction', 'mean_cosine', 'row_std', \
'train_loss']
    """

    output: Annotated[
        str,
        StrOptions(set(READOUTS)),
        Doc(
            "{'flatten', 'mean', 'reg', 'tokens'}",
            "What `transform` returns of the embeddings of the columns: side by side, "
            "which keeps most, their mean, those of the further tokens, or an array of "
            "three dimensions.",
        ),
    ] = "flatten"
    passthrough: Annotated[
        bool,
        "boolean",
        Doc(
            "bool",
            "Whether `transform` appends the scaled and coded table; not to 'tokens'.",
        ),
    ] = False

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
            Rows of the table. The first call learns scales and categories.
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
        objective = masked_prediction(self)
        return -masked_loss(objective, self.module_, inputs, self.loss)

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
        columns = self.encoder_._numeric.tolist() + self.encoder_._categorical.tolist()
        module = self.module_
        out = embedding_names(
            self.output, names[columns].tolist(), module.n_reg_tokens, module.width
        )
        if self.passthrough:
            out += self.encoder_.get_feature_names_out(input_features).tolist()
        return np.array(out, dtype=object)

    def _pretrain(self, *data: Any, **options: Any) -> Any:
        if self.output == "reg" and not self.n_reg_tokens:
            raise ValueError(
                "output='reg' returns the embeddings of further tokens, but "
                "n_reg_tokens=0; set it to at least 1."
            )
        return super()._pretrain(*data, **options)

    def _encode(self, X: Any) -> NDArray[Any]:
        """Return the encoded table."""
        check_is_fitted(self)
        return self.encoder_._encode(as_table(self, X, reset=False))

    def _embed(self, X: Any) -> NDArray[Any]:
        """Return embeddings as an array."""
        inputs = self._encode(X)
        self._warn_of_size(len(inputs))
        readout = Readout(self.module_, self.output)
        blocks = self.net_.block_rows_
        embedding = forward_blocks(readout, inputs, blocks, self.n_threads)
        if self.passthrough and embedding.ndim == 2:
            return np.hstack([embedding, inputs])
        return embedding

    def _warn_of_size(self, n_rows: int) -> None:
        size = n_rows * self.embedding_dim_ * np.dtype(self.dtype).itemsize
        if size > _LARGE:
            warnings.warn(
                f"The embedding of {n_rows} rows takes {size / 2**30:.1f} GiB; "
                "output='mean', a smaller hidden_dim or parts of X take less.",
                UserWarning,
                stacklevel=4,
            )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
