"""The bridge to the callbacks of scikit-learn, which are experimental in 1.9."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.callback import CallbackSupportMixin
from skorch.callbacks import Callback

from .._training._callbacks import StopTraining


class EpochTasks(Callback):
    """Reports a fit and its epochs to the callbacks set by ``set_callbacks``.

    Parameters
    ----------
    estimator : estimator
        With scikit-learn's ``CallbackSupportMixin``.
    data : dict
        ``X``, ``y`` and ``metadata`` as passed to ``fit``.
    max_epochs : int
        Planned epochs.
    """

    def __init__(
        self, estimator: CallbackSupportMixin, data: dict[str, Any], max_epochs: int
    ) -> None:
        self.estimator = estimator
        self.data = data
        self.root = estimator._init_callback_context(max_subtasks=max_epochs)
        self.root.call_on_fit_task_begin(estimator=estimator, **data)
        self.fitted: Callable[[Any], dict[str, Any]] = lambda net: {"net_": net}

    @property
    def monitors(self) -> list[tuple[str, Callback]]:
        """Itself, if anyone listens: an epoch costs nothing otherwise."""
        listens = bool(getattr(self.estimator, "_skl_callbacks", None))
        return [("skreg_tasks", self)] if listens else []

    def on_epoch_begin(self, net: Any, **kwargs: Any) -> None:
        """Open the task of an epoch."""
        self.epoch = self.root.subcontext(task_name="epoch")
        self.epoch.call_on_fit_task_begin(estimator=self.estimator, **self.data)

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        """Close it, and stop the training if a callback asks for it."""
        stop = self.epoch.call_on_fit_task_end(
            estimator=self.estimator,
            reconstruction_attributes=lambda: self.fitted(net),
            **self.data,
        )
        if stop:
            raise StopTraining

    def close(self) -> None:
        """Report the end of the fit, after which the estimator itself is fitted."""
        self.root.call_on_fit_task_end(
            estimator=self.estimator, reconstruction_attributes={}, **self.data
        )
