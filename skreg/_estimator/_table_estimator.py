"""What trains on a table: from its columns to a net and back."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted
from torch import nn

from .._parameters import Doc, field, parameters
from .._training._device import resolve_device
from .._training._net import RegularizedNet
from .._training._predict import forward_blocks
from .._training._random import FitRandom, draw_seed
from ..preprocessing import TabularEncoder
from ..preprocessing._columns import Table, as_table, read_table
from ..regularizers import Regularizer
from ._composition import check_names, named_regularizers
from ._epochs import EpochTasks
from ._inputs import read_weights, require_target
from ._memory import fingerprint, fresh_clones, take_over
from ._session import Rows, Session
from ._state import history_columns, unchanged_on_failure
from ._training_parameters import TrainingParameters

Named = list[tuple[str, Regularizer]]


@parameters
class TableEstimator(CallbackSupportMixin, TrainingParameters):
    """What all estimators that train a net on a table do alike.

    Others add the net, the target's codec, what they return of the output, and their
    own regularizers.

    Parameters
    ----------
    {parameters}
    """

    net_: Annotated[
        RegularizedNet, Doc("skorch.NeuralNet", "The trained net, in `net_.module_`.")
    ] = field(init=False)
    encoder_: Annotated[
        TabularEncoder,
        Doc("TabularEncoder", "What turns a table into the inputs of the net."),
    ] = field(init=False)
    regularizers_: Annotated[
        dict[str, Regularizer],
        Doc("dict", "The regularizers of this fit by name, with what they learnt."),
    ] = field(init=False)
    history_: Annotated[
        dict[str, list[Any]],
        Doc(
            "dict of list",
            "One value an epoch: 'epoch', 'train_loss' (the data term), a penalty's "
            "contribution under its name, 'valid_loss' with early stopping.",
        ),
    ] = field(init=False)
    n_iter_: Annotated[int, Doc("int", "Number of epochs trained.")] = field(init=False)
    n_features_in_: Annotated[int, Doc("int", "Columns of the training table.")] = (
        field(init=False)
    )
    feature_names_in_: Annotated[
        NDArray[Any],
        Doc("ndarray of shape (`n_features_in_`,)", "Their names, if X has names."),
    ] = field(init=False)

    def _train(
        self,
        X: Any,
        y: Any,
        sample_weight: ArrayLike | None,
        epochs: int,
        *,
        resume: bool,
        partly: bool = False,
        classes: ArrayLike | None = None,
    ) -> Any:
        """Train for some epochs; ``partly`` is for one of many calls."""
        if partly:  # scikit-learn checks parameters in the first of them only
            self._validate_params()
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        tasks = EpochTasks(self, {"X": X, "y": y, "metadata": metadata}, epochs)
        fraction = None if partly else self._held_out()
        with unchanged_on_failure(self):
            session = self._open(X, y, sample_weight, resume, fraction, classes)
            tasks.fitted = lambda net: self._fitted(session, session.still(net))
            net = session.train(
                self,
                epochs=epochs,
                early_stopping=fraction is not None and self._stops_early(),
                tasks=[
                    *self._monitors(session),
                    *([("skreg_tasks", tasks)] if tasks.is_needed else []),
                ],
            )
            net.slim(keep_optimizer=self.warm_start or partly)
            self.__dict__.update(self._fitted(session, net))
            self._finish(session)
        tasks.close()
        return self

    def _open(
        self,
        X: Any,
        y: Any,
        sample_weight: ArrayLike | None,
        resume: bool,
        fraction: float | None,
        classes: ArrayLike | None,
    ) -> Session:
        """Check everything and prepare the data; nothing is trained yet."""
        if resume:
            self._check_same_members()
        table = as_table(self, X, reset=not resume)
        require_target(self, y, table.n_rows)
        device = resolve_device(self.device, self.dtype)
        named = self._named_regularizers()
        codec, target = self._read_target(y, classes, resume)
        weight = codec.weigh(target, read_weights(sample_weight, table.n_rows))
        seed = self._seed if resume else draw_seed(self.random_state)
        rows = Rows.choose(table.n_rows, weight, codec.strata(target), fraction, seed)
        encoder = self._make_encoder(table, rows, resume)
        if not resume:
            codec.scale(target[rows.train], rows.of_training())
        inputs, target = encoder._encode(table), codec.transform(target)
        key, resumed = self._take_over(named, inputs, target, resume)
        return Session(
            inputs=inputs,
            target=target,
            rows=rows,
            encoder=encoder,
            codec=codec,
            random=FitRandom(seed, device),
            device=device,
            named=named,
            previous=self.net_ if resume else None,
            resumed=resumed,
            key=key,
        )

    def _check_same_members(self) -> None:
        members = self._count_members()
        if members != self._n_members:
            raise ValueError(
                f"a net of {self._n_members or 1} members cannot go on as one of "
                f"{members or 1}; fit anew with warm_start=False."
            )

    def _read_target(
        self, y: Any, classes: ArrayLike | None, resume: bool
    ) -> tuple[Any, NDArray[Any]]:
        """Return the codec of the targets and the encoded targets."""
        codec = self._make_codec()
        values = codec.check(y)
        if resume:
            codec.go_on_from(self._codec, classes)
        else:
            codec.fit(values, classes)
        return codec, codec.encode(values)

    def _take_over(
        self,
        named: Named,
        inputs: NDArray[Any],
        target: NDArray[Any],
        resume: bool,
    ) -> tuple[bytes | None, frozenset[str]]:
        """Let regularizers go on; return the mark of the rows and their names."""
        key = None
        if any(regularizer.remembers for _, regularizer in named):
            key = fingerprint(inputs, target)
        if not resume:
            return key, frozenset()
        same_rows = key == self._rows_key
        return key, take_over(named, self.regularizers_, same_rows=same_rows)

    def _named_regularizers(self) -> Named:
        """Return checked clones of all regularizers, those of the preset first."""
        preset = self._preset()
        reserved = [*self._parameter_constraints, *preset]
        check_names(self, self.regularizers, reserved)
        return fresh_clones([*preset.items(), *named_regularizers(self.regularizers)])

    def _preset(self) -> Mapping[str, Regularizer]:
        """Return the regularizers that a preset brings along, by name."""
        return {}

    def _make_encoder(self, table: Table, rows: Rows, resume: bool) -> TabularEncoder:
        """Return a fitted encoder; the one before, if need be in a new precision."""
        dtype = np.dtype(self.dtype).type
        if resume:
            return copy.copy(self.encoder_).set_params(dtype=dtype)
        options: Any = {"scaling": self.scaling, "min_frequency": self.min_frequency}
        encoder = TabularEncoder(dtype=dtype, scale_indicators=False, **options)
        return encoder.fit(table, sample_weight=rows.training_weight(table.n_rows))

    def _fitted(self, session: Session, net: RegularizedNet) -> dict[str, Any]:
        """Return the attributes of the fitted estimator."""
        return {
            "net_": net,
            "encoder_": session.encoder,
            "regularizers_": dict(session.named),
            "history_": history_columns(net.history),
            "n_iter_": len(net.history),
            "_codec": session.codec,
            "_seed": session.random.seed,
            "_rows_key": session.key,
            "_n_members": self._count_members(),
        }

    def _finish(self, session: Session) -> None:
        """Add what a preset learnt about the training rows."""

    def _stops_early(self) -> bool:
        """Whether rows held out decide about the end."""
        return False

    def _held_out(self) -> float | None:
        """Return the share of the rows that early stopping watches, None without."""
        return None

    def _monitors(self, session: Session) -> list[tuple[str, Any]]:
        """Return callbacks of skorch that watch the training."""
        return []

    @abstractmethod
    def _make_codec(self) -> Any:
        """Return a new codec of the targets."""

    @abstractmethod
    def _build_module(self, session: Session) -> nn.Module:
        """Return a new net for the data of a session."""

    def _count_members(self) -> int | None:
        """Return the members of an ensemble, None for a single net."""
        return None

    def _draws_globally(self) -> bool:
        """Whether the net may draw from torch's global generator in training."""
        return False

    def _output(self, X: Any) -> NDArray[Any]:
        """Return the net's output for a table."""
        if not hasattr(self, "net_"):  # the check takes its time
            check_is_fitted(self)
        table = read_table(self, X, reset=False)
        return self._forward(self.encoder_._encode(table))

    def _forward(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """Return the net's output for rows of an encoded table."""
        net = self.net_
        return forward_blocks(net.module_, inputs, net.block_rows_, self.n_threads)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
