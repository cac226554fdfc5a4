"""Where a second thread begins to pay."""

import time
from collections.abc import Callable
from math import log2
from statistics import median

import torch
from torch.nn import functional

from ._rivals import N_CLASSES, N_FEATURES, Task, make_net, make_task
from ._table import Table

# Width of the two hidden layers, batch size.
CELLS = [(64, 1024), (256, 256), (128, 1024), (256, 1024), (512, 1024), (1024, 1024)]
SLOT = 0.1  # seconds


def report_threads() -> None:
    """Print the time of training steps with two threads relative to one."""
    table = Table(
        "Two threads relative to one, by the multiply-adds of a batch (2 to the power)",
        ["width", "batch", "power", "one, ms/step", "wall", "CPU"],
    )
    for width, batch in CELLS:
        weights = width * (N_FEATURES + width + N_CLASSES)
        step = make_step(make_task(batch, width, batch, 1))
        one, wall, cpu = compare(step, rounds=15)
        table.row(width, batch, f"{log2(batch * weights):.1f}", 1000 * one, wall, cpu)


def make_step(task: Task) -> Callable[[], None]:
    """Return a function that does one training step."""
    net = make_net(task)
    optimizer = torch.optim.AdamW(net.parameters(), fused=True)
    X, y = torch.from_numpy(task.X), torch.from_numpy(task.y)

    def step() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(net(X), y).backward()
        optimizer.step()

    return step


def compare(step: Callable[[], None], rounds: int) -> tuple[float, float, float]:
    """Return the wall time with one thread, and the ratios of wall and CPU time."""
    before = torch.get_num_threads()
    n_steps = max(1, round(SLOT / measure(step, 1)[0]))
    walls, ratios = [], []
    for _ in range(rounds):
        torch.set_num_threads(1)
        one = measure(step, n_steps)
        torch.set_num_threads(2)
        two = measure(step, n_steps)
        walls.append(one[0] / n_steps)
        ratios.append([b / a for a, b in zip(one, two, strict=True)])
    torch.set_num_threads(before)
    wall, cpu = map(median, zip(*ratios, strict=True))
    return median(walls), wall, cpu


def measure(step: Callable[[], None], n_steps: int) -> tuple[float, float]:
    """Return wall and CPU seconds of some steps, after one that starts the threads."""
    step()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(n_steps):
        step()
    return time.perf_counter() - wall, time.process_time() - cpu
