"""What the contracts are about, found by itself: a new method is held to them at once.

Methods are the concrete classes of ``skreg.regularizers``, estimators the classes of
``skreg`` that train a net on a table, and nets what their parameters admit by name.
"""

import functools
import inspect
import pickle
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.base import clone

import skreg
from skreg import regularizers
from skreg.regularizers import Regularizer, Requirement

ROOT = Path(__file__).parents[2]
N_ROWS = 60
_RANDOM = np.random.default_rng(0)
# Columns that say similar things, so that a net can spare some of the entries.
_FACTORS = _RANDOM.normal(size=(N_ROWS, 2))
X = np.repeat(_FACTORS, 3, axis=1) + 0.1 * _RANDOM.normal(size=(N_ROWS, 6))
VALUES = np.exp(_FACTORS @ [0.7, -0.4]) + 0.2 * _RANDOM.normal(size=N_ROWS)
LABELS = np.array(["a", "b", "c"])[np.digitize(VALUES, [0.7, 1.4])]
TARGETS = {"classification": LABELS, "regression": VALUES}
PLAIN = {
    "classification": skreg.RegularizedClassifier,
    "regression": skreg.RegularizedRegressor,
}
# Constant rates, so that a part of a fit is a part of the whole.
SMALL = {
    "hidden_layer_sizes": (8, 8),
    "numeric_embedding": None,
    "lr_schedule": "constant",
    "weight_decay": 0.01,
    "batch_size": 16,
    "lr": 0.02,
    "max_epochs": 3,
    "random_state": 0,
}
# Settings other than the defaults that take another path through a method.
VARIANTS = {
    "BalancedMSE": [{"noise": "auto"}, {"labels": "batch"}],
    "ConR": [{"views": "gaussian"}, {"push_weight": "density"}],
    "ELR": [{"eps": "auto", "class_adjustment": 0.5, "forward_correction": 1.0}],
    "RankSim": [{"distinct": False}],
    "SwapNoise": [{"rate": 0.3}],
    "WeightAverage": [{"decay": "auto"}],
}
# The same for estimators; only long fits correct labels.
SETTINGS = {
    "ConRRegressor": [{"balance": 0.5}, {"balance": "auto"}, {"reweight": "lds"}],
    "ELRClassifier": [{"n_networks": 2, "mixup_alpha": 1.0}, {"max_epochs": 14}],
    "RegularizedClassifier": [{"class_weight": "balanced"}],
}
# A small transformer.
TINY = {
    "hidden_dim": 4,
    "ff_dim": 8,
    "predictor_dim": 4,
    "n_layers": 1,
    "predictor_layers": 1,
}
# Epochs after which there is something to see, where they are not a few.
_EPOCHS = {"BalancedMSE": 8, "ELR": 14, "SwapNoise": 5}
_NEEDS = {Requirement.TWO_MEMBERS: {"n_members": 2}}
_TASKS = {
    Requirement.CLASSIFICATION: "classification",
    Requirement.REGRESSION: "regression",
}


def hooks() -> list[str]:
    """Return the methods in which a regularizer acts, in the order of the base."""
    return [
        name
        for name, value in vars(Regularizer).items()
        if callable(value) and not name.startswith("_")
        if name not in {"setup", "resume", "finish"}
    ]


def method_classes() -> list[type[Regularizer]]:
    """Return the regularizers of the public list that act in one of the hooks."""
    found = [getattr(regularizers, name) for name in regularizers.__all__]
    return sorted(
        (
            cls
            for cls in found
            if isinstance(cls, type) and issubclass(cls, Regularizer)
            if any(getattr(cls, h) is not getattr(Regularizer, h) for h in hooks())
        ),
        key=lambda cls: cls.__name__,
    )


def methods() -> Iterator[Regularizer]:
    """Yield every method as it is by default, and in its variants."""
    for cls in method_classes():
        for options in [{}, *VARIANTS.get(cls.__name__, [])]:
            yield cls(**options)


def name_of(method: Regularizer) -> str:
    """Return the name of the class."""
    return type(method).__name__


def tasks_of(method: Regularizer) -> list[str]:
    """Return the tasks that a method declares to be for."""
    declared = [task for need, task in _TASKS.items() if need in method.requires]
    return declared or list(_TASKS.values())


def each_method_and_task(*, but: Any = ()) -> pytest.MarkDecorator:
    """Parametrize a test with all methods but some, named as classes or in full."""
    pairs = [(m, t) for m in methods() for t in tasks_of(m)]
    return pytest.mark.parametrize(
        ("method", "task"),
        [(m, t) for m, t in pairs if not {name_of(m), repr(m)} & {*but}],
        ids=lambda part: part if isinstance(part, str) else repr(part),
    )


def epochs_of(method: Regularizer) -> int:
    """Return how many epochs a method takes to do all that it does."""
    return _EPOCHS.get(name_of(method), SMALL["max_epochs"])


def needs_of(method: Regularizer) -> dict[str, Any]:
    """Return the parameters without which an estimator refuses a method."""
    options: dict[str, Any] = {}
    for requirement in method.requires:
        options |= _NEEDS.get(requirement, {})
    return options


