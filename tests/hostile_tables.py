"""Random tables as they come from files: of all types, with gaps, and without sense."""

import pickle
import re
import warnings

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from sklearn.base import clone

from skreg import (
    ConRRegressor,
    ELRClassifier,
    RegularizedClassifier,
    RegularizedRegressor,
    TJEPATransformer,
)

N_ROWS = st.integers(1, 40)
SMALL = {"max_epochs": 2, "random_state": 0}
NUMBERS = {
    "whole": lambda random, n: random.integers(-5, 5, n),
    "float": lambda random, n: random.normal(size=n),
    "single": lambda random, n: random.normal(size=n).astype(np.float32),
    "heavy": lambda random, n: random.standard_cauchy(n) * 1e6,
    "huge": lambda random, n: random.normal(size=n) * 1e307,
    "tiny": lambda random, n: random.normal(size=n) * 1e-300,
    "constant": lambda random, n: np.full(n, 7.0),
    "indicator": lambda random, n: random.integers(0, 2, n),
    "byte": lambda random, n: random.integers(0, 255, n).astype(np.uint8),
    "infinite": lambda random, n: np.where(random.random(n) < 0.1, np.inf, 1.0),
    "nullable": lambda random, n: pd.array(random.integers(0, 9, n), dtype="Int64"),
    "text": lambda random, n: random.choice(["a", "b", "ü", ""], n),
    "level": lambda random, n: pd.Categorical(random.choice(["u", "v"], n)),
    "flag": lambda random, n: random.random(n) < 0.5,
    "identifier": lambda random, n: [f"id {i}" for i in range(n)],
    "empty": lambda random, n: np.full(n, None),
    "mixed": lambda random, n: random.choice(np.array([1, "x", True], object), n),
    "date": lambda random, n: pd.date_range("2020-01-01", periods=n),
    "list": lambda random, n: [[i] for i in range(n)],
}
LABELS = {
    "two": lambda random, n: random.integers(0, 2, n),
    "text": lambda random, n: random.choice(["yes", "no", "perhaps"], n),
    "flag": lambda random, n: random.random(n) < 0.5,
    "one": lambda random, n: np.zeros(n, int),
    "many": lambda random, n: np.arange(n),
    "number": lambda random, n: random.normal(size=n),
    "skewed": lambda random, n: np.exp(random.normal(size=n) * 5),
    "sentinel": lambda random, n: np.where(np.arange(n) == 0, 1e12, random.random(n)),
    "missing": lambda random, n: np.where(random.random(n) < 0.2, np.nan, 1.0),
    "column": lambda random, n: random.normal(size=(n, 1)),
    "wide": lambda random, n: random.normal(size=(n, 2)),
    "date": lambda random, n: pd.date_range("2020-01-01", periods=n),
    "objects": lambda random, n: random.choice(np.array([1, "x", None], object), n),
}
WEIGHTS = {
    "none": lambda random, n: None,
    "random": lambda random, n: random.random(n),
    "whole": lambda random, n: random.integers(0, 3, n),
    "zero": lambda random, n: np.zeros(n),
    "negative": lambda random, n: -np.ones(n),
    "missing": lambda random, n: np.full(n, np.nan),
    "huge": lambda random, n: np.full(n, 1e308),
    "short": lambda random, n: np.ones(n + 1),
}
FORMS = {
    "pandas": lambda frame: frame,
    "array": lambda frame: frame.to_numpy(),
    "list": lambda frame: frame.to_numpy().tolist(),
    "index": lambda frame: frame.set_index(np.arange(len(frame))[::-1] % 3),
}
LATER = {
    "same": lambda frame, random: frame,
    "one row": lambda frame, random: frame.iloc[:1],
    "shuffled": lambda frame, random: frame.iloc[random.permutation(len(frame))],
    "other columns": lambda frame, random: frame[frame.columns[::-1]],
    "renamed": lambda frame, random: frame.rename(columns=lambda name: name + "?"),
    "fewer columns": lambda frame, random: frame.iloc[:, :-1],
    "no row": lambda frame, random: frame.iloc[:0],
    "objects": lambda frame, random: frame.astype(object),
    "gaps": lambda frame, random: frame.astype(object).mask(
        random.random(frame.shape) < 0.5
    ),
    "text": lambda frame, random: frame.astype(str),
}
ESTIMATORS = {
    "classifier": RegularizedClassifier(**SMALL),
    "elr": ELRClassifier(**SMALL),
    "regressor": RegularizedRegressor(**SMALL),
    "median": RegularizedRegressor(loss="absolute_error", **SMALL),
    "conr": ConRRegressor(**SMALL),
    "unscaled": RegularizedRegressor(scaling=None, **SMALL),
    "standard": RegularizedClassifier(scaling="standard", **SMALL),
    "quantile": RegularizedClassifier(scaling="quantile", **SMALL),
    "transformer": TJEPATransformer(**SMALL),
}
# What says that an error is in words of ours or of scikit-learn: it names a column, a
# parameter, y, X or the rows.
_NAMES = re.compile(
    r"column|Input [Xy]|\by\b|\bX\b|sample_weight|[Ff]eature|sample|class|label|loss"
    r"|validation_fraction|module|scaling|weights?"
)
_RAW = re.compile(
    r"NoneType|ufunc|dtype\('O'\)|0x[0-9a-f]{6}|not supported between|"
    r"cannot be promoted|out of bounds|unhashable|list index|broadcast"
)


