"""ELRClassifier with nets that refine each other's targets, and co-teaching."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_wine
from sklearn.model_selection import train_test_split

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.datasets import make_label_noise
from skreg.metrics import label_issue_auroc
from skreg.regularizers import CoTeaching, Mixup, WeightAverage

X, Y = load_wine(return_X_y=True)
NOISY, WRONG, _ = make_label_noise(Y, rate=0.3, exact=True, random_state=1)
PLUS = {"n_networks": 2, "ema_decay": 0.99, "mixup_alpha": 0.2}
QUICK = {"max_epochs": 12, "random_state": 0}


@pytest.fixture(scope="module")
def digits():
    """Return rows with partly wrong labels, and test rows with right ones."""
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(
        X, y, train_size=700, random_state=0, stratify=y
    )
    return X, make_label_noise(y, rate=0.4, random_state=0)[0], X_test, y_test


def test_all_of_elr_plus_finds_the_wrong_labels():
    net = ELRClassifier(random_state=0, max_epochs=80, **PLUS).fit(X, NOISY)
    assert list(net.regularizers_) == ["elr", "weightaverage", "mixup", "swapnoise"]
    assert net.regularizers_["elr"].table_.values.shape == (2, len(X), 3)
    assert label_issue_auroc(WRONG, net.label_quality_) > 0.95
    assert net.score(X, Y) > 0.92
    assert net.predict_proba(X).shape == (len(X), 3)


@pytest.mark.parametrize("options", [PLUS, {"n_networks": 2}])
def test_elr_plus_does_not_memorise(digits, options):
    X, y, X_test, y_test = digits
    net = ELRClassifier(random_state=0, **options).fit(X, y)
    assert net.score(X_test, y_test) > 0.92
    plain = ELRClassifier(random_state=0, strength=0, **options).fit(X, y)
    assert plain.score(X_test, y_test) < 0.85


def test_strength_0_is_the_plain_net_with_the_same_parts():
    elr = ELRClassifier(strength=0, **PLUS, **QUICK).fit(X, NOISY)
    plain = RegularizedClassifier()
    known = plain.get_params()
    plain.set_params(**{k: v for k, v in elr.get_params().items() if k in known})
    plain.set_params(n_members=2)
    plain.set_params(regularizers=[WeightAverage(decay=0.99), Mixup(strength=0.2)])
    expected = plain.fit(X, NOISY).predict_proba(X)
    np.testing.assert_array_equal(elr.predict_proba(X), expected)


def test_nets_that_refine_each_other_differ_from_independent_ones():
    one = ELRClassifier(n_networks=2, **QUICK).fit(X, NOISY)
    two = ELRClassifier(n_members=2, **QUICK).fit(X, NOISY)
    assert not np.array_equal(one.targets_, two.targets_)


@pytest.mark.parametrize("module", ["mlp", "resnet", "tabm"])
def test_any_net_and_a_copy_of_it(module):
    net = ELRClassifier(module=module, n_networks=2, ema_decay=0.9, **QUICK)
    net.fit(X, NOISY)
    copy = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(copy.predict_proba(X), net.predict_proba(X))


def test_going_on_is_as_if_never_stopped():
    options = {**PLUS, "lr_schedule": "constant", "random_state": 0}
    once = ELRClassifier(max_epochs=12, **options).fit(X, NOISY)
    twice = ELRClassifier(max_epochs=6, warm_start=True, **options)
    twice.fit(X, NOISY).fit(X, NOISY)
    np.testing.assert_allclose(twice.targets_, once.targets_, atol=1e-4)
    np.testing.assert_allclose(twice.predict_proba(X), once.predict_proba(X), atol=1e-3)


def test_two_kinds_of_ensembles_at_once_are_an_error():
    with pytest.raises(ValueError, match="n_networks=2 nets that refine each other"):
        ELRClassifier(n_networks=2, n_members=3).fit(X, Y)


def test_a_student_is_a_single_net():
    net = ELRClassifier(n_networks=2, **QUICK).fit(X, Y)
    student = net.distill(X)
    assert student.n_networks == 1
    assert student.score(X, Y) > 0.9


def test_sure_rows_have_full_quality():
    net = ELRClassifier(random_state=0).fit(X, Y)
    assert 0.99 < net.label_quality_.max() <= 1
    noisy = ELRClassifier(random_state=0).fit(X, NOISY)
    assert 0 <= noisy.label_quality_.min() < 0.01


def test_co_teaching_helps_a_net_that_memorises(digits):
    X, y, X_test, y_test = digits
    options = {"numeric_embedding": None, "wide": False, "weight_decay": 0.0}
    net = RegularizedClassifier(n_members=2, random_state=0, **options)
    plain = net.fit(X, y).score(X_test, y_test)
    net.set_params(regularizers=[CoTeaching(forget_rate=0.36)])
    assert net.fit(X, y).score(X_test, y_test) > plain + 0.05


@pytest.mark.parametrize("preset", [RegularizedClassifier, RegularizedRegressor])
def test_co_teaching_needs_two_nets(preset):
    net = preset(regularizers=[CoTeaching()])
    with pytest.raises(ValueError, match=r"CoTeaching .* set n_members=2"):
        net.fit(X, Y)


@pytest.mark.parametrize(
    ("options", "averages"),
    [
        ({}, 1),
        ({"strength": 0}, 0),
        ({"early_stopping": True}, 0),
        ({"ema_decay": None}, 0),
        ({"regularizers": [WeightAverage()]}, 1),
        ({"strength": 0, "ema_decay": 0.9}, 1),
    ],
)
def test_weights_are_averaged_unless_there_is_a_reason_not_to(options, averages):
    net = ELRClassifier(max_epochs=2, random_state=0, **options).fit(X, Y)
    found = [isinstance(r, WeightAverage) for r in net.regularizers_.values()]
    assert sum(found) == averages
