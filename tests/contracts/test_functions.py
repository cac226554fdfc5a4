"""Public functions take hostile values with an error in words, or a finite result."""

import inspect
import resource
import warnings
from collections.abc import Mapping
from dataclasses import astuple, is_dataclass
from pathlib import Path

import numpy as np
import pytest

import skreg.autoregression
import skreg.datasets
import skreg.metrics
import skreg.model_selection
import skreg.preprocessing
from skreg.autoregression import Channel

MODULES = [
    skreg.autoregression,
    skreg.datasets,
    skreg.metrics,
    skreg.model_selection,
    skreg.preprocessing,
]
FUNCTIONS = {
    name: getattr(module, name)
    for module in MODULES
    for name in module.__all__
    if inspect.isfunction(getattr(module, name))
}
# A mistake must end in an error, not in a machine without memory.
MEMORY = 8 * 2**30

RNG = np.random.default_rng(0)
Y = RNG.normal(size=30)
LABELS = np.arange(30) % 3
# Valid arguments by the name of the parameter, or of function and parameter.
VALID = {
    "y": Y,
    "y_true": Y,
    "y_pred": Y + 0.1,
    "y_train": Y,
    "lower": Y - 1,
    "upper": Y + 1,
    "coef_true": Y,
    "coef_pred": Y,
    "is_wrong": LABELS == 1,
    "label_quality": Y,
    "embedding": Y.reshape(10, 3),
    "weights": Y,
    "error": 0.5,
    "count": 100,
    "n_used": 2,
    "n_offered": 5,
    "errors": Y[:, None],
    "coverage": 0.8,
    "lags": 2,
    "steps": 3,
    "coef": [0.2, 0.1],
    "channels": [Channel(Y, 0, 2)],
    "length": 2,
    "max_order": 3,
    "expected_sparsity": 0.1,
    "noise": 1.0,
    "gram": np.eye(3),
    "cross": np.ones(3),
    "order": 2,
    "mass": [4.0, 1.0],
    "sample_weight": np.ones(30),
    "edges": [-1.0, 0.0, 1.0],
    "at": Y,
    "clip": (1.0, 5.0),
    "window": [0.5, 1.0, 0.5],
    "thresholds": (10, 2),
    "metric": "sera",
    "y_noisy": LABELS,
    "arrays": Y,
    "X": Y[:, None],
    "flips": {0: 1},
    "kind": "symmetric",
    "memorized_fraction.y_true": (LABELS + 1) % 3,
    "recovered_fraction.y_true": (LABELS + 1) % 3,
    "memorized_fraction.y_pred": LABELS,
    "recovered_fraction.y_pred": LABELS,
    "make_label_noise.y": LABELS,
    "shot_metrics.error": "absolute",
    "make_ar_process.lags": (1, 3),
    "impulse_responses.lags": np.array([[[0.5]], [[0.2]]]),
    "weighted_lasso_path.weights": np.ones(3),
    "is_stationary.coef": [0.5, 0.2],
    "make_label_noise.kind": "pair",
}
HOSTILE = {
    "NaN": np.nan,
    "infinity": np.inf,
    "None": None,
    "text": "a",
    "negative": -1,
    "zero": 0,
    "fraction": 0.37,
    "huge": 1e308,
    "size": 10**9,
    "giant": 10**400,
    "truth": True,
    "complex": 1j,
    "empty": [],
    "set": {1.0, 2.0},
    "dict": {"a": 1},
    "object": object(),
    "class": int,
    "short": [1.0, 2.0],
    "cube": np.ones((2, 2, 2)),
    "row of NaN": np.full(30, np.nan),
    "row with infinity": np.r_[Y[1:], np.inf],
    "row with None": [None, *Y[1:]],
    "row of text": ["a"] * 30,
    "row of negatives": -np.ones(30),
    "row of zeros": np.zeros(30),
    "row of 1e308": np.full(30, 1e308),
    "row of dates": np.arange(30).astype("M8[D]"),
    "ragged": [[1.0], [1.0, 2.0]],
}
# What a message may say in place of the name of the parameter.
NAMES = {
    "random_state": ("random_state", "seed", "Seed"),
    "y": ("y", "test_size"),
    "arrays": ("arrays", "y", "test_size"),
}
# NaN by its documentation, where there is nothing to average.
NAN_WITHOUT_ROWS = {
    "label_issue_auroc",
    "make_lag_matrix",  # where the series has gaps
    "memorized_fraction",
    "recovered_fraction",
    "sera",
    "shot_metrics",
}


@pytest.fixture(autouse=True, scope="module")
def bounded_memory():
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    now = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def valid(name):
    """Return the parameters of a function, and arguments that are right."""
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    given = {}
    for key, parameter in parameters.items():
        found = VALID.get(f"{name}.{key}", VALID.get(key, parameter.empty))
        if parameter.default is not parameter.empty:
            found = parameter.default
        if parameter.kind is not parameter.VAR_KEYWORD:
            given[key] = found
    return given


def call(name, arguments):
    arguments = dict(arguments)
    arrays = arguments.pop("arrays", None)
    positional = [] if name != "balanced_test_split" else [arrays]
    state = np.random.get_state()  # noqa: NPY002
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return FUNCTIONS[name](*positional, **arguments)
    finally:
        np.random.set_state(state)  # noqa: NPY002


def is_finite(result):
    if isinstance(result, Mapping):
        return all(map(is_finite, result.values()))
    if is_dataclass(result):
        return is_finite(astuple(result))
    if isinstance(result, list | tuple):
        return all(map(is_finite, result))
    array = np.asarray(result)
    return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())


def cases():
    for name in FUNCTIONS:
        for key in valid(name):
            yield pytest.param(name, key, id=f"{name}-{key}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_valid_arguments_are_valid(name):
    arguments = valid(name)
    assert inspect.Parameter.empty not in map(type, arguments.values())
    assert is_finite(call(name, arguments)) or name in NAN_WITHOUT_ROWS


@pytest.mark.parametrize(("name", "key"), list(cases()))
def test_hostile_values(name, key):
    wrong = []
    for kind, value in HOSTILE.items():
        try:
            result = call(name, {**valid(name), key: value})
        except (ValueError, TypeError) as error:
            if not any(name in str(error) for name in NAMES.get(key, (key,))):
                wrong.append(f"{kind}: {type(error).__name__} {str(error)[:90]}")
        except BaseException as error:
            wrong.append(f"{kind}: raw {type(error).__name__} {str(error)[:90]}")
        else:
            if not is_finite(result) and name not in NAN_WITHOUT_ROWS:
                wrong.append(f"{kind}: not finite")
    assert not wrong, "\n".join(wrong)
