"""The skorch net that all estimators train."""

from __future__ import annotations

import copy
import math
import warnings
from typing import Any

import torch
from sklearn.exceptions import ConvergenceWarning
from skorch import NeuralNet

from .._fitted_state import Savable
from ..regularizers._chain import Chain
from . import _skorch_net as skorch_net
from ._callback_checks import check_monitor
from ._callbacks import is_request_to_stop
from ._data import Batch, BatchIterator, TableDataset
from ._host import from_host, on_host
from ._learning_rate import paced
from ._losses import Criterion
from ._optimizers import LeanAdamW
from ._random import FitRandom
from ._record import LossRecord
from ._saved_net import net_state, restore_net
from ._skorch_net import OutputReader
from ._step import Outcome, check_learning, training_step
from ._watchers import BOOKKEEPING, Watchers, record_epoch, validate

_TRAINING_ONLY = (
    "step_",
    "update_",
    "raw_update_",
    "parameters_",
    "losses_",
    "watchers_",
)


class RegularizedNet(Savable, NeuralNet):
    """A skorch net on data in memory, with a lean step and regularizers.

    skorch's structure is kept (its callbacks, history and save methods work), but
    the parts that cost most of a small step are replaced: batches are cut from
    tensors on the device, losses stay there until the epoch ends, callbacks are
    called once a batch only if they listen to batches.

    Parameters
    ----------
    module : torch.nn.Module
        The net, already built and on its device.
    criterion_fn : callable
        Loss of every row, on which validation relies.
    training_fn : callable
        Loss that is trained: the same, or a smoothed form of it.
    chain : Chain
        Hooks of the regularizers.
    random : FitRandom
        Random numbers of the fit.
    target : OutputReader
        What the outputs mean.
    n_outputs : int
        Columns of the output.
    planned_epochs : int
        Length of the schedules of the penalties and of the learning rate.
    lr_schedule : str or callable
        Factor of the learning rate over the planned epochs.
    **options
        Passed to skorch.
    """

    # skorch is untyped.
    module_: torch.nn.Module
    device: str
    history_: Any
    optimizer_: Any
    optimizer_state_: tuple[str | None, dict[str, Any] | None]
    callbacks_: list[tuple[str, Any]]
    chain: Any
    random: Any
    interrupt_: KeyboardInterrupt | None = None

    # Those of skorch would train, or take outputs for predictions.
    is_trained = property(skorch_net.is_trained)
    forward_iter = skorch_net.forward_iter
    predict_proba = skorch_net.predict_proba
    predict = skorch_net.predict
    score = skorch_net.score
    classes_ = property(skorch_net.class_indices)
    get_iterator = skorch_net.get_iterator
    get_loss = skorch_net.get_loss
    get_params_for_optimizer = skorch_net.get_params_for_optimizer
    initialize = skorch_net.initialize
    set_params = skorch_net.set_params
    fit = partial_fit = fit_loop = run_single_epoch = skorch_net.refuse
    train_step = train_step_single = __sklearn_clone__ = skorch_net.refuse
    __sklearn_tags__ = skorch_net.sklearn_tags

    def __init__(
        self,
        module: torch.nn.Module,
        *,
        criterion_fn: Criterion,
        training_fn: Criterion,
        chain: Chain,
        random: FitRandom,
        target: OutputReader,
        n_outputs: int,
        planned_epochs: int,
        lr_schedule: Any,
        criterion: type[torch.nn.Module] = torch.nn.Identity,
        **options: Any,
    ) -> None:
        super().__init__(module, criterion=criterion, train_split=None, **options)
        self.criterion_fn = criterion_fn
        self.training_fn = training_fn
        self.chain = chain
        self.random = random
        self.target = target
        self.n_outputs = n_outputs
        self.planned_epochs = planned_epochs
        self.lr_schedule = lr_schedule

    def get_default_callbacks(self) -> list[Any]:
        """Return none: losses are recorded by the loop itself."""
        return []

    def check_data(self, X: Any, y: Any = None) -> None:
        """Accept: the estimator has validated the table."""

    def fit_split(self, train: TableDataset, valid: TableDataset | None) -> None:
        """Train for ``max_epochs`` on rows that are already on the device.

        Parameters
        ----------
        train, valid : TableDataset
            Training rows, and validation rows or None.
        """
        # First, since callbacks may load weights, the optimizer and the history.
        self.notify("on_train_begin", X=train, y=None)
        iterator = BatchIterator(train, self.batch_size, self.random.torch)
        self._get_ready(iterator, weighted=train.weight is not None)
        try:
            self._epochs(iterator, train, valid)
        except KeyboardInterrupt as interrupt:
            self.interrupt_ = interrupt
            warnings.warn(
                f"Training was interrupted in epoch {len(self.history)}; the best "
                "weights so far are kept.",
                ConvergenceWarning,
                stacklevel=2,
            )
        finally:
            self.module_.eval()
        self.notify("on_train_end", X=train, y=None)

    def _get_ready(self, iterator: BatchIterator, *, weighted: bool) -> None:
        """Prepare what all steps have in common."""
        steps = {
            "n_steps": self.planned_epochs * len(iterator),
            "n_done": len(self.history) * len(iterator),
        }
        self.step_ = training_step(
            self.module_,
            self.training_fn,
            self.chain,
            self.random.torch,
            weighted=weighted,
            n_outputs=self.n_outputs,
            **steps,
        )
        self.update_ = paced(
            self.lr_schedule, self.raw_update_, self.optimizer_.param_groups, **steps
        )
        self.losses_ = LossRecord(iterator.sizes)
        self.watchers_ = Watchers(self.callbacks_)

    def pass_interrupt_on(self) -> None:
        """Raise the interrupt that ended the training, if one did, once."""
        interrupt = self.__dict__.pop("interrupt_", None)
        if interrupt is not None:
            raise interrupt

    def go_on_from(self, previous: RegularizedNet) -> None:
        """Take over the history and the optimizer's state of an earlier fit.

        The options of the optimizer are those of now, since users change them.
        """
        self.history_ = copy.deepcopy(previous.history_)
        kind, state = previous.optimizer_state_
        if kind != type(self.optimizer_).__name__:
            return
        groups = self.optimizer_.param_groups
        options = [{k: v for k, v in g.items() if k != "params"} for g in groups]
        self.optimizer_.load_state_dict(from_host(state))
        for group, now in zip(self.optimizer_.param_groups, options, strict=True):
            group.update(now)

    def _epochs(
        self,
        iterator: BatchIterator,
        train: TableDataset,
        valid: TableDataset | None,
    ) -> None:
        datasets = {"dataset_train": train, "dataset_valid": valid}
        for _ in range(self.max_epochs):
            self.random.start_epoch(len(self.history))
            self.notify("on_epoch_begin", **datasets)
            self._train_epoch(iterator)
            if valid is not None:
                validate(self, self.watchers_, valid)
            if self._end_epoch(**datasets):
                return

    def _end_epoch(self, **datasets: Any) -> bool:
        """Tell all callbacks; return whether one of them stops the training."""
        self.on_epoch_end(self, **datasets)
        stop = False
        for _, callback in self.callbacks_:
            check_monitor(callback, self.history[-1])
            try:
                callback.on_epoch_end(self, **datasets)
            except KeyboardInterrupt as error:
                if not is_request_to_stop(error, callback):
                    raise
                stop = True
        return stop

    def _train_epoch(self, iterator: BatchIterator) -> None:
        """Run one epoch; losses stay on the device and are read once."""
        if not self.module_.training:
            self.module_.train()
        step_fn = self._observed_step if self.watchers_ else self._step
        for number, batch in enumerate(iterator):
            self.losses_.note(number, step_fn(batch)[1])
        means = self.losses_.means()
        record_epoch(self.history, "train", means["data"], iterator.sizes)
        check_learning(self.parameters_)
        for name, mean in means.items():
            if name != "data":
                self.history.record(name, mean)
            if not math.isfinite(mean):
                raise ValueError(
                    f"Training diverged: {name!r} loss is {mean} in epoch "
                    f"{len(self.history)}. Lower lr (now {self.lr}), or check X and y "
                    "for extreme values."
                )

    def _step(self, batch: Batch) -> Outcome:
        """Do one training step: gradients, then the optimizer."""
        for param in self.parameters_:
            param.grad = None
        outcome = self.step_(batch)
        self.update_()
        return outcome

    def _observed_step(self, batch: Batch) -> Outcome:
        """Do one training step in view of the callbacks that listen to batches."""
        watchers = self.watchers_
        watchers.begin(self, batch, training=True)
        for param in self.parameters_:
            param.grad = None
        output, terms = self.step_(batch)
        watchers.gradients(self, batch)
        self.update_()
        watchers.end(self, batch, output.detach(), terms["data"], training=True)
        return output, terms

    def initialize_optimizer(self, *args: Any, **kwargs: Any) -> Any:
        """Make the optimizer and pick the cheapest way to step it."""
        super().initialize_optimizer(*args, **kwargs)
        optimizer = self.optimizer_
        is_lean = isinstance(optimizer, LeanAdamW)
        self.raw_update_ = optimizer.lean_step if is_lean else optimizer.step
        groups = optimizer.param_groups
        self.parameters_ = [p for group in groups for p in group["params"]]
        return self

    def slim(self, *, keep_optimizer: bool) -> None:
        """Drop what only training needs, so that pickles are small."""
        kind = type(self.optimizer_).__name__ if keep_optimizer else None
        state = self.optimizer_.state_dict() if kind else None
        self.optimizer_state_ = kind, on_host(state)
        for name in _TRAINING_ONLY:
            self.__dict__.pop(name, None)
        self.chain = self.random = self.optimizer_ = None
        self.callbacks, self.callbacks_ = None, []
        for epoch in self.history:
            epoch["batches"] = []
            for name in BOOKKEEPING:
                epoch.pop(name, None)
        self.module = type(self.module_)

    def __getstate__(self) -> Any:
        return net_state(self)

    def __setstate__(self, state: Any) -> None:
        """Load silently to the CPU where the device of the fit is missing."""
        restore_net(self, state)
