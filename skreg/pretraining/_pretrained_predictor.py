"""Pretraining and a head in one estimator."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.callback import with_callbacks
from sklearn.frozen import FrozenEstimator
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from .._estimator._composition import ClearKeys
from .._estimator._inputs import require_target
from .._fitted_state import Savable, unchanged_on_failure
from .._parameters import Doc, HasMethods, StrOptions, field, parameters
from .._sklearn import fit_context
from .._training._random import draw_seed
from ..preprocessing._arrow import plain
from ..preprocessing._columns import Table, read_table
from . import _heads as heads
from ._finetune import fine_tuner
from .tjepa_transformer import TJEPATransformer


@parameters
class PretrainedPredictor(Savable, ClearKeys, BaseEstimator):
    """What the classifier and the regressor do alike.

    Parameters
    ----------
    {parameters}
    """

    pretrained: Annotated[
        Any,
        TJEPATransformer,
        FrozenEstimator,
        None,
        Doc(
            "TJEPATransformer, FrozenEstimator or None",
            "What embeds the rows. A fitted transformer is used as it is, one that is "
            "not fitted learns in `fit` first; None is one with its own defaults. "
            "Clones, such as those of a grid search, are never fitted: wrap a fitted "
            "one in `sklearn.frozen.FrozenEstimator` to keep it.",
        ),
    ] = None
    head: Annotated[
        Any,
        StrOptions(set(heads.HEADS)),
        HasMethods(["fit", "predict"]),
        Doc(
            "{'kernel', 'linear', 'mlp'} or estimator",
            "What predicts from the embeddings, which are standardised for it: a "
            "linear model of the embedding and of its Gaussian kernel with up to "
            "1,000 labelled rows, a linear model of the embedding alone, both with a "
            "strength found by cross-validation (from 50 labels on), a regularized "
            "net, or any classifier or regressor.",
        ),
    ] = "kernel"
    finetune: Annotated[
        str,
        StrOptions({"frozen", "partial", "full"}),
        Doc(
            "{'frozen', 'partial', 'full'}",
            "Whether labels train the head alone, the last layer of the encoder with "
            "it, or all. If not 'frozen', the head is a linear layer for 'kernel' and "
            "'linear', the hidden layers of a net and a linear layer for 'mlp', or "
            "those of the regularized net given as `head`, whose training parameters "
            "are used.",
        ),
    ] = "frozen"
    random_state: Annotated[
        int | np.random.RandomState | None,
        "random_state",
        Doc(
            "int, RandomState instance or None",
            "Seed of head and pretraining, unless the transformer has its own.",
        ),
    ] = None

    transformer_: Annotated[
        TJEPATransformer, Doc("TJEPATransformer", "What embeds rows, fitted.")
    ] = field(init=False)
    head_: Annotated[
        Any,
        Doc(
            "estimator",
            "The fitted head; with fine-tuning, the net of encoder and head.",
        ),
    ] = field(init=False)
    scaler_: Annotated[
        StandardScaler | None,
        Doc("StandardScaler or None", "Standardises embeddings; None if fine-tuned."),
    ] = field(init=False)
    n_labeled_: Annotated[int, Doc("int", "Rows with a label.")] = field(init=False)
    n_features_in_: Annotated[int, Doc("int", "Columns of the training table.")] = (
        field(init=False)
    )
    feature_names_in_: Annotated[
        NDArray[Any],
        Doc("ndarray of shape (`n_features_in_`,)", "Their names, if X has names."),
    ] = field(init=False)

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Any,
        y: ArrayLike,
        *,
        X_unlabeled: Any = None,
        sample_weight: ArrayLike | None = None,
    ) -> Any:
        """Learn from rows, then from labels.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Numbers, categories, strings and booleans; entries may be missing.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Labels or values. Rows that have none are marked by a missing entry (NaN,
            None, ``pandas.NA``, NaT, null) and, in classification, by the number -1.
        X_unlabeled : array-like or dataframe of shape (n_unlabeled, n_features), \
