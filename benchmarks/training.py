"""Compare skreg with its peers: ``python -m benchmarks.training [--quick]``."""

import argparse
from collections.abc import Iterator
from functools import partial
from statistics import median

import torch

from ._rivals import RIVALS, by_hand, by_skreg, make_task
from ._table import Table
from ._turns import Rival, ratio, take_turns
from .footprint import report_footprint
from .prediction import report_prediction
from .threads import report_threads

Cell = tuple[int, int, int]  # rows, width of the two hidden layers, batch size

CELLS = [
    (n, width, batch)
    for n in (2000, 20_000)
    for width in (16, 64, 256)
    for batch in (32, 128, 256, 1024)
]
QUICK_CELLS = [(2000, 16, 32), (2000, 64, 128), (2000, 256, 1024)]
PATHS = {
    "sample_weight": partial(by_skreg, sample_weight=True),
    "early_stopping": partial(by_skreg, early_stopping=True, n_iter_no_change=10**6),
}
# Seconds of a turn: long against the change of turns, short against the drift.
TURN = 0.03


def report_training(cells: list[Cell], *, turns: int) -> None:
    """Print the seconds of an epoch relative to the loop by hand."""
    table = Table(
        "Training: CPU time relative to a loop written by hand; then wall time, and "
        "the largest difference of a weight from that loop's",
        [
            *["rows", "width", "batch", "us/step by hand", "skreg", "skorch"],
            *["scikit-learn", "skreg, wall", "difference"],
        ],
    )
    for cell, rivals in _compete(cells, RIVALS, turns):
        hand, skreg = rivals["by hand"], rivals["skreg"]
        table.row(
            *cell,
            round(1e6 * median(hand.cpu[1:]) / (hand.epochs * _n_steps(cell))),
            *(ratio(rivals[name], hand) for name in [*RIVALS][1:]),
            ratio(skreg, hand, "wall"),
            f"{_difference(hand.result, skreg.result):.1f}",
        )


def report_paths(cells: list[Cell], *, turns: int) -> None:
    """Print what weights and validation cost."""
    table = Table(
        "Training with weights, with validation: CPU time relative to the plain fit",
        ["rows", "width", "batch", *PATHS],
    )
    for cell, rivals in _compete(cells, {"skreg": by_skreg, **PATHS}, turns):
        table.row(*cell, *(ratio(rivals[name], rivals["skreg"]) for name in PATHS))


def _compete(
    cells: list[Cell], trainings: dict, turns: int
) -> Iterator[tuple[Cell, dict[str, Rival]]]:
    for cell in cells:
        epochs = _epochs_of_a_turn(cell)
        task = make_task(*cell, epochs=epochs * turns)
        contest = {name: partial(train, task) for name, train in trainings.items()}
        yield cell, take_turns(contest, turns=turns, epochs=epochs)


def _epochs_of_a_turn(cell: Cell) -> int:
    trial = take_turns(
        {"": partial(by_hand, make_task(*cell, epochs=3))}, turns=3, epochs=1
    )
    return max(1, round(TURN / min(trial[""].cpu)))


def _n_steps(cell: Cell) -> int:
    n_rows, _, batch = cell
    return -(-n_rows // batch)


def _difference(one: torch.nn.Module, other: torch.nn.Module) -> float:
    """Return the largest difference between the weights of two nets."""
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return max((a - b).abs().max().item() for a, b in pairs)


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few cells and rounds, below a minute"
    )
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    cells, turns = (QUICK_CELLS, 5) if quick else (CELLS, 15)
    report_training(cells, turns=turns)
    report_paths(QUICK_CELLS, turns=turns)
    report_prediction()
    if not quick:
        report_footprint()
        report_threads()


if __name__ == "__main__":
    main()
