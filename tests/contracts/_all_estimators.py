"""All estimators of the public modules, found by themselves, small and fitted."""

import functools
import importlib
import inspect
import pkgutil
from typing import Any

import numpy as np
import pytest
from contracts._subjects import SETTINGS, SMALL, TINY, X, outputs, target_of
from sklearn.base import BaseEstimator, clone

import skreg

_NET = {"hidden_layer_sizes": (4,), "max_epochs": 2}
_SGD = {"solver": "sgd", "alpha": 0.1, "max_epochs": 2}
# Settings besides the defaults that keep other things.
_MORE: dict[str, list[dict[str, Any]]] = {
    "ARNetForecaster": [_NET, _SGD, {"loss": "quantile"}, {"differences": 1}],
    "ARNetRegressor": [_NET, _SGD],
    "ELRClassifier": [{"warm_start": True}],
    "RegularizedClassifier": [{"n_members": 2, "wide": True}, {"module": "resnet"}],
    "RegularizedRegressor": [
        {"module": "tabm", "n_members": 2},
        {"loss": "quantile", "quantiles": (0.1, 0.9), "dtype": "float64"},
        {"numeric_embedding": "auto"},
    ],
    "TabularEncoder": [{"scaling": "quantile"}, {"scaling": "robust"}],
    "TJEPAClassifier": [{"finetune": "full"}],
}


def all_classes() -> list[type]:
    """Return the concrete estimators of all modules that are not private."""
    found = set()
    for module in pkgutil.walk_packages(skreg.__path__, "skreg."):
        if any(part.startswith("_") for part in module.name.split(".")):
            continue
        try:
            here = importlib.import_module(module.name)
        except ImportError:  # sktime is optional, and keeps its own rules
            continue
        found |= {getattr(here, name) for name in getattr(here, "__all__", ())}
    classes = [thing for thing in found if isinstance(thing, type)]
    return sorted(
        (c for c in classes if issubclass(c, BaseEstimator) and hasattr(c, "fit")),
        key=lambda cls: cls.__name__,
    )


def _small(cls: Any, options: dict[str, Any]) -> Any:
    admitted = cls().get_params(deep=False)
    small = {k: v for k, v in (SMALL | TINY).items() if k in admitted}
    if "solver" in admitted:  # these are as small as they get
        small = {"random_state": 0}
    if "lags" in admitted:
        small |= {"lags": 3}
    if "pretrained" in admitted:
        tiny = skreg.TJEPATransformer(**TINY, max_epochs=2, random_state=0)
        small |= {"pretrained": tiny}
    return cls(**small | options)


def all_estimators() -> list[Any]:
    """Return every estimator, unfitted, as it is by default and in other settings."""
    return [
        _small(cls, options)
        for cls in all_classes()
        for name in [cls.__name__]
        for options in [{}, *SETTINGS.get(name, []), *_MORE.get(name, [])]
    ]


def each_estimator() -> pytest.MarkDecorator:
    """Parametrize a test with all of them."""
    found = all_estimators()
    names = [type(estimator).__name__ for estimator in found]
    ids = [f"{name}-{names[:i].count(name)}" for i, name in enumerate(names)]
    return pytest.mark.parametrize("estimator", found, ids=ids)


def arguments(estimator: Any, X: Any = X) -> dict[str, Any]:
    """Return what its ``fit`` takes: a table and a target if needed, or series."""
    needed = inspect.signature(estimator.fit).parameters
    if next(iter(needed)) == "y":
        return {"y": np.cumsum(X, axis=0)}
    if needed["y"].default is None:
        return {"X": X}
    return {"X": X, "y": target_of(estimator)}


@functools.cache
def _fitted(key: str, estimator: Any) -> Any:
    return clone(estimator).fit(**arguments(estimator))


def fitted(estimator: Any) -> Any:
    """Return it fitted; tests share these, so they must not go on with them."""
    return _fitted(repr(estimator), estimator)


def answers(estimator: Any) -> np.ndarray:
    """Return what a fitted estimator says, as one array."""
    if "lags" in estimator.get_params(deep=False) and hasattr(estimator, "predict"):
        return np.asarray(estimator.predict(4))
    return outputs(estimator)