default=None
            Further rows without labels, for a transformer that is not fitted yet.
            They have no part in the folds of a search.
        sample_weight : array-like of shape (n_samples,), default=None
            heads.Weights of the rows of X; those of `X_unlabeled` weigh 1.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If no row has a label, or if data or parameters do not fit; the estimator
            is then left as it was.
        """
        with unchanged_on_failure(self):
            table = read_table(self, X, reset=True)
            y, sample_weight = plain(y), plain(sample_weight)
            require_target(self, y, table.n_rows)
            weight = heads.head_weights(sample_weight, table.n_rows)
            counted = np.ones(table.n_rows, bool) if weight is None else weight > 0
            target, labeled = self._read_target(y, counted)
            if not labeled.any():
                raise ValueError(
                    "y has no labelled row of positive weight; -1 (classification), "
                    "NaN and None mark rows without label."
                )
            heads.check_head(self, weighted=weight is not None)
            heads.check_sum(self, target[labeled])
            seed = draw_seed(self.random_state)
            self.transformer_ = self._embedder(table, X_unlabeled, weight, seed)
            self._fit_head(table, target, labeled, weight, seed)
        return self

    def _embedder(
        self, table: Table, X_unlabeled: Any, weight: heads.Weights, seed: int
    ) -> TJEPATransformer:
        """Return the fitted transformer."""
        given = self._given_transformer()
        if hasattr(given, "net_"):
            self._check_same_columns(given)
            return given
        transformer: TJEPATransformer = clone(given)
        if transformer.random_state is None:
            transformer.set_params(random_state=seed)
        if X_unlabeled is not None:
            other = read_table(self, X_unlabeled, reset=False)
            table = table.joined(other)
            if weight is not None:
                weight = np.concatenate([weight, np.ones(other.n_rows)])
        transformer._validate_params()
        epochs = transformer.max_epochs
        pretrain = with_callbacks(TJEPATransformer._pretrain)
        return pretrain(transformer, table, weight, epochs, resume=False)

    def _given_transformer(self) -> TJEPATransformer:
        """Return the transformer to use as it is or to clone."""
        given = self.pretrained
        if given is None:
            return TJEPATransformer()
        if isinstance(given, FrozenEstimator):
            given = given.estimator
        if not isinstance(given, TJEPATransformer):
            raise TypeError(
                f"pretrained holds a {type(given).__name__}; pass a TJEPATransformer."
            )
        if given.output == "tokens" and self.finetune == "frozen":
            raise ValueError(
                "a head needs embeddings of two dimensions; choose another `output` of "
                "the transformer than 'tokens'."
            )
        return given

    def _check_same_columns(self, transformer: TJEPATransformer) -> None:
        names = getattr(self, "feature_names_in_", None)
        theirs = getattr(transformer, "feature_names_in_", None)
        same = names is None or theirs is None or list(names) == list(theirs)
        if transformer.n_features_in_ != self.n_features_in_ or not same:
            raise ValueError(
                f"X has {self.n_features_in_} features, but the transformer passed as "
                f"`pretrained` was fitted on {transformer.n_features_in_} features or "
                "on others; pass rows of the same columns in the same order."
            )

    def _fit_head(
        self,
        table: Table,
        target: NDArray[Any],
        labeled: NDArray[np.bool_],
        weight: heads.Weights,
        seed: int,
    ) -> None:
        rows = np.flatnonzero(labeled)
        self.n_labeled_ = len(rows)
        weight_of_labeled = None if weight is None else weight[rows]
        transformer = self.transformer_
        if self.finetune != "frozen":
            inputs = transformer._encode(table.rows(rows))
            self.scaler_ = None
            tuner = fine_tuner(self, transformer, seed)
            self.head_ = tuner.fit(inputs, target[rows], weight_of_labeled)
            return
        embedding = self._embed(table)
        self.scaler_ = StandardScaler().fit(embedding, sample_weight=weight)
        Z = self.scaler_.transform(embedding[rows])
        self.head_ = heads.fit_head(self, Z, target[rows], weight_of_labeled, seed)

    def _embed(self, table: Table) -> NDArray[Any]:
        """Return embeddings, as plain arrays and in double precision."""
        return self.transformer_._embed(table).astype(np.float64)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return labels or values.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)
            The most probable labels, of the type of the training labels, or values in
            the shape of the training targets.
        """
        inputs = self._head_inputs(X)
        predicted: NDArray[Any] = self.head_.predict(inputs)
        return predicted

    def _head_inputs(self, X: Any) -> NDArray[Any]:
        """Return what the fitted head reads."""
        check_is_fitted(self)
        table = read_table(self, X, reset=False)
        if self.scaler_ is None:
            return self.transformer_._encode(table)
        scaled: NDArray[Any] = self.scaler_.transform(self._embed(table))
        return scaled

    @abstractmethod
    def _read_target(
        self, y: ArrayLike, counted: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return y, and which of the rows that count have a label."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
