"""Prediction: one row at a time, and very many."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray

from skreg import RegularizedClassifier

from ._rivals import N_FEATURES, Task, make_net, make_task

CHUNK = 4096


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Return the CPU time of one call."""
    start = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - start) / repeats


def alternate(
    ours: Callable[[], object], raw: Callable[[], object], repeats: int, turns: int = 15
) -> tuple[float, float]:
    """Return the median times of two calls that take turns."""
    for call in (ours, raw):
        call()
    pairs = [(seconds(ours, repeats), seconds(raw, repeats)) for _ in range(turns)]
    return median(p[0] for p in pairs), median(p[1] for p in pairs)


def report_prediction() -> None:
    """Print ``predict_proba`` against the bare module."""
    print("\nCPU time of predict_proba against the bare module, one thread")
    random = np.random.default_rng(0)
    many = random.standard_normal((100_000, N_FEATURES), dtype=np.float32)
    task = make_task(2_000, 64, 256, 1)
    for widths in ((16, 16), (128, 128), (256, 256)):
        net = RegularizedClassifier(hidden_layer_sizes=widths, max_epochs=1)
        net.fit(task.X, task.y)
        compare(net, bare_module(net, task), many)


def bare_module(net: RegularizedClassifier, task: Task) -> torch.nn.Module:
    """Return the module as one writes it down, with the weights of a fitted net."""
    module = make_net(task._replace(widths=net.hidden_layer_sizes))
    pairs = zip(module.parameters(), net.net_.module_.parameters(), strict=True)
    for parameter, trained in pairs:
        parameter.data = trained.data
    return module.eval()


def compare(
    net: RegularizedClassifier, module: torch.nn.Module, many: NDArray[np.float32]
) -> None:
    """Print the times of a fitted net and of its bare module."""

    def raw_row() -> object:
        with torch.inference_mode():
            return module(torch.from_numpy(many[:1]))

    def raw_table() -> object:
        with torch.inference_mode():
            chunks = torch.from_numpy(many).split(CHUNK)
            return torch.cat([module(c).softmax(1) for c in chunks]).numpy()

    one, raw = alternate(lambda: net.predict_proba(many[:1]), raw_row, 200)
    print(f"  {net.hidden_layer_sizes}, one row: {1e3 * one:.3f} ms; the module")
    print(
        f"    {1e3 * raw:.3f} ms; three times that + 0.2 ms = {3e3 * raw + 0.2:.3f} ms"
    )
    table, raw = alternate(lambda: net.predict_proba(many), raw_table, 1, turns=7)
    print(f"    100,000 rows: {table / raw:.2f} of the module in chunks of {CHUNK:,}")
