"""One fit, from validated data to a trained net."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from torch import nn

from .._training._alignment import align_rows, release_rows
from .._training._callbacks import as_callback, best_weights, verbose_callbacks
from .._training._data import TableDataset
from .._training._device import DTYPES
from .._training._net import RegularizedNet
from .._training._optimizers import make_optimizer
from .._training._predict import block_rows, count_work
from .._training._random import (
    FitRandom,
    initialize,
    own_generator,
    seeded_globally,
)
from .._training._threads import torch_threads
from .._types import Floats
from ..modules import find_head
from ..preprocessing import TabularEncoder
from ..regularizers import FitInfo, Regularizer
from ..regularizers._chain import Chain
from . import _auto as auto


@dataclass(kw_only=True)
class Rows:
    """Which rows train, which validate, and what they weigh."""

    train: NDArray[np.int64]
    valid: NDArray[np.int64] | None
    weight: Floats | None

    @classmethod
    def choose(
        cls,
        n_samples: int,
        weight: Floats | None,
        strata: NDArray[Any] | None,
        fraction: float | None,
        seed: int,
    ) -> Rows:
        """Leave out rows of weight zero, then split the rest for early stopping.

        Parameters
        ----------
        n_samples : int
            Rows of the table.
        weight : ndarray or None
            Sample weights; None means equal ones.
        strata : ndarray or None
            Classes whose shares the split keeps.
        fraction : float or None
            Share of validation rows; None means no split.
        seed : int
            Seed of the split.
        """
        rows = np.arange(n_samples)
        if weight is not None:
            rows = np.flatnonzero(weight > 0)
            weight = _unless_equal(weight, rows)
        valid = None
        if fraction is not None:
            rows, valid = _split(rows, strata, fraction, seed)
        if weight is not None:
            weight = weight * (len(rows) / weight[rows].sum())
        return cls(train=rows, valid=valid, weight=weight)

    def of_training(self) -> Floats | None:
        """Return the weights of the training rows, None for equal ones."""
        return None if self.weight is None else self.weight[self.train]

    def training_weight(self, n_samples: int) -> Floats | None:
        """Return weights that are zero outside the training rows."""
        if len(self.train) == n_samples:
            return self.weight
        masked = np.zeros(n_samples)
        masked[self.train] = 1.0 if self.weight is None else self.weight[self.train]
        return masked


def _unless_equal(weight: Floats, rows: NDArray[np.int64]) -> Floats | None:
    """Return the weights, or None if all rows that count weigh the same."""
    if not len(rows):
        raise ValueError(
            "sample_weight times class_weight is zero for every row, which leaves no "
            "row to train on; give a class that is present a positive weight."
        )
    present = weight[rows]
    return None if present.min() == present.max() else weight


def _split(
    rows: NDArray[np.int64], strata: NDArray[Any] | None, fraction: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n_valid = round(fraction * len(rows))
    if n_valid < 1 or n_valid >= len(rows):
        raise ValueError(
            f"validation_fraction={fraction} of n_samples = {len(rows)} rows leaves "
            f"{len(rows) - n_valid} rows for training and {n_valid} for validation; "
            "change validation_fraction, add rows, or set early_stopping=False."
        )
    kept = None if strata is None else strata[rows]
    if kept is not None:
        sizes = np.unique(kept, return_counts=True)[1]
        if sizes.min() < 2 or min(n_valid, len(rows) - n_valid) < len(sizes):
            kept = None
    train, valid = train_test_split(
        rows, test_size=n_valid, random_state=seed, stratify=kept
    )
    return np.sort(train), np.sort(valid)


@dataclass(kw_only=True)
class Session:
    """What a fit needs besides the estimator's parameters.

    ``previous`` is the net of an earlier fit to go on from, or None; ``resumed``
    names the regularizers that go on with it, ``key`` marks the training rows.
    """

    inputs: NDArray[Any]
    target: NDArray[Any]
    rows: Rows
    encoder: TabularEncoder
    codec: Any
    random: FitRandom
    device: torch.device
    named: list[tuple[str, Regularizer]]
    previous: RegularizedNet | None
    resumed: frozenset[str]
    key: bytes | None

    def train(
        self,
        params: Any,
        *,
        epochs: int,
        early_stopping: bool,
        tasks: list[Any],
    ) -> RegularizedNet:
        """Train and return the net, ready to predict.

        Parameters
        ----------
        params : estimator
            Its public parameters are read.
        epochs : int
            Epochs of this call.
        early_stopping : bool
            Whether validation rows decide about the end.
        tasks : list of (str, skorch.callbacks.Callback)
            The bridge to scikit-learn's callbacks, if there are any.
        """
        train, valid = self._datasets(params.dtype)
        batch_size = auto.batch_size(params.batch_size, len(train))
        module = self._module(params)
        chain, module = self._chain(module, params)
        net = RegularizedNet(
            module,
            criterion_fn=self.codec.validation_criterion,
            training_fn=self.codec.training_criterion,
            chain=chain,
            random=self.random,
            n_outputs=self.codec.n_outputs,
            planned_epochs=params.max_epochs,
            lr_schedule=params.lr_schedule,
            optimizer=self._optimizer(params),
            lr=auto.learning_rate(params.lr, batch_size),
            max_epochs=epochs,
            batch_size=batch_size,
            callbacks=[*_callbacks(params, early_stopping and epochs > 0), *tasks],
            device=str(self.device),
            verbose=params.verbose,
        ).initialize()
        if self.previous is not None:
            net.go_on_from(self.previous)
        batch = min(batch_size, len(train))
        # Only modules of users may draw random numbers that are not the fit's.
        foreign = params._draws_globally()
        apart = seeded_globally(self.random.seed) if foreign else nullcontext()
        with torch_threads(params.n_threads, batch * count_work(module)), apart:
            net.fit_split(train, valid)
        return _predicting(net, chain.finish(net.module_))

    def still(self, net: RegularizedNet) -> RegularizedNet:
        """Return a copy of a net in training that predicts with its weights of now."""
        still = RegularizedNet.__new__(RegularizedNet)
        still.__dict__.update(vars(net))
        return _predicting(still, copy.deepcopy(net.module_).eval())

    def _optimizer(self, params: Any) -> Callable[..., Any]:
        decay = auto.weight_decay(len(self.rows.train), self.codec.prior_rows)
        return make_optimizer(params.optimizer, params.weight_decay, decay)

    def _datasets(self, dtype: str) -> tuple[TableDataset, TableDataset | None]:
        target = self.target
        if target.dtype.kind == "f":
            target = target.astype(dtype)

        def tensor(array: NDArray[Any]) -> torch.Tensor:
            return torch.from_numpy(array).to(self.device)

        def dataset(weight: Floats | None, rows: NDArray[np.int64]) -> TableDataset:
            weights = None if weight is None else tensor(weight.astype(dtype))
            return TableDataset(*shared, weights, rows=tensor(rows))

        shared = tensor(self.inputs), tensor(target)
        rows, emphasis = self.rows, self.codec.emphasis
        train = dataset(rows.weight, rows.train)
        if rows.valid is None:
            return train, None
        judged = emphasis.validation_weight(target, rows.weight, rows.valid)
        return train, dataset(judged, rows.valid)

    def _module(self, params: Any) -> nn.Module:
        """Build a module, or copy the previous one: a failed fit must not spoil it."""
        if self.previous is not None:
            module = copy.deepcopy(self.previous.module_)
            release_rows(module)
        else:
            build = partial(params._build_module, self)
            module = initialize(build, self.random.seed)
        module = module.to(self.device, DTYPES[params.dtype])
        return own_generator(module, self.random.torch)

    def _chain(self, module: nn.Module, params: Any) -> tuple[Chain, nn.Module]:
        info = FitInfo(
            n_samples=len(self.inputs),
            n_outputs=self.codec.n_outputs,
            n_members=params._count_members(),
            n_classes=self.codec.n_classes,
            max_epochs=params.max_epochs,
            has_features=self.codec.has_head and find_head(module) is not None,
            module=module,
            device=self.device,
            dtype=DTYPES[params.dtype],
            random=self.random.numpy,
            weight=self.rows.training_weight(len(self.inputs)),
            **self.codec.known_of(self.target),
        )
        chain = Chain(self.named, info)
        return chain, chain.start(info, resumed=self.resumed)


def _predicting(net: RegularizedNet, module: nn.Module) -> RegularizedNet:
    """Give a net the module that it shall predict with."""
    align_rows(module)
    net.module_ = module
    net.block_rows_ = block_rows(module)
    return net


def _callbacks(params: Any, early_stopping: bool) -> list[Any]:
    callbacks = [as_callback(callback) for callback in params.callbacks or []]
    if early_stopping:
        stopper = best_weights(patience=params.n_iter_no_change, tol=params.tol)
        callbacks.append(("skreg_best_weights", stopper))
    return [*callbacks, *verbose_callbacks(params.verbose)]
