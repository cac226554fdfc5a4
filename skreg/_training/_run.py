"""The one function that trains."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from torch import nn

from ._alignment import align_rows
from ._batch_norms import check_batch_norms
from ._callback_checks import check_callbacks
from ._callbacks import as_callback, best_weights, verbose_callbacks
from ._model import Model
from ._net import RegularizedNet
from ._optimizers import CheckedOptimizer
from ._plan import Plan
from ._predict import block_rows, count_work
from ._random import seeded_globally
from ._threads import torch_threads


def run(models: Sequence[Model], plans: Sequence[Plan]) -> list[RegularizedNet]:
    """Train models by their plans, one after the other.

    Parameters
    ----------
    models : sequence of Model
        What to train. The modules are changed.
    plans : sequence of Plan
        How to train each of them.

    Returns
    -------
    nets : list of RegularizedNet
        Trained, ready to predict. An interrupt ends the net in training, and those
        after it are left out.
    """
    nets: list[RegularizedNet] = []
    for model, plan in zip(models, plans, strict=True):
        nets.append(_train(model, plan))
        if nets[-1].interrupt_ is not None:
            break
    return nets


def _train(model: Model, plan: Plan) -> RegularizedNet:
    check_batch_norms(model.module, len(model.train), plan.batch_size)
    net = _net(model, plan)
    check_callbacks(
        net.callbacks_,
        sets_rows_aside=model.valid is not None,
        has_truth=model.has_truth,
    )
    if model.previous is not None:
        net.go_on_from(model.previous)
    batch = min(plan.batch_size, len(model.train))
    # Only modules of users may draw random numbers that are not the fit's.
    draws = seeded_globally(plan.seed) if model.draws_globally else nullcontext()
    with torch_threads(plan.n_threads, batch * count_work(model.module)), draws:
        net.fit_split(model.train, model.valid)
    return _predicting(net, model.chain.finish(net.module_))


def _net(model: Model, plan: Plan) -> RegularizedNet:
    """Return the skorch net of a model, ready to train."""
    return RegularizedNet(
        model.module,
        criterion_fn=model.validation_criterion,
        training_fn=model.criterion,
        chain=model.chain,
        random=model.random,
        target=model.target,
        n_outputs=model.n_outputs,
        planned_epochs=plan.planned_epochs,
        lr_schedule=plan.lr_schedule,
        optimizer=CheckedOptimizer(plan.optimizer, plan.weight_decay),
        lr=plan.lr,
        max_epochs=plan.epochs,
        batch_size=plan.batch_size,
        callbacks=[*_callbacks(model.callbacks, plan), *model.monitors],
        device=str(plan.device),
        verbose=plan.verbose,
    ).initialize()


def _callbacks(given: Sequence[Any], plan: Plan) -> list[Any]:
    """Return those that watch the model, and those that the plan asks for."""
    callbacks = [as_callback(callback) for callback in given]
    if plan.stopping is not None and plan.epochs > 0:
        stopper = best_weights(patience=plan.stopping.patience, tol=plan.stopping.tol)
        callbacks.append(("skreg_best_weights", stopper))
    return [*callbacks, *verbose_callbacks(plan.verbose)]


def at_this_moment(net: RegularizedNet) -> RegularizedNet:
    """Return a copy of a net in training that predicts with its weights of now."""
    copied = RegularizedNet.__new__(RegularizedNet)
    copied.__dict__.update(vars(net))
    return _predicting(copied, copy.deepcopy(net.module_).eval())


def _predicting(net: RegularizedNet, module: nn.Module) -> RegularizedNet:
    """Give a net the module that it shall predict with."""
    align_rows(module)
    net.module_ = module
    net.block_rows_ = block_rows(module)
    return net
