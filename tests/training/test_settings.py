"""Torch's settings of the moment: a fit and a prediction do not see them."""

from contextlib import contextmanager

import numpy as np
import pytest
import torch
from sklearn.base import clone, is_classifier
from sklearn.datasets import load_wine

from skreg import (
    ConRRegressor,
    ELRClassifier,
    RegularizedClassifier,
    RegularizedRegressor,
)
from skreg.pretraining import TJEPAClassifier, TJEPARegressor, TJEPATransformer
from skreg.regularizers import FDS, PSKD, Mixup, RankSim, SparseAR, SupReMix

TABLE, LABELS = load_wine(return_X_y=True)
TABLE, LABELS = TABLE[::2, :5], LABELS[::2]
TABLE = np.column_stack([TABLE, LABELS[::-1] > 1])
VALUES = TABLE[:, 0] * 2 + np.sin(TABLE[:, 1])
SMALL = {"max_epochs": 2, "random_state": 0}
LEARNT = TJEPATransformer(**SMALL, hidden_dim=8, ff_dim=8)


class OwnNet(torch.nn.Module):
    """Makes tensors of the default kind when it is built and when it is called."""

    def __init__(self, n_inputs, n_outputs):
        super().__init__()
        self.register_buffer("shift", torch.full((n_inputs,), 0.1))
        self.scale = torch.nn.Parameter(torch.linspace(0.5, 1.5, n_inputs))
        self.head = torch.nn.Sequential(
            torch.nn.Dropout(0.1), torch.nn.Linear(n_inputs, n_outputs)
        )

    def forward(self, x):
        return self.head(x * self.scale + self.shift * torch.tensor([0.3]))


ESTIMATORS = {
    "plain": RegularizedClassifier(**SMALL),
    "stopped": RegularizedClassifier(**SMALL, early_stopping=True),
    "resnet": RegularizedRegressor(**SMALL, module="resnet", optimizer="adam"),
    "tabm": RegularizedRegressor(**SMALL, module="tabm", optimizer="sgd", lr=0.01),
    "periodic": RegularizedRegressor(
        **SMALL, numeric_embedding="periodic", optimizer=torch.optim.Adam
    ),
    "double": RegularizedRegressor(**SMALL, dtype="float64"),
    "own": RegularizedClassifier(**SMALL, module=OwnNet),
    "quantiles": RegularizedRegressor(
        **SMALL, loss="quantile", quantiles=(0.1, 0.5, 0.9)
    ),
    "elr": ELRClassifier(**SMALL),
    "elr_plus": ELRClassifier(**SMALL, n_networks=2, mixup_alpha=1.0, ema_decay=0.9),
    "conr": ConRRegressor(**SMALL),
    "rare": RegularizedRegressor(
        **SMALL, regularizers=[FDS(), RankSim(), SupReMix(), SparseAR()]
    ),
    "labels": RegularizedClassifier(**SMALL, regularizers=[Mixup(), PSKD()]),
    "tjepa": LEARNT,
    "tjepa_classifier": TJEPAClassifier(pretrained=LEARNT, random_state=0),
    "tuned": TJEPARegressor(
        pretrained=LEARNT,
        finetune="partial",
        head=RegularizedRegressor(max_epochs=1, hidden_layer_sizes=(4,)),
        random_state=0,
    ),
}


@contextmanager
def double_precision():
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


@contextmanager
def meta_device():
    torch.set_default_device("meta")
    try:
        yield
    finally:
        torch.set_default_device(None)


@contextmanager
def gradients_off():
    torch.set_grad_enabled(False)
    try:
        yield
    finally:
        torch.set_grad_enabled(True)


SETTINGS = {
    "no_grad": torch.no_grad,
    "inference": torch.inference_mode,
    "gradients off": gradients_off,
    "double": double_precision,
    "meta": meta_device,
    "meta block": lambda: torch.device("meta"),
    "autocast": lambda: torch.autocast("cpu", torch.bfloat16),
}


def seen():
    """Return the settings as they are."""
    return (
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.get_default_dtype(),
        torch.get_default_device(),
    )


def results(estimator):
    """Return the bytes of all that a fitted estimator says."""
    estimator = clone(estimator)
    if isinstance(estimator, TJEPATransformer):
        estimator.fit(TABLE)
        return [estimator.transform(TABLE).tobytes(), estimator.score(TABLE)]
    estimator.fit(TABLE, LABELS if is_classifier(estimator) else VALUES)
    found = [estimator.predict(TABLE).tobytes()]
    if is_classifier(estimator):
        found.append(estimator.predict_proba(TABLE).tobytes())
    if isinstance(estimator, ELRClassifier):
        issues = estimator.find_label_issues()
        found.append(np.asarray(issues["label_quality"]).tobytes())
    return found


@pytest.mark.parametrize("name", ESTIMATORS)
def test_settings_of_torch_are_neither_obeyed_nor_changed(name):
    usual = results(ESTIMATORS[name])
    for setting, entered in SETTINGS.items():
        with entered():
            before = seen()
            found = results(ESTIMATORS[name])
            assert seen() == before, setting
        assert found == usual, setting
