"""The figures of README and user guide that are means over splits or seeds.

What a page prints itself is tested; these are too slow for that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from skreg import (
    ELRClassifier,
    RegularizedClassifier,
    TJEPAClassifier,
    TJEPATransformer,
)
from skreg.datasets import (
    load_adult,
    load_letter,
    make_label_noise,
    make_redundant_columns,
)

from ._table import Table

N_SURE = 0.1  # label quality below which an issue is acted upon


def report_pages() -> None:
    """Print one table a claim, with the page where it stands."""
    report_wrong_labels()
    report_right_labels()
    report_embeddings()
    report_corrections()
    report_few_labels()


def load(name: str) -> tuple[Any, Any]:
    """Return Adult with its types, or Letter."""
    if name == "Adult":
        return load_adult(return_X_y=True, as_frame=True)
    return load_letter(return_X_y=True)


def report_wrong_labels(splits: int = 3) -> None:
    """Letter with 30 % wrong labels (README)."""
    columns = ["split", "forest", "plain net", "ELR", "precision", "recall"]
    table = Table("README: Letter, 30 % wrong labels", columns)
    rows = []
    for seed in range(splits):
        X, X_test, y, y_test = train_test_split(
            *load("Letter"), train_size=1500, random_state=seed
        )
        y, is_wrong, _ = make_label_noise(y, rate=0.3, random_state=seed)
        elr = ELRClassifier(random_state=seed)
        models = [
            RandomForestClassifier(random_state=seed),
            RegularizedClassifier(random_state=seed),
            elr,
        ]
        scores = [model.fit(X, y).score(X_test, y_test) for model in models]
        sure = elr.label_quality_ < N_SURE
        rows.append([*scores, is_wrong[sure].mean(), sure[is_wrong].mean()])
        table.row(seed, *rows[-1])
    table.row("mean", *np.mean(rows, axis=0))


def report_right_labels(splits: int = 4) -> None:
    """Adult with right labels (README)."""
    table = Table("README: Adult, 2,000 rows", ["split", "boosted trees", "plain net"])
    rows = []
    for seed in range(splits):
        X, X_test, y, y_test = train_test_split(
            *load("Adult"), train_size=2000, random_state=seed
        )
        models = [
            HistGradientBoostingClassifier(random_state=seed),
            RegularizedClassifier(random_state=seed),
        ]
        rows.append([model.fit(X, y).score(X_test, y_test) for model in models])
        table.row(seed, *rows[-1])
    table.row("mean", *np.mean(rows, axis=0))


def report_embeddings(splits: int = 3) -> None:
    """What curves and waves gain on 1,000 rows (guide of nets)."""
    columns = ["table", "split", "accuracy", "without", "log-loss", "without"]
    table = Table("Guide, nets: numbers with and without embedding", columns)
    for name in ("Letter", "Adult"):
        for seed in range(splits):
            X, X_test, y, y_test = train_test_split(
                *load(name), train_size=1000, random_state=seed
            )
            nets = [
                RegularizedClassifier(numeric_embedding=numbers, random_state=0)
                for numbers in ("combined", None)
            ]
            accuracy = [net.fit(X, y).score(X_test, y_test) for net in nets]
            losses = [log_loss(y_test, net.predict_proba(X_test)) for net in nets]
            table.row(name, seed, *accuracy, *losses)


def report_corrections() -> None:
    """A second fit on mended labels (guide of wrong labels)."""
    columns = ["table", "split", "given", "all", "sure", "left out", "right", "ELR"]
    table = Table("Guide, wrong labels: correct and fit again", columns)
    for name, n_rows, rate, splits in (
        ("Adult", 3000, 0.15, 3),
        ("Letter", 2000, 0.3, 2),
    ):
        rows = []
        for seed in range(splits):
            rows.append(corrections(name, n_rows, rate, seed))
            table.row(name, seed, *rows[-1])
        table.row(name, "mean", *np.mean(rows, axis=0))


def corrections(name: str, n_rows: int, rate: float, seed: int) -> list[float]:
    """Return the accuracy of a plain net by what it learns from, and that of ELR."""
    X, X_test, right, y_test = train_test_split(
        *load(name), train_size=n_rows, test_size=5000, random_state=seed
    )
    right = np.asarray(right)
    y, _, _ = make_label_noise(right, rate=rate, random_state=seed)
    elr = ELRClassifier(random_state=seed).fit(X, y)
    issues = elr.find_label_issues()
    flagged = issues["is_label_issue"].to_numpy()
    sure = flagged & (issues["label_quality"].to_numpy() < N_SURE)
    better = issues["predicted_label"].to_numpy()

    def score(rows: Any, labels: Any) -> float:
        net = RegularizedClassifier(random_state=seed).fit(rows, labels)
        return float(net.score(X_test, y_test))

    return [
        score(X, y),
        score(X, np.where(flagged, better, y)),
        score(X, np.where(sure, better, y)),
        score(X[~sure], y[~sure]),
        score(X, right),
        float(elr.score(X_test, y_test)),
    ]


def report_few_labels(seeds: int = 3) -> None:
    """What pretraining gains, as in the gallery (guide of pretraining)."""
    columns = ["seed", "pretrained", "untrained", "plain net"]
    table = Table("Guide, pretraining: 6,000 rows, 100 labels", columns)
    encoder = TJEPATransformer(
        target_norm="batch",
        kernel_weight=0,
        context_share=(0.3, 0.6),
        target_share=(0.2, 0.4),
        max_epochs=20,
    )
    for seed in range(seeds):
        X, y = make_redundant_columns(9000, random_state=seed)
        X, X_test, y, y_test = X[:6000], X[6000:], y[:6000], y[6000:]
        few = np.where(np.arange(len(y)) < 100, y, -1)
        pretrained, untrained = (
            TJEPAClassifier(pretrained=start, random_state=0).fit(X, few)
            for start in (encoder, TJEPATransformer(max_epochs=0))
        )
        plain = RegularizedClassifier(random_state=0).fit(X[:100], y[:100])
        nets = (pretrained, untrained, plain)
        table.row(seed, *(net.score(X_test, y_test) for net in nets))


if __name__ == "__main__":
    report_pages()
