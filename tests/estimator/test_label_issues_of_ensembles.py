"""Methods against wrong labels, on nets of several members."""

import numpy as np
import pytest
from sklearn.datasets import load_wine

from skreg import ELRClassifier, RegularizedClassifier
from skreg.datasets import make_label_noise
from skreg.metrics import label_issue_auroc
from skreg.regularizers import PSKD, Mixup, NestedDropout, WeightAverage

X, Y = load_wine(return_X_y=True)
NOISY, WRONG, _ = make_label_noise(Y, rate=0.3, exact=True, random_state=1)
ENSEMBLES = {
    "members": {"n_members": 3},
    "tabm": {"module": "tabm", "n_members": 4},
    "curves": {"n_members": 3, "numeric_embedding": "auto", "wide": "auto"},
}
METHODS = {
    "alone": [],
    "pskd": [PSKD()],
    "nested": [NestedDropout()],
    "average": [WeightAverage()],
    "all": [Mixup(), PSKD(), NestedDropout(), WeightAverage()],
}


@pytest.mark.parametrize("methods", METHODS)
@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_issues_are_those_of_the_mean_of_the_members(ensemble, methods):
    options = dict(ENSEMBLES[ensemble])
    # Exact shares: the adjustment moves them across the bound.
    options |= {"class_adjustment": 0, "max_epochs": 30, "random_state": 0}
    net = ELRClassifier(regularizers=METHODS[methods], **options).fit(X, NOISY)
    elr = net.regularizers_["elr"]
    tables = elr.table_.numpy().astype(float)
    assert tables.shape == (options["n_members"], len(X), 3)
    assert not np.array_equal(tables[0], tables[1])
    mean = tables.mean(axis=0)
    shares = mean / mean.sum(axis=1, keepdims=True)
    least = (0.1 / 3) / (1 + 0.1 / 3)  # the share of a class that is ruled out
    np.testing.assert_allclose(
        net.targets_, (shares - least) / (1 - 3 * least), atol=1e-6
    )
    np.testing.assert_array_equal(
        net.label_issues_, elr.judged(net.targets_).argmax(axis=1) != NOISY
    )
    assert np.mean(net.label_issues_ == (mean.argmax(axis=1) != NOISY)) > 0.95
    # The figures of a share, not of a sum over members.
    assert elr.disagreement_ == pytest.approx(0.3, abs=0.1)
    assert net.label_noise_rate_ == pytest.approx(0.3, abs=0.08)
    assert label_issue_auroc(WRONG, net.label_quality_) > 0.95
    assert net.score(X, Y) > 0.92
    assert net.predict_proba(X).shape == (len(X), 3)


@pytest.mark.parametrize("ensemble", ["members", "tabm"])
def test_strength_0_is_the_plain_ensemble(ensemble):
    options = {"max_epochs": 5, "lr": 3e-3, "random_state": 0, **ENSEMBLES[ensemble]}
    options |= {"wide": True, "numeric_embedding": "periodic", "weight_decay": 0.1}
    options |= {"hidden_layer_sizes": (64, 32), "lr_schedule": "cosine"}
    options |= {"scaling": "robust", "dropout": 0.15, "activation": "silu"}
    plain = RegularizedClassifier(**options).fit(X, NOISY).predict_proba(X)
    elr = ELRClassifier(strength=0, **options).fit(X, NOISY)
    np.testing.assert_array_equal(elr.predict_proba(X), plain)
    np.testing.assert_allclose(elr.targets_.sum(axis=1), 1)


def test_going_on_with_an_ensemble_is_as_if_never_stopped():
    options = {"n_members": 3, "lr_schedule": "constant", "random_state": 0}
    once = ELRClassifier(max_epochs=12, **options).fit(X, NOISY)
    twice = ELRClassifier(max_epochs=6, warm_start=True, **options)
    twice.fit(X, NOISY).fit(X, NOISY)
    np.testing.assert_allclose(twice.targets_, once.targets_, atol=1e-4)
    np.testing.assert_allclose(twice.predict_proba(X), once.predict_proba(X), atol=1e-3)
