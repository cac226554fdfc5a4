"""Cells of (table, noise, seed), measured one by one and kept in a file."""

import argparse
import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skreg.datasets import load_adult, load_letter, make_label_noise
from skreg.metrics import label_issue_auroc, memorized_fraction, recovered_fraction

TRAIN_ROWS, TEST_ROWS = 1_500, 3_000
FOLDER = Path(__file__).parent / "data"


def _load_ours(name: str, **_: bool) -> tuple[pd.DataFrame, Any]:
    """Read a table that travels with the benchmarks, always as a frame."""
    table = pd.read_csv(FOLDER / f"{name}.csv.gz")
    return table.drop(columns="class"), table["class"]


TABLES: dict[str, Callable[..., Any]] = {
    "digits": load_digits,
    "letter": load_letter,
    "satimage": partial(_load_ours, "satimage"),
    "magic": partial(_load_ours, "magic"),
    "wine": load_wine,
    "breast_cancer": load_breast_cancer,
    "adult": load_adult,
}
NOISES = ["sym20", "sym40", "sym60", "asym40", "clean"]


class Cell(NamedTuple):
    """Training rows with partly wrong labels, test rows with right ones."""

    X: NDArray[Any]
    y: NDArray[Any]
    y_right: NDArray[Any]
    X_test: NDArray[Any]
    y_test: NDArray[Any]


# Takes a cell and a seed, returns a fitted classifier and the trust in its labels.
Rival = Callable[[Cell, int], tuple[Any, NDArray[Any]]]


def make_cell(table: str, noise: str, seed: int) -> Cell:
    """Split a table, scale it with its training rows and spoil their labels."""
    X, y = TABLES[table](return_X_y=True, as_frame=True)
    y = np.unique(y, return_inverse=True)[1]
    n_train = min(TRAIN_ROWS, int(0.66 * len(y)))
    n_test = min(TEST_ROWS, len(y) - n_train)
    X, X_test, y_right, y_test = train_test_split(
        X, y, train_size=n_train, test_size=n_test, stratify=y, random_state=seed
    )
    words = OneHotEncoder(
        min_frequency=20, handle_unknown="infrequent_if_exist", sparse_output=False
    )
    numbers = make_column_selector(dtype_include="number")
    others = make_column_selector(dtype_exclude="number")
    encode = make_column_transformer((StandardScaler(), numbers), (words, others))
    X = np.asarray(encode.fit_transform(X), dtype=np.float64)
    spoilt = spoil(y_right, noise, seed)
    return Cell(X, spoilt, y_right, np.asarray(encode.transform(X_test)), y_test)


def spoil(y: NDArray[Any], noise: str, seed: int) -> NDArray[Any]:
    """Return labels with noise: 'sym' is drawn from all labels, 'asym' from the next.

    With two classes, asymmetric noise only turns 1 into 0.
    """
    if noise == "clean":
        return y
    rate = int(noise.removeprefix("a").removeprefix("sym")) / 100
    options: dict[str, Any] = {"kind": "symmetric", "inclusive": True}
    if noise.startswith("asym"):
        flips = {1: 0} if y.max() == 1 else None
        options = {"kind": "pair", "flips": flips}
    return make_label_noise(y, rate=rate, random_state=seed, **options)[0]


def measure(rival: Rival, cell: Cell, seed: int) -> dict[str, float]:
    """Train a rival on a cell."""
    start = time.process_time()
    classifier, quality = rival(cell, seed)
    seconds = time.process_time() - start
    p = np.asarray(classifier.predict_proba(cell.X_test), dtype=np.float64)
    predicted = np.asarray(classifier.predict(cell.X))
    labels = cell.y_right, cell.y, predicted
    return {
        "accuracy": float(np.mean(p.argmax(axis=1) == cell.y_test)),
        "log_loss": float(log_loss(cell.y_test, p, labels=np.arange(p.shape[1]))),
        "auroc": label_issue_auroc(cell.y != cell.y_right, quality),
        "memorized": memorized_fraction(*labels),
        "recovered": recovered_fraction(*labels),
        "seconds": seconds,
    }


def given_probability(classifier: Any, cell: Cell) -> NDArray[Any]:
    """Return the probabilities of the given labels, as trust in them."""
    quality: NDArray[Any] = classifier.predict_proba(cell.X)[
        np.arange(len(cell.y)), cell.y
    ]
    return quality


def read_arguments(file: str, rivals: Mapping[str, Rival]) -> argparse.Namespace:
    """Read what to run from the command line; everything by default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", nargs="+", default=list(TABLES), choices=TABLES)
    parser.add_argument("--noises", nargs="+", default=NOISES, choices=NOISES)
    parser.add_argument("--rivals", nargs="+", default=list(rivals), choices=rivals)
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--minutes", type=float, default=np.inf, help="of CPU")
    parser.add_argument("--file", type=Path, default=Path(file), help="kept cells")
    return parser.parse_args()


def run(file: str, rivals: Mapping[str, Rival]) -> None:
    """Measure the cells that are not in the file yet, then print the table."""
    arguments = read_arguments(file, rivals)
    known = read_cells(arguments.file)
    done = {tuple(row[k] for k in ("table", "noise", "seed", "rival")) for row in known}
    with arguments.file.open("a") as out:
        for table, noise, seed, names in todo(arguments, done):
            cell = make_cell(table, noise, seed)
            for name in names:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # lost classes, no convergence
                    figures = measure(rivals[name], cell, seed)
                key = {"table": table, "noise": noise, "seed": seed, "rival": name}
                out.write(json.dumps({**key, **figures}) + "\n")
                out.flush()
            if time.process_time() > 60 * arguments.minutes:
                print("stopped early: run again to go on")
                break
    kept = pd.DataFrame(read_cells(arguments.file))
    print_tables(kept[kept["rival"].isin(arguments.rivals)])


def todo(
    arguments: argparse.Namespace, done: set[tuple[Any, ...]]
) -> Iterator[tuple[str, str, int, list[str]]]:
    """Yield the cells and the rivals that have not met them."""
    for seed in range(arguments.seeds):
        for noise in arguments.noises:
            for table in arguments.tables:
                names = arguments.rivals
                left = [n for n in names if (table, noise, seed, n) not in done]
                if left:
                    yield table, noise, seed, left


def read_cells(file: Path) -> list[dict[str, Any]]:
    """Return the measured cells of a file, none if there is no file."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text().splitlines()]


def print_tables(cells: pd.DataFrame) -> None:
    """Print means over the cells that all rivals have met."""
    keys = ["table", "noise", "seed"]
    met = cells.groupby(keys)["rival"].transform("nunique")
    cells = cells[met == cells["rival"].nunique()]
    with pd.option_context("display.width", 200, "display.max_columns", 30):
        accuracy = cells.pivot_table("accuracy", ["table", "noise"], "rival")
        print("\nclean test accuracy\n", accuracy.round(3), sep="")
        by = [cells["noise"].eq("clean").map({True: "right", False: "wrong"}), "rival"]
        means = cells.groupby(by).mean(numeric_only=True).drop(columns="seed")
        print("\nmeans over right and partly wrong labels\n", means.round(3), sep="")
