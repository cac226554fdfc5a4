"""Finite tables and targets give finite predictions, or an error in words."""

import numpy as np
import pytest

from skreg import ConRRegressor, ELRClassifier, RegularizedRegressor
from skreg.pretraining import TJEPAClassifier, TJEPATransformer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 3))
LABELS = (X[:, 0] > 0).astype(int)
TINY = {
    "hidden_dim": 8,
    "n_heads": 2,
    "n_layers": 1,
    "ff_dim": 8,
    "predictor_dim": 4,
    "predictor_heads": 1,
    "predictor_layers": 1,
    "max_epochs": 1,
}


def huge(value):
    table = X.copy()
    table[3, 1] = value
    table[5] = [value, -value, value]
    return table


def nets(scaling):
    options = {"scaling": scaling, "max_epochs": 1, "random_state": 0}
    yield ELRClassifier(**options), LABELS
    for embedding in ("piecewise_linear", "periodic", None):
        yield RegularizedRegressor(numeric_embedding=embedding, **options), X[:, 0]
    for module in ("resnet", "tabm"):
        yield RegularizedRegressor(module=module, **options), X[:, 0]
    yield ConRRegressor(balance=0.5, **options), X[:, 0]


@pytest.mark.parametrize("scaling", ["standard", "robust", "quantile", None])
def test_predictions_for_huge_entries(scaling):
    for net, y in nets(scaling):
        net.fit(X, y)
        for value in (1e20, 1e38, 1e39, 1.7e308):
            assert np.isfinite(net.predict(huge(value))).all()
            if isinstance(net, ELRClassifier):
                assert np.isfinite(net.predict_proba(huge(value))).all()


@pytest.mark.parametrize("value", [1e30, 1e308])
@pytest.mark.parametrize("scaling", ["standard", "robust"])
def test_training_on_huge_entries(scaling, value):
    for net, y in nets(scaling):
        net.fit(huge(value), y)
        assert np.isfinite(net.predict(huge(value))).all()


@pytest.mark.parametrize("scaling", ["standard", "robust"])
def test_pretrained_nets(scaling):
    encoder = TJEPATransformer(scaling=scaling, random_state=0, **TINY)
    net = TJEPAClassifier(pretrained=encoder, random_state=0).fit(X, LABELS)
    for value in (1e20, 1e38, 1.7e308):
        assert np.isfinite(net.predict_proba(huge(value))).all()
    net.fit(X, LABELS, sample_weight=np.full(80, 1e308))
    assert np.isfinite(net.predict_proba(X)).all()


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (
            np.arange(80).astype("M8[D]"),
            "y must be numeric, but has the type datetime64",
        ),
        (np.arange(80) + 1j, "Complex data not supported"),
        (["tall"] * 80, "must be numeric, but has the type <U4"),
        ([1.0] * 79 + ["tall"], "must be numeric"),
        ([1] * 79 + [10**400], "y holds an entry that is not a number"),
        ([[1.0]] * 79 + [[1.0, 2.0]], "y holds an entry that is not a number"),
        (set(range(80)), "no rows in an order"),
    ],
)
def test_targets_that_are_no_numbers(y, words):
    with pytest.raises((TypeError, ValueError), match=words):
        RegularizedRegressor().fit(X, y)