def net(method: Regularizer, task: str, **options: Any) -> Any:
    """Return an unfitted estimator with a method."""
    epochs = {"max_epochs": epochs_of(method)}
    merged = {**SMALL, **epochs, **needs_of(method), **options}
    return PLAIN[task](regularizers=[clone(method)], **merged)


@functools.cache
def _plain(task: str, options: tuple[tuple[str, Any], ...]) -> dict[str, str]:
    return bits(PLAIN[task](**dict(options)).fit(X, TARGETS[task]))


def plain_bits(estimator: Any, task: str) -> dict[str, str]:
    """Return what an estimator learns without its regularizers."""
    options = estimator.get_params(deep=False)
    del options["regularizers"]
    return _plain(task, tuple(options.items()))


def estimator_classes() -> list[type]:
    """Return the estimators of the top level."""
    found = (getattr(skreg, name) for name in skreg.__all__)
    return [cls for cls in found if isinstance(cls, type) and hasattr(cls, "fit")]


def learner_classes() -> list[type]:
    """Return those of them that train a net on a table."""
    return [c for c in estimator_classes() if "regularizers" in _admitted(c)]


def learners() -> Iterator[Any]:
    """Yield these, small, as they are by default and with other settings."""
    for cls in learner_classes():
        for options in [{}, *SETTINGS.get(cls.__name__, [])]:
            small = {k: v for k, v in (SMALL | TINY).items() if k in _admitted(cls)}
            yield cls(**small | options)
        for loss in named("loss") if cls is skreg.RegularizedRegressor else ():
            yield cls(**SMALL, loss=loss)


def each_learner(*, but: Any = (), having: str = "") -> pytest.MarkDecorator:
    """Parametrize a test with estimators that have a parameter, except for some."""
    found = [e for e in learners() if not having or having in _admitted(type(e))]
    return pytest.mark.parametrize(
        "estimator", [e for e in found if title(e) not in but], ids=title
    )


def title(estimator: Any) -> str:
    """Return the class of an estimator and what is not as usual in these tests."""
    usual = SMALL | TINY
    params = estimator.get_params(deep=False)
    default = type(estimator)().get_params(deep=False)
    shown = {k: v for k, v in params.items() if v != default[k]}
    own = [f"{k}={v!r}" for k, v in shown.items() if usual.get(k) != v]
    return f"{type(estimator).__name__}({', '.join(own)})"


def _admitted(cls: Any) -> dict[str, Any]:
    return getattr(cls, "_parameter_constraints", {})


def named(parameter: str) -> list[str]:
    """Return the names that a parameter of the nets admits, without 'auto'."""
    constraints = skreg.RegularizedRegressor._parameter_constraints[parameter]
    strings = set().union(*(getattr(c, "options", ()) for c in constraints))
    assert strings, f"{parameter} admits no name: has it moved?"
    return sorted(strings - {"auto"})


def target_of(estimator: Any) -> np.ndarray:
    """Return what an estimator is to learn."""
    return LABELS if hasattr(estimator, "predict_proba") else VALUES


def documented(cls: type, section: str) -> list[str]:
    """Return the names in a section of a numpydoc docstring."""
    text = inspect.getdoc(cls) or ""
    found = re.search(
        rf"^{section}\n-+\n(.*?)(\n\n\S|\Z)", text, re.DOTALL | re.MULTILINE
    )
    return re.findall(r"^(\w+) : ", found[1], re.MULTILINE) if found else []


def outputs(estimator: Any, X: Any = X) -> np.ndarray:
    """Return probabilities, predictions, or the columns that it makes of a table."""
    for name in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, name):
            return np.asarray(getattr(estimator, name)(X))
    raise TypeError(f"{type(estimator).__name__} returns nothing for a table")


def bits(estimator: Any, X: Any = X) -> dict[str, str]:
    """Return digests of weights and outputs, to be compared with ==."""
    state = estimator.net_.module_.state_dict()
    arrays = {name: tensor.numpy(force=True) for name, tensor in state.items()}
    arrays["outputs"] = outputs(estimator, X)
    return {name: sha256(a.tobytes()).hexdigest()[:8] for name, a in arrays.items()}


def loaded(estimator: Any) -> Any:
    """Return an estimator after a round trip through a pickle."""
    return pickle.loads(pickle.dumps(estimator))


class OwnNet(torch.nn.Module):
    """A net as users write it."""

    def __init__(self, n_inputs: int, n_outputs: int) -> None:
        super().__init__()
        self.hidden = torch.nn.Linear(n_inputs, 8)
        self.out = torch.nn.Linear(8, n_outputs)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.out(self.hidden(inputs).relu())


class NoLayers(torch.nn.Module):
    """A net of users that has no layer of torch in it."""

    def __init__(self, n_inputs: int, n_outputs: int) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(n_inputs, n_outputs))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return inputs @ self.weight


class Accident(RuntimeError):
    """What happens in the middle of a fit."""


def failing(net: Any) -> None:
    """Fail as a callback in the second epoch."""
    if len(net.history) >= 2:
        raise Accident
