"""What ELR costs: ``python -m benchmarks.noisy_labels_time``.

CPU time of an epoch relative to the net of the same parameters without any regularizer,
and of a whole fit relative to one of the default net, one thread, everybody in turns.
Run it on a machine that does nothing else: neighbours on the same cores take caches
away, which hits many small operations most.
"""

import time
import warnings
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import torch

from skreg import ELRClassifier, RegularizedClassifier

from ._noise_grid import TABLES, Cell, make_cell
from ._table import Table
from ._turns import Tick, ratio, take_turns

EPOCHS, TURNS, FITS = 12, 15, 3
OPTIONS: dict[str, dict[str, Any]] = {
    "ELR": {},
    "without average": {"ema_decay": None},
    "strength 0": {"strength": 0},
    "ELR+": {"n_networks": 2},
}


def plain(cell: Cell, tick: Tick) -> Any:
    """Train the net of ELR, as if there were no ELR."""
    known = RegularizedClassifier().get_params()
    same = {k: v for k, v in ELRClassifier().get_params().items() if k in known}
    return _fit(partial(RegularizedClassifier, **same), cell, tick)


def elr(options: dict[str, Any], cell: Cell, tick: Tick) -> Any:
    """Train ELR."""
    return _fit(partial(ELRClassifier, **options), cell, tick)


def _fit(make: Callable[..., Any], cell: Cell, tick: Tick) -> Any:
    net = make(random_state=0, callbacks=[lambda net: tick()])
    net.set_params(max_epochs=EPOCHS * TURNS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return net.fit(cell.X, cell.y)


def whole_fit(cell: Cell) -> float:
    """Return the time of a whole fit relative to that of the default net."""
    seconds: dict[type, list[float]] = {RegularizedClassifier: [], ELRClassifier: []}
    for seed in range(FITS):
        for kind, spent in seconds.items():
            start = time.process_time()
            kind(random_state=seed).fit(cell.X, cell.y)
            spent.append(time.process_time() - start)
    net, elr_ = (median(spent) for spent in seconds.values())
    return round(elr_ / net, 2)


def main() -> None:
    """Print the ratios for each table of the grid."""
    torch.set_num_threads(1)
    table = Table(
        "ELR: CPU time relative to the net alone",
        ["table", "rows", "us/step net", *OPTIONS, "whole fit / default net"],
    )
    for name in TABLES:
        cell = make_cell(name, "sym40", 0)
        trainings = {"net": partial(plain, cell)}
        trainings |= {k: partial(elr, v, cell) for k, v in OPTIONS.items()}
        rivals = take_turns(trainings, turns=TURNS, epochs=EPOCHS)
        net: Any = rivals["net"]
        steps = EPOCHS * -(-len(cell.y) // net.result.net_.batch_size)
        table.row(
            name,
            len(cell.y),
            round(1e6 * median(net.cpu[1:]) / steps),
            *(ratio(rivals[option], net) for option in OPTIONS),
            whole_fit(cell),
        )


if __name__ == "__main__":
    main()