@st.composite
def cases(draw):
    """Draw an estimator, a table with targets and weights, and a table for later."""
    pick = {
        "estimator": draw(st.sampled_from(sorted(ESTIMATORS))),
        "columns": draw(
            st.lists(st.sampled_from(sorted(NUMBERS)), min_size=1, max_size=5)
        ),
        "y": draw(st.sampled_from(sorted(LABELS))),
        "weight": draw(st.sampled_from(sorted(WEIGHTS))),
        "form": draw(st.sampled_from(sorted(FORMS))),
        "later": draw(st.sampled_from(sorted(LATER))),
        "gaps": draw(st.booleans()),
        "partly": draw(st.booleans()),
        "n_rows": draw(N_ROWS),
        "seed": draw(st.integers(0, 2**16)),
    }
    return pick


def table(case, random):
    """Build the frame that a case names."""
    n = case["n_rows"]
    frame = pd.DataFrame(
        {
            f"{j} {kind}": NUMBERS[kind](random, n)
            for j, kind in enumerate(case["columns"])
        }
    )
    if case["gaps"]:
        frame = frame.mask(random.random(frame.shape) < 0.2)
    return frame


def check(case):
    """Fit, pickle and predict: all is finite, or an error says what is wrong where."""
    random = np.random.default_rng(case["seed"])
    frame = table(case, random)
    y = LABELS[case["y"]](random, case["n_rows"])
    weight = WEIGHTS[case["weight"]](random, case["n_rows"])
    estimator = ESTIMATORS[case["estimator"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = _answer(
            lambda: _fit(estimator, case, FORMS[case["form"]](frame), y, weight)
        )
        if fitted is None:
            return "refused"
        later = LATER[case["later"]](frame, random)
        fitted = pickle.loads(pickle.dumps(fitted))
        answer = _answer(lambda: _predict(fitted, FORMS[case["form"]](later)))
    if answer is None:
        return "refused later"
    assert all(np.isfinite(part).all() for part in answer)
    return "answered"


def _fit(estimator, case, X, y, weight):
    net = clone(estimator)
    if not hasattr(net, "predict"):
        return net.fit(X)
    if case["partly"]:
        return net.partial_fit(X, y, sample_weight=weight)
    return net.fit(X, y, sample_weight=weight)


def _predict(net, X):
    if hasattr(net, "predict_proba"):
        return [net.predict_proba(X)]
    return [net.predict(X)] if hasattr(net, "predict") else [net.transform(X)]


def _answer(function):
    """Return what a function returns, None if it says clearly why it cannot."""
    try:
        return function()
    except (ValueError, TypeError) as error:
        text = str(error)
        assert _NAMES.search(text), f"names nothing: {text}"
        assert not _RAW.search(text), f"raw: {text}"
        return None
