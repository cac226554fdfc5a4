"""Swap noise, the trial that sets its rate, and the overlap of rows."""

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

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.datasets import load_letter, make_label_noise
from skreg.regularizers import SwapNoise, swap_noise
from skreg.regularizers.general._noise_trial import NoiseTrial
from skreg.regularizers.general.swap_noise import FULL_RATE, automatic_rate
from skreg.regularizers.noisy_labels._elr_auto import (
    CORRECTION_RANGE,
    PENALTY_RANGE,
    full_strength,
    share_by_overlap,
)
from skreg.regularizers.noisy_labels._row_overlap import RowOverlap


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


class TestSwaps:
    @given(st.integers(1, 9), st.integers(1, 5), st.floats(0, 1), st.booleans())
    def test_new_entries_of_a_row_come_from_one_other(self, n, width, rate, weighted):
        rows = torch.arange(n * width, dtype=torch.float64).reshape(n, width)
        weight = torch.ones(n) if weighted else None
        swapped = swap_noise(rows, rate, weight=weight, generator=seeded())
        np.testing.assert_array_equal(swapped % width, rows % width)  # same columns
        source = (swapped // width).numpy()
        for row, sources in enumerate(source):
            assert len(set(sources) - {row}) <= 1

    def test_rate_is_the_share_of_swapped_entries(self):
        rows = torch.arange(400.0).unsqueeze(-1).expand(2, 400, 50)  # two members
        for rate in (0.0, 0.3, 1.0):
            swapped = swap_noise(rows, rate, generator=seeded()) != rows
            share = swapped.float().mean((-1, -2))
            np.testing.assert_allclose(share, rate, atol=0.02)

    def test_rows_are_drawn_by_weight(self):
        rows = torch.arange(3.0).unsqueeze(-1).repeat(1000, 1)
        weight = torch.tensor([0.0, 1.0, 3.0]).repeat(1000)
        swapped = swap_noise(rows, 1.0, weight=weight, generator=seeded())
        shares = swapped.int().flatten().bincount(minlength=3) / 3000
        assert shares[0] == 0
        np.testing.assert_allclose(shares, [0, 0.25, 0.75], atol=0.03)
        nothing = swap_noise(rows, 0.5, weight=torch.zeros(3000), generator=seeded())
        assert nothing.isfinite().all()  # a batch may hold rows without weight only

    def test_a_fixed_rate_acts_from_the_first_step_on(self, make_info, make_step):
        method = SwapNoise(rate=0.5)
        method.setup(make_info())
        step = make_step(generator=seeded(3))
        expected = swap_noise(step.inputs, 0.5, generator=seeded(3))
        method.mix(step)
        torch.testing.assert_close(step.inputs, expected)
        assert method.rate_ == 0.5
        assert math.isnan(method.lost_)

    @pytest.mark.parametrize("rate", [-0.1, 1.0, "always"])
    def test_out_of_range(self, rate):
        X, y = np.eye(4), [0, 1, 0, 1]
        for net in (
            RegularizedClassifier(regularizers=[SwapNoise(rate=rate)]),
            ELRClassifier(swap_rate=rate),
        ):
            with pytest.raises(ValueError, match=f"'(swap_)?rate'.*{rate}"):
                net.fit(X, y)

    def test_members_get_noise_of_their_own(self, make_info, make_step):
        method = SwapNoise(rate=0.5)
        method.setup(make_info(n_members=2))
        step = make_step()
        before = step.inputs
        method.mix(step)
        assert step.inputs.shape == (2, *before.shape)
        swapped = step.inputs != before
        assert 0.2 < swapped[0].float().mean() < 0.8
        assert not swapped[0].equal(swapped[1])


class TestTrial:
    def test_of_classes_it_is_divergence_over_mutual_information(
        self, make_info, make_step
    ):
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

    def test_of_numbers_it_is_change_over_variance(self, make_info, make_step):
        torch.manual_seed(0)
        module = nn.Linear(4, 2)
        step = make_step(module, target=torch.zeros(6, 2))
        trial = NoiseTrial(make_info(n_classes=None))
        trial.compare(step, step.inputs.flip(0))
        a = module(step.inputs).detach().double().numpy()
        expected = np.square(a - a[::-1]).sum() / np.square(a - a.mean(0)).sum()
        assert trial.lost() == pytest.approx(expected, rel=1e-4)

    def test_where_predictions_tell_nothing_there_is_no_noise(
        self, make_info, make_step
    ):
        module = nn.Linear(4, 3)
        nn.init.zeros_(module.weight)
        trial = NoiseTrial(make_info())
        step = make_step(module)
        trial.compare(step, step.inputs.flip(0))
        assert trial.lost() == math.inf
        assert automatic_rate(trial.lost()) == 0

    def test_of_a_net_with_other_outputs_only_predictions_count(
        self, make_info, make_step
    ):
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
    def test_the_more_is_lost_the_less_is_swapped(self, lost, more):
        rates = automatic_rate(lost), automatic_rate(lost + more)
        assert 0 <= rates[1] <= rates[0] <= FULL_RATE

    def test_columns_that_say_the_same_bear_it_and_single_ones_do_not(self):
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

    def test_short_fits_go_on_as_one(self):
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
    def test_rows_that_do_not_train_do_not_count(self, held_out):
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

    def test_single_rows_are_no_evidence(self):
        rng = np.random.default_rng(0)
        net = RegularizedRegressor(regularizers=[SwapNoise()], random_state=0)
        for _ in range(4):
            net.partial_fit(rng.normal(size=(1, 3)), [1.0])
            assert math.isnan(net.regularizers_["swapnoise"].lost_)
        net.partial_fit(rng.normal(size=(50, 3)), rng.normal(size=50))
        assert not math.isnan(net.regularizers_["swapnoise"].lost_)


class TestInELR:
    def test_less_is_learnt_by_heart(self):
        X, y = load_digits(return_X_y=True)
        noisy = make_label_noise(y, rate=0.4, kind="pair", random_state=0)[0]
        X_test, y_test, X, noisy = X[1000:], y[1000:], X[:1000], noisy[:1000]
        with_noise = ELRClassifier(random_state=0).fit(X, noisy)
        assert with_noise.regularizers_["swapnoise"].rate_ > 0.1
        without = ELRClassifier(random_state=0, swap_rate=0).fit(X, noisy)
        gain = with_noise.score(X_test, y_test) - without.score(X_test, y_test)
        assert gain > 0.03

    def test_letters_have_no_entry_to_spare(self):
        X, y = load_letter(return_X_y=True)
        net = ELRClassifier(random_state=0, max_epochs=4).fit(X[:2000], y[:2000])
        assert net.regularizers_["swapnoise"].lost_ > 0.18
        assert net.regularizers_["swapnoise"].rate_ == 0

    def test_ones_own_takes_the_place_of_the_preset(self):
        X, y = load_digits(return_X_y=True)
        own = SwapNoise(rate=0.2)
        net = ELRClassifier(regularizers=[own], max_epochs=1, random_state=0)
        net.fit(X[:200], y[:200])
        assert list(net.regularizers_) == ["elr", "weightaverage", "swapnoise"]
        assert net.regularizers_["swapnoise"].rate_ == 0.2


class TestOverlap:
    @pytest.mark.parametrize("scale", [1.0, 1e-20, 1e30])
    def test_it_is_one_over_the_directions(self, scale):
        rows = scale * torch.randn(2, 500, 8, generator=seeded())
        overlap = RowOverlap()
        for batch in rows.split(100, dim=1):
            overlap.learn(batch)
        assert 1 / overlap.mean() == pytest.approx(8, rel=0.05)
        weighted = RowOverlap()
        weighted.learn(rows, torch.ones(500))  # members share the weights
        assert 1 / weighted.mean() == pytest.approx(8, rel=0.05)

    @pytest.mark.parametrize("size", [8, 32, 128])
    def test_it_does_not_depend_on_the_size_of_batches(self, size):
        rows = torch.randn(3000, 50, generator=seeded())
        overlap = RowOverlap()
        for batch in rows.split(size):
            overlap.learn(batch)
        assert overlap.mean() == pytest.approx(1 / 50, rel=0.2)

    def test_it_is_the_mean_squared_cosine_of_pairs(self):
        rows = torch.randn(7, 3, generator=seeded())
        overlap = RowOverlap()
        overlap.learn(rows)
        centred = (rows - rows.mean(0)).numpy()
        centred /= np.linalg.norm(centred, axis=1, keepdims=True)
        squared = np.square(centred @ centred.T)[~np.eye(7, dtype=bool)]
        by_centring = 1 / 36
        assert overlap.mean() == pytest.approx(squared.mean() - by_centring, rel=1e-4)

    def test_rows_without_weight_are_not_there(self):
        rows = torch.randn(9, 3, generator=seeded())
        weight = torch.tensor([1.0] * 5 + [0.0] * 4)
        weighted, kept = RowOverlap(), RowOverlap()
        weighted.learn(rows, weight)
        kept.learn(rows[:5])
        assert weighted.mean() == pytest.approx(kept.mean(), rel=1e-5)

    def test_one_row_and_constant_columns_have_none(self):
        overlap = RowOverlap()
        same = torch.tensor([0.1, 0.3, 0.7])
        for rows in (torch.ones(1, 3), torch.ones(5, 3), same.repeat(50, 1)):
            overlap.learn(rows)
        assert overlap.mean() == pytest.approx(0, abs=1e-6)

    def test_extreme_numbers_and_weights(self):
        rows = 1e150 * torch.randn(400, 8, generator=seeded(), dtype=torch.float64)
        overlap = RowOverlap()
        overlap.learn(rows)
        assert 1 / overlap.mean() == pytest.approx(8, rel=0.1)
        known = overlap.mean()
        overlap.learn(rows, torch.full((400,), 1e-60, dtype=torch.float64))
        assert overlap.mean() == known

    @given(
        st.floats(0, 1e6),
        st.floats(0, 1e6),
        st.sampled_from([PENALTY_RANGE, CORRECTION_RANGE]),
    )
    def test_slow_learners_are_protected_less(self, n, more, bounds):
        shares = share_by_overlap(n, *bounds), share_by_overlap(n + more, *bounds)
        assert bounds[-1] - 1e-9 <= shares[1] <= shares[0] <= 1

    def test_many_rows_of_few_columns_are_learnt_slowly(self):
        rng = np.random.default_rng(0)
        y = rng.integers(0, 2, 1500)
        for width, share in ((2, 0.3), (60, 1.0)):
            X = rng.normal(size=(1500, width))
            net = ELRClassifier(max_epochs=3, random_state=0).fit(X, y)
            watch = net.regularizers_["elr"].watch_
            assert watch.full == pytest.approx(share * full_strength(2))
            assert (watch.auto_correction > 0.5) == (width == 60)
            assert (watch.auto_correction > 0) == (width == 60)

    def test_going_on_does_not_change_the_factor(self):
        rng = np.random.default_rng(0)
        X, y = rng.normal(size=(1500, 10)), rng.integers(0, 2, 1500)
        whole = ELRClassifier(max_epochs=12, random_state=0).fit(X, y)
        assert whole.transition_matrix_ is not None
        parts = clone(whole)
        for _ in range(12):
            parts.partial_fit(X, y, classes=[0, 1])
        full = whole.regularizers_["elr"].watch_.full
        assert 0.4 < full / full_strength(2) < 0.9
        np.testing.assert_array_equal(whole.predict_proba(X), parts.predict_proba(X))
