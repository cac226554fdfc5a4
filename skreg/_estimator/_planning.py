"""From the parameters of an estimator, and the number of rows, to a plan."""

from __future__ import annotations

from typing import Any, Protocol

from .._training._optimizers import has_decoupled_decay, resolve_optimizer
from .._training._plan import Plan, Stopping
from . import _auto as auto
from ._session import Session

# Rows of a step at the beginning of a stream: few rows have to do many steps.
_OF_FEW = 8


class TrainingParameters(Protocol):
    """The parameters of estimators that say how to train."""

    batch_size: int | str
    lr: float | str
    lr_schedule: Any
    max_epochs: int
    n_threads: int | None
    optimizer: Any
    verbose: int
    weight_decay: float | str


def make_plan(
    params: TrainingParameters,
    session: Session,
    epochs: int,
    stopping: Stopping | None,
) -> Plan:
    """Return how to train.

    Parameters
    ----------
    params : estimator
        Its public parameters are read.
    session : Session
        What is to be trained, and on which rows.
    epochs : int
        Epochs of this call.
    stopping : Stopping or None
        When validation rows end the training.
    """
    n_rows = len(session.table.rows.train)
    batch_size = auto.batch_size(params.batch_size, n_rows)
    if session.streams and params.batch_size == "auto":
        wanted = batch_size if session.early is None else _OF_FEW
        batch_size = auto.even_batch_size(wanted, n_rows)
    optimizer = resolve_optimizer(params.optimizer)
    seen = session.seen.total if session.streams else 0
    weight_decay = auto.weight_decay(
        params.weight_decay,
        seen + n_rows,
        prior_rows=session.table.target.prior_rows,
        decoupled=has_decoupled_decay(optimizer),
    )
    plan = Plan(
        epochs=epochs,
        planned_epochs=params.max_epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        lr=auto.learning_rate(params.lr, batch_size),
        lr_schedule=params.lr_schedule,
        weight_decay=weight_decay,
        stopping=stopping,
        device=session.device,
        dtype=session.dtype,
        n_threads=params.n_threads,
        seed=session.random.seed,
        verbose=params.verbose,
    )
    return session.seen.planned(plan, params.lr) if session.streams else plan
