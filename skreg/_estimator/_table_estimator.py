"""What trains on a table: from its columns to a net and back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted
from skorch.callbacks import Callback

from .._fitted_state import Savable, unchanged_on_failure
from .._parameters import field, parameters
from .._training._device import DTYPES, resolve_device
from .._training._net import RegularizedNet
from .._training._plan import Stopping
from .._training._predict import forward_blocks
from .._training._random import FitRandom, draw_seed
from .._training._run import at_this_moment, run
from .._training._settings import own_settings
from .._types import Array
from ..preprocessing._arrow import plain
from ..preprocessing._columns import as_table, read_table
from ..regularizers import Regularizer
from ..targets import Target
from . import _declared_parameters as declared
from ._architecture import Architecture
from ._as_built import as_built, check_as_built
from ._composition import (
    check_names,
    named_regularizers,
    regularizer_params,
    take_named,
)
from ._early_rows import joined, still_early
from ._emphasis import Emphasis
from ._epochs import EpochTasks
from ._inputs import GivenRows, in_precision, new_encoder, require_target
from ._memory import fresh_clones, mark_of_rows, remember_rows, take_over
from ._net_inputs import net_inputs
from ._planning import make_plan
from ._preparation import Readers
from ._session import Session
from ._state import history_columns
from ._stream import RowsSeen, with_average

Named = list[tuple[str, Regularizer]]


@parameters
class TableEstimator(Savable, CallbackSupportMixin, BaseEstimator):
    """What all estimators that train a net on a table do alike.

    Others add the architecture, the target, what they return of the output, and their
    own regularizers.

    Parameters
    ----------
    {parameters}
    """

    regularizers: declared.Regularizers = None
    scaling: declared.Scaling = "robust"
    min_frequency: declared.MinFrequency = None
    optimizer: declared.Optimizer = "adamw"
    lr: declared.Lr = "auto"
    lr_schedule: declared.LrSchedule = "cosine"
    weight_decay: declared.WeightDecay = "auto"
    batch_size: declared.BatchSize = "auto"
    max_epochs: declared.MaxEpochs = 40
    warm_start: declared.WarmStart = False
    callbacks: declared.Callbacks = None
    device: declared.Device = "auto"
    dtype: declared.Dtype = "float32"
    n_threads: declared.NThreads = None
    random_state: declared.RandomState = None
    verbose: declared.Verbose = 0

    net_: declared.FittedNet = field(init=False)
    encoder_: declared.FittedEncoder = field(init=False)
    target_: declared.FittedTarget = field(init=False)
    regularizers_: declared.FittedRegularizers = field(init=False)
    history_: declared.FittedHistory = field(init=False)
    n_iter_: declared.FittedNIter = field(init=False)
    n_features_in_: declared.FittedNFeaturesIn = field(init=False)
    feature_names_in_: declared.FittedFeatureNamesIn = field(init=False)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Get the parameters, those of the named regularizers included.

        Parameters
        ----------
        deep : bool, default=True
            Whether to include regularizers by name and their parameters.

        Returns
        -------
        params : dict
            Parameter names and values.
        """
        params: dict[str, Any] = super().get_params(deep=deep)
        if deep:
            params = regularizer_params(self.regularizers) | params
        return params

    def set_params(self, **params: Any) -> Any:
        """Set parameters, such as ``lr`` or ``elr__strength``.

        Parameters
        ----------
        **params : dict
            Names as in `get_params`. A regularizer's own name replaces it.

        Returns
        -------
        self : object
            The estimator.
        """
        current = params.pop("regularizers", self.regularizers)
        own = super().get_params(deep=True)
        self.regularizers, others = take_named(self, current, params, own)
        return super().set_params(**others)

    _averages_streams: ClassVar[bool] = True

    @own_settings()
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
        y, sample_weight = plain(y), plain(sample_weight)
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        tasks = EpochTasks(self, {"X": X, "y": y, "metadata": metadata}, epochs)
        fraction = None if partly else self._held_out()
        given = GivenRows(X, y, sample_weight, classes, fraction)
        with unchanged_on_failure(self):
            session = self._open(given, resume, partly)
            tasks.fitted = lambda net: self._fitted(session, at_this_moment(net))
            monitors = [*self._monitors(session), *tasks.monitors]
            model = session.model(self.callbacks or (), monitors)
            stopping = None if fraction is None else self._stopping()
            (net,) = run([model], [make_plan(self, session, epochs, stopping)])
            net.slim(keep_optimizer=self.warm_start or partly)
            self.__dict__.update(self._fitted(session, net))
            self._finish(session)
        net.pass_interrupt_on()
        tasks.close()
        return self

    def _open(self, given: GivenRows, resume: bool, partly: bool) -> Session:
        """Check everything and prepare the data; nothing is trained yet."""
        architecture = self._architecture()
        if resume:
            check_as_built(self._as_built, as_built(self, architecture))
        table = as_table(self, given.X, reset=not resume)
        require_target(self, given.y, table.n_rows)
        device = resolve_device(self.device, self.dtype)
        named = self._named_regularizers()
        seed = self._seed if resume else draw_seed(self.random_state)
        seen = self._seen if resume else RowsSeen()
        given = given._replace(X=table)
        given, readers = self._readers(given, seen, named, resume, partly)
        prepared = readers.prepare(given, seed)
        key = mark_of_rows(named, prepared, always=self.warm_start)
        same_rows = resume and key == self._rows_key
        # A schedule that ends has no place where rows keep coming.
        streams = self._has_end and (partly or (resume and not same_rows))
        if streams and self._averages_streams:
            named = with_average(named, seen)
        earlier = self.regularizers_ if resume else {}
        return Session(
            table=prepared,
            architecture=architecture,
            criterion=prepared.target.criterion,
            validation_criterion=readers.emphasis.validation_criterion(prepared.target),
            random=FitRandom(seed, device),
            device=device,
            dtype=DTYPES[self.dtype],
            max_epochs=self.max_epochs,
            emphasis=readers.emphasis,
            named=named,
            resumed=take_over(named, earlier, same_rows=same_rows),
            key=key,
            previous=self.net_ if resume else None,
            seen=seen,
            streams=streams,
            early=still_early(given) if readers.young else None,
            n_again=readers.n_again if readers.replays else 0,
        )

    def _readers(
        self, given: GivenRows, seen: RowsSeen, named: Named, resume: bool, partly: bool
    ) -> tuple[GivenRows, Readers]:
        """Return the rows to look at, and what reads them."""
        encoder = new_encoder(self.scaling, self.min_frequency, self.dtype)
        young = partly and (not resume or seen.early is not None)
        rows = joined(seen.early, given) if young else given
        return rows, Readers(
            encoder=in_precision(self.encoder_, self.dtype) if resume else encoder,
            target=self._make_target(),
            previous=self.target_ if resume else None,
            emphasis=self._emphasis(),
            young=young,
            n_again=rows.X.n_rows - given.X.n_rows,
            has_room=self._has_end,
            replays=self._has_end and not remember_rows(named),
        )

    @property
    def _has_end(self) -> bool:
        """Whether the learning rate has a planned course, at whose end training is."""
        return bool(self.lr_schedule != "constant")

    def _named_regularizers(self) -> Named:
        """Return checked clones of all regularizers, those of the preset first."""
        preset = self._preset()
        reserved = [*self._parameter_constraints, *preset]
        check_names(self, self.regularizers, reserved)
        return fresh_clones([*preset.items(), *named_regularizers(self.regularizers)])

    def _preset(self) -> Mapping[str, Regularizer]:
        """Return the regularizers that a preset brings along, by name."""
        return {}

    def _fitted(self, session: Session, net: RegularizedNet) -> dict[str, Any]:
        """Return the attributes of the fitted estimator."""
        return {
            "net_": net,
            "encoder_": session.table.encoder,
            "target_": session.table.target,
            "regularizers_": dict(session.named),
            "history_": history_columns(net.history),
            "n_iter_": len(net.history),
            "_seed": session.random.seed,
            "_rows_key": session.key,
            "_seen": session.seen_after(net),
            "_as_built": as_built(self, session.architecture),
        }

    def _finish(self, session: Session) -> None:
        """Add what a preset learnt about the training rows."""

    def _emphasis(self) -> Emphasis:
        """Return how much rare targets count, here as much as all others."""
        return Emphasis()

    def _held_out(self) -> float | None:
        """Return the share of the rows that are set aside, None without."""
        return None

    def _stopping(self) -> Stopping | None:
        """Return when rows set aside end the training, None if they never do."""
        return None

    def _monitors(self, session: Session) -> list[tuple[str, Callback]]:
        """Return callbacks of skorch that watch the training."""
        return []

    @abstractmethod
    def _make_target(self) -> Target:
        """Return a new target, which has seen no y."""

    @abstractmethod
    def _architecture(self) -> Architecture:
        """Return what builds the net."""

    def _output(self, X: Any) -> Array:
        """Return the net's output for a table."""
        if not hasattr(self, "net_"):  # the check takes its time
            check_is_fitted(self)
        table = read_table(self, X, reset=False)
        return self._forward(net_inputs(self.encoder_, table))

    def _forward(self, inputs: Array) -> Array:
        """Return the net's output for rows of an encoded table."""
        net = self.net_
        return forward_blocks(net.module_, inputs, net.block_rows_, self.n_threads)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
