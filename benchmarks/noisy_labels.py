"""How well classifiers learn from labels of which a part is wrong.

``python -m benchmarks.noisy_labels`` trains every rival on every table, noise and seed
and prints the tables; what has been measured is kept in a file, so it may be stopped.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from skreg import ELRClassifier, RegularizedClassifier
from skreg.regularizers import PSKD, LabelSmoothing, SwapNoise

from ._noise_grid import Cell, Rival, given_probability, run


def judged_by_itself(make: Callable[[int], Any]) -> Rival:
    """Let a classifier judge labels by their probability, as it comes."""

    def rival(cell: Cell, seed: int) -> tuple[Any, NDArray[Any]]:
        classifier = make(seed).fit(cell.X, cell.y)
        return classifier, given_probability(classifier, cell)

    return rival


def elr(**options: Any) -> Rival:
    """Train the classifier for noisy labels."""

    def rival(cell: Cell, seed: int) -> tuple[Any, NDArray[Any]]:
        classifier = ELRClassifier(random_state=seed, **options).fit(cell.X, cell.y)
        return classifier, classifier.label_quality_

    return rival


def plain(kind: Any = RegularizedClassifier, **options: Any) -> Callable[[int], Any]:
    """Make a net without ELR."""
    return lambda seed: kind(random_state=seed, **options)


def forest(cell: Cell, seed: int) -> tuple[Any, NDArray[Any]]:
    """Train a forest that judges labels by the trees that have not seen them."""
    classifier = RandomForestClassifier(
        min_samples_leaf=5, oob_score=True, random_state=seed
    ).fit(cell.X, cell.y)
    quality = classifier.oob_decision_function_[np.arange(len(cell.y)), cell.y]
    return classifier, np.nan_to_num(quality, nan=0.5)


def cleanlab(make: Callable[[int], Any]) -> Rival:
    """Let cleanlab train a classifier six times and drop rows."""

    def rival(cell: Cell, seed: int) -> tuple[Any, NDArray[Any]]:
        learning: Any = import_module("cleanlab.classification").CleanLearning
        classifier = learning(make(seed), seed=seed).fit(cell.X, cell.y)
        return classifier, classifier.get_label_issues()["label_quality"].to_numpy()

    return rival


def boosting(early_stopping: bool) -> Callable[[int], Any]:
    """Make scikit-learn's gradient boosting."""
    return lambda seed: HistGradientBoostingClassifier(
        early_stopping=early_stopping, random_state=seed
    )


# The net of ELR with its swap noise, which is part of the preset only with the term.
NOISE: dict[str, Any] = {"strength": 0, "regularizers": [SwapNoise()]}
RIVALS: dict[str, Rival] = {
    "LogReg": judged_by_itself(lambda seed: LogisticRegression(max_iter=1000)),
    "HGB": judged_by_itself(boosting(False)),
    "HGB es": judged_by_itself(boosting(True)),
    "RF leaf5": forest,
    "net": judged_by_itself(plain()),
    "net es": judged_by_itself(plain(early_stopping=True)),
    "smoothing": judged_by_itself(plain(regularizers=[LabelSmoothing()])),
    "PS-KD": judged_by_itself(plain(regularizers=[PSKD()])),
    "ELR": elr(),
    "ELR off": elr(strength=0),
    "ELR off, es": elr(strength=0, early_stopping=True),
    "ELR off, noise": elr(**NOISE),
    "ELR off, noise, es": elr(**NOISE, early_stopping=True),
    "ELR+": elr(n_networks=2),
}
if find_spec("cleanlab"):
    stopped = {"early_stopping": True}
    RIVALS["cleanlab"] = cleanlab(plain(**stopped))
    off = {"strength": 0, **stopped}
    RIVALS["cleanlab, net of ELR"] = cleanlab(plain(ELRClassifier, **off))
    off = {**NOISE, **stopped}
    RIVALS["cleanlab, net of ELR, noise"] = cleanlab(plain(ELRClassifier, **off))

if __name__ == "__main__":
    run("noisy_labels.jsonl", RIVALS)
