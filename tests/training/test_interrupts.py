"""Ctrl-C ends all that runs and reaches the caller; the best weights are kept."""

import os
import signal

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from skorch.callbacks import Callback, EpochScoring

from skreg import (
    ARNetForecaster,
    ELRClassifier,
    RegularizedClassifier,
    RegularizedRegressor,
)
from skreg.pretraining import TJEPAClassifier, TJEPATransformer

X, LABELS = load_wine(return_X_y=True)
X, LABELS = X[::2], LABELS[::2]
SMALL = {"hidden_layer_sizes": (8,), "numeric_embedding": None, "random_state": 0}
CLASSIFIER = RegularizedClassifier(**SMALL, max_epochs=6, batch_size=30)
KEPT = pytest.warns(ConvergenceWarning, match="best weights so far are kept")


def press():
    """Press Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


class Pressed(torch.optim.SGD):
    """An optimizer in one step of which Ctrl-C is pressed."""

    steps = 0

    def step(self, closure=None):
        type(self).steps += 1
        if self.steps == 8:
            press()
        return super().step(closure)


@pytest.fixture
def pressed(monkeypatch):
    monkeypatch.setattr(Pressed, "steps", 0)
    return Pressed


class Presses(Callback):
    """Presses in a hook of the third epoch, by a signal."""

    def __init__(self, hook):
        setattr(self, hook, self.act)

    def act(self, net, **kwargs):
        if len(net.history) == 3:
            press()


HOOKS = ["on_epoch_begin", "on_batch_begin", "on_batch_end", "on_epoch_end"]


@pytest.mark.parametrize("hook", [*HOOKS, "on_grad_computed"])
def test_an_interrupt_in_a_callback_is_no_wish_to_stop(hook):
    classifier = clone(CLASSIFIER).set_params(callbacks=[Presses(hook)])
    with KEPT, pytest.raises(KeyboardInterrupt):
        classifier.fit(X, LABELS)
    assert classifier.n_iter_ == 3
    assert classifier.score(X, LABELS) > 0.3


def test_an_interrupt_in_a_function_reaches_the_caller():
    def raises(net):
        if len(net.history) == 2:
            raise KeyboardInterrupt

    classifier = clone(CLASSIFIER).set_params(callbacks=[raises])
    with KEPT, pytest.raises(KeyboardInterrupt):
        classifier.fit(X, LABELS)
    two = clone(CLASSIFIER).set_params(max_epochs=2, lr_schedule="constant")
    classifier.set_params(lr_schedule="constant")
    with KEPT, pytest.raises(KeyboardInterrupt):
        classifier.fit(X, LABELS)
    expected = two.fit(X, LABELS).predict_proba(X)
    np.testing.assert_array_equal(classifier.predict_proba(X), expected)


def test_a_callback_of_skorch_stops_as_ever():
    class Stops(Callback):
        def on_epoch_end(self, net, **kwargs):
            if len(net.history) == 2:
                raise KeyboardInterrupt

    assert clone(CLASSIFIER).set_params(callbacks=[Stops()]).fit(X, LABELS).n_iter_ == 2


def test_a_handler_of_the_user_is_an_interrupt():
    def handler(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, handler)
    try:
        classifier = clone(CLASSIFIER).set_params(callbacks=[Presses("on_epoch_end")])
        with KEPT, pytest.raises(KeyboardInterrupt):
            classifier.fit(X, LABELS)
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_whole_search_ends(pressed):
    search = GridSearchCV(
        clone(CLASSIFIER).set_params(optimizer=pressed), {"lr": [0.1, 0.2]}, cv=2
    )
    with KEPT, pytest.raises(KeyboardInterrupt):
        search.fit(X, LABELS)
    assert pressed.steps == 8
    assert not hasattr(search, "best_estimator_")


@pytest.mark.parametrize("members", [{}, {"n_members": 3}], ids=str)
def test_partial_fit_and_distill_keep_what_they_have(members, pressed):
    classifier = clone(CLASSIFIER).set_params(**members).fit(X, LABELS)
    classifier.set_params(optimizer=pressed, batch_size=8)
    with KEPT, pytest.raises(KeyboardInterrupt):
        classifier.partial_fit(X, LABELS)
    assert classifier.n_iter_ == 7
    pressed.steps = 0
    with KEPT, pytest.raises(KeyboardInterrupt):
        classifier.distill(X)


@pytest.mark.parametrize(
    "estimator",
    [
        ELRClassifier(**SMALL, n_networks=2, max_epochs=6, batch_size=30),
        RegularizedRegressor(**SMALL, max_epochs=6, batch_size=30),
        TJEPATransformer(max_epochs=6, batch_size=30, random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_all_kinds_of_nets_are_fitted_after_an_interrupt(estimator, pressed):
    estimator = clone(estimator).set_params(optimizer=pressed)
    with KEPT, pytest.raises(KeyboardInterrupt):
        estimator.fit(X, LABELS)
    assert estimator.n_iter_ == 3
    assert torch.is_grad_enabled()
    assert "net_" in vars(estimator)


def test_an_estimator_of_several_trainings_ends_with_the_first(pressed, monkeypatch):
    transformer = TJEPATransformer(max_epochs=6, batch_size=30, optimizer=pressed)
    classifier = TJEPAClassifier(pretrained=transformer, random_state=0)
    with KEPT, pytest.raises(KeyboardInterrupt):
        classifier.fit(X, LABELS)
    assert not hasattr(classifier, "transformer_")


def test_a_forecaster_of_several_nets_ends_with_the_first(monkeypatch):
    begun = []
    fit = RegularizedRegressor.fit

    def interrupted(self, X, y, sample_weight=None):
        begun.append(self)
        self.callbacks = [Presses("on_epoch_begin")]
        return fit(self, X, y, sample_weight)

    monkeypatch.setattr(RegularizedRegressor, "fit", interrupted)
    rng = np.random.default_rng(0)
    y, known = rng.normal(size=80), rng.normal(size=(80, 1))
    forecaster = ARNetForecaster(
        solver="sgd", alpha=0.1, lags=2, horizon=3, max_epochs=5, random_state=0
    )
    with KEPT, pytest.raises(KeyboardInterrupt):
        forecaster.fit(y, known)
    assert len(begun) == 1


def test_an_interrupt_is_raised_once():
    classifier = clone(CLASSIFIER)
    classifier.set_params(
        callbacks=[Presses("on_batch_end"), EpochScoring(None, on_train=True)]
    )
    with KEPT, pytest.raises(KeyboardInterrupt):
        classifier.fit(X, LABELS)
    classifier.set_params(callbacks=None).partial_fit(X, LABELS)
    assert classifier.n_iter_ == 4
