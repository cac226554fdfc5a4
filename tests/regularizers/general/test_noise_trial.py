"""The trial that sets the rate of swap noise."""

import math
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.datasets import load_digits
from torch import nn

from skreg import RegularizedClassifier, RegularizedRegressor
from skreg.regularizers import SwapNoise
from skreg.regularizers.general._noise_trial import NoiseTrial
from skreg.regularizers.general.swap_noise import FULL_RATE, automatic_rate


def test_of_classes_it_is_divergence_over_mutual_information(make_info, make_step):
    torch.manual_seed(0)
    module = nn.Linear(4, 3)
    weight = torch.tensor([0.0, 1.0, 2.0, 1.0, 1.0, 1.0])
    step = make_step(module, weight=weight)
    noisy = step.inputs.flip(0)
    trial = NoiseTrial(make_info())
    trial.compare(step, noisy)
    p, q = (
        module(inputs).softmax(-1).detach().double().numpy()
        for inputs in (step.inputs, noisy)
    )
    w = weight.numpy()[:, None] / 6
    mean = (w * p).sum(0)
    information = (w * p * np.log(p / mean)).sum()
    divergence = (w * p * np.log(p / q)).sum()
    assert trial.lost() == pytest.approx(divergence / information, rel=1e-4)


def test_of_numbers_it_is_change_over_variance(make_info, make_step):
    torch.manual_seed(0)
    module = nn.Linear(4, 2)
    step = make_step(module, target=torch.zeros(6, 2))
    trial = NoiseTrial(make_info(n_classes=None))
    trial.compare(step, step.inputs.flip(0))
    a = module(step.inputs).detach().double().numpy()
    expected = np.square(a - a[::-1]).sum() / np.square(a - a.mean(0)).sum()
    assert trial.lost() == pytest.approx(expected, rel=1e-4)


def test_where_predictions_tell_nothing_there_is_no_noise(make_info, make_step):
    module = nn.Linear(4, 3)
    nn.init.zeros_(module.weight)
    trial = NoiseTrial(make_info())
    step = make_step(module)
    trial.compare(step, step.inputs.flip(0))
    assert trial.lost() == math.inf
    assert automatic_rate(trial.lost()) == 0


def test_of_a_net_with_other_outputs_only_predictions_count(make_info, make_step):
    torch.manual_seed(0)
    module = nn.Linear(4, 3)
    step, losses = make_step(module), []
    for n_last in (1, 3):
        info = make_info(
            n_classes=None, predictions=lambda z, n=n_last: z[..., None, :n]
        )
        trial = NoiseTrial(info)
        trial.compare(step, step.inputs.flip(0))
        losses.append(trial.lost())
    a = module(step.inputs).detach().double().numpy()[:, :1]
    expected = np.square(a - a[::-1]).sum() / np.square(a - a.mean(0)).sum()
    assert losses[0] == pytest.approx(expected, rel=1e-4)
    assert losses[0] != losses[1]


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_more_is_lost_the_less_is_swapped(lost, more):
    rates = automatic_rate(lost), automatic_rate(lost + more)
    assert 0 <= rates[1] <= rates[0] <= FULL_RATE


def test_columns_that_say_the_same_bear_it_and_single_ones_do_not():
    rng = np.random.default_rng(0)
    cause = rng.normal(size=(600, 4))
    y = cause @ [1.0, -1.0, 0.5, 2.0]
    alike = np.tile(cause, 8) + 0.3 * rng.normal(size=(600, 32))
    options = {"numeric_embedding": None, "max_epochs": 6, "random_state": 0}
    net = RegularizedRegressor(regularizers=[SwapNoise()], **options)
    many, few = (net.fit(X, y).regularizers_["swapnoise"] for X in (alike, cause))
    assert many.rate_ > 0.1
    assert few.lost_ == pytest.approx(0.3, abs=0.1)  # 2 * rate, of the variance
    assert few.rate_ == 0


def test_short_fits_go_on_as_one():
    X, y = load_digits(return_X_y=True)
    parts = RegularizedClassifier(
        regularizers=[SwapNoise()],
        numeric_embedding=None,
        lr_schedule="constant",
        random_state=0,
    )
    for _ in range(5):
        parts.partial_fit(X, y, classes=np.arange(10))
        noise = parts.regularizers_["swapnoise"]
        assert (noise.rate_ > 0) == (parts.n_iter_ >= 3)
    whole = clone(parts).set_params(max_epochs=5).fit(X, y)
    assert whole.regularizers_["swapnoise"].lost_ == noise.lost_
    np.testing.assert_array_equal(whole.predict_proba(X), parts.predict_proba(X))
    one_epoch = clone(parts).partial_fit(X, y, classes=np.arange(10))
    again = pickle.loads(pickle.dumps(one_epoch))
    for _ in range(4):
        again.partial_fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), whole.predict_proba(X))
    fixed = parts.set_params(swapnoise__rate=0.25).partial_fit(X, y)
    assert fixed.regularizers_["swapnoise"].rate_ == 0.25


@pytest.mark.parametrize("held_out", [False, True])
def test_rows_that_do_not_train_do_not_count(held_out):
    X, y = load_digits(return_X_y=True)
    X, y = X[:600], y[:600]
    weight = None if held_out else np.arange(600) < 300
    net = RegularizedClassifier(
        regularizers=[SwapNoise()],
        numeric_embedding=None,
        max_epochs=3,
        early_stopping=held_out,
        validation_fraction=0.5,
        random_state=0,
    ).fit(X, y, sample_weight=weight)
    assert not math.isnan(net.regularizers_["swapnoise"].lost_)


def test_single_rows_are_no_evidence():
    rng = np.random.default_rng(0)
    net = RegularizedRegressor(
        regularizers=[SwapNoise()], lr_schedule="constant", random_state=0
    )
    for _ in range(4):
        net.partial_fit(rng.normal(size=(1, 3)), [1.0])
        assert math.isnan(net.regularizers_["swapnoise"].lost_)
    net.partial_fit(rng.normal(size=(50, 3)), rng.normal(size=50))
    assert not math.isnan(net.regularizers_["swapnoise"].lost_)
