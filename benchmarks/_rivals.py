"""The same net, trained by hand, by skreg, by skorch and by scikit-learn."""

import warnings
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from skorch import NeuralNetClassifier
from skorch.callbacks import Callback
from threadpoolctl import threadpool_limits
from torch import nn

from skreg import RegularizedClassifier
from skreg._training._random import draw_seed, epoch_seeds, initialize

from ._turns import Tick

N_FEATURES, N_CLASSES = 30, 4
LR = 1e-3


class Task(NamedTuple):
    """A table, a net and how to train it."""

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    widths: tuple[int, ...]
    batch_size: int
    epochs: int


def make_task(n_samples: int, width: int, batch_size: int, epochs: int) -> Task:
    """Return a task of classes that a net can learn."""
    random = np.random.default_rng(0)
    X = random.standard_normal((n_samples, N_FEATURES), dtype=np.float32)
    y = (X @ random.standard_normal((N_FEATURES, N_CLASSES))).argmax(axis=1)
    return Task(X, y, (width, width), batch_size, epochs)


def make_net(task: Task) -> nn.Sequential:
    """Return the net as one writes it down."""
    layers: list[nn.Module] = []
    n_inputs = N_FEATURES
    for width in task.widths:
        layers += [nn.Linear(n_inputs, width), nn.ReLU()]
        n_inputs = width
    return nn.Sequential(*layers, nn.Linear(n_inputs, N_CLASSES))


def by_hand(task: Task, tick: Tick) -> nn.Module:
    """Train in a loop as short as one would write it, with the draws of skreg."""
    seed = draw_seed(0)
    seeds = [epoch_seeds(seed, epoch)[0] for epoch in range(task.epochs)]
    net = initialize(lambda: make_net(task), seed)
    X, y = torch.from_numpy(task.X), torch.from_numpy(task.y)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(net.parameters(), LR, weight_decay=0, fused=True)
    generator = torch.Generator()
    for epoch_seed in seeds:
        generator.manual_seed(epoch_seed)
        order = torch.randperm(len(X), generator=generator)
        for rows in order.split(task.batch_size):
            optimizer.zero_grad()
            output = net(X.index_select(0, rows))
            criterion(output, y.index_select(0, rows)).backward()
            optimizer.step()
        tick()
    return net


# The net that the rivals train: none of what makes our default better and slower.
PLAIN: dict[str, Any] = {
    "activation": "relu",
    "dropout": 0.0,
    "label_smoothing": 0.0,
    "lr": 1e-3,
    "lr_schedule": "constant",
    "numeric_embedding": None,
    "weight_decay": 0.0,
    "wide": False,
}


def by_skreg(task: Task, tick: Tick, **options: Any) -> nn.Module:
    """Train the estimator; ``sample_weight=True`` gives it weights."""
    weight = None
    if options.pop("sample_weight", False):
        weight = np.random.default_rng(0).uniform(0.5, 1.5, len(task.y))
    estimator = RegularizedClassifier(
        hidden_layer_sizes=task.widths,
        batch_size=task.batch_size,
        max_epochs=task.epochs,
        scaling=None,
        callbacks=[lambda net: tick()],
        random_state=0,
        **{**PLAIN, **options},
    )
    return estimator.fit(task.X, task.y, weight).net_.module_


class _Ticker(Callback):
    def __init__(self, tick: Tick) -> None:
        self.tick = tick

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        self.tick()


def by_skorch(task: Task, tick: Tick) -> nn.Module:
    """Train skorch's own estimator as it comes, with torch's own AdamW."""
    estimator = NeuralNetClassifier(
        make_net(task),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.AdamW,
        lr=LR,
        batch_size=task.batch_size,
        max_epochs=task.epochs,
        iterator_train__shuffle=True,
        train_split=None,
        callbacks=[_Ticker(tick)],
        verbose=0,
    )
    return estimator.fit(task.X, task.y).module_


class _TickingMLP(MLPClassifier):
    """Calls a function after every epoch, for which there is no public hook."""

    def _update_no_improvement_count(self, *args: Any, **kwargs: Any) -> None:
        super()._update_no_improvement_count(*args, **kwargs)
        self._tick()


def by_sklearn(task: Task, tick: Tick) -> MLPClassifier:
    """Train scikit-learn's net, in float32 as the others."""
    estimator = _TickingMLP(
        task.widths,
        alpha=0.0,
        batch_size=min(task.batch_size, len(task.y)),
        max_iter=task.epochs,
        n_iter_no_change=task.epochs + 1,
        random_state=0,
    )
    estimator._tick = tick
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(task.X, task.y)


RIVALS = {
    "by hand": by_hand,
    "skreg": by_skreg,
    "skorch": by_skorch,
    "scikit-learn": by_sklearn,
}
