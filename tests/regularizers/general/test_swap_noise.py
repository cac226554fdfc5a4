"""Swap noise: which entries are swapped, and what ELR gains by it."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from skreg import ELRClassifier, RegularizedClassifier
from skreg.datasets import load_letter, make_label_noise
from skreg.regularizers import SwapNoise, swap_noise


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@given(st.integers(1, 9), st.integers(1, 5), st.floats(0, 1), st.booleans())
def test_new_entries_of_a_row_come_from_one_other(n, width, rate, weighted):
    rows = torch.arange(n * width, dtype=torch.float64).reshape(n, width)
    weight = torch.ones(n) if weighted else None
    swapped = swap_noise(rows, rate, weight=weight, generator=seeded())
    np.testing.assert_array_equal(swapped % width, rows % width)  # same columns
    source = (swapped // width).numpy()
    for row, sources in enumerate(source):
        assert len(set(sources) - {row}) <= 1


def test_rate_is_the_share_of_swapped_entries():
    rows = torch.arange(400.0).unsqueeze(-1).expand(2, 400, 50)  # two members
    for rate in (0.0, 0.3, 1.0):
        swapped = swap_noise(rows, rate, generator=seeded()) != rows
        share = swapped.float().mean((-1, -2))
        np.testing.assert_allclose(share, rate, atol=0.02)


def test_rows_are_drawn_by_weight():
    rows = torch.arange(3.0).unsqueeze(-1).repeat(1000, 1)
    weight = torch.tensor([0.0, 1.0, 3.0]).repeat(1000)
    swapped = swap_noise(rows, 1.0, weight=weight, generator=seeded())
    shares = swapped.int().flatten().bincount(minlength=3) / 3000
    assert shares[0] == 0
    np.testing.assert_allclose(shares, [0, 0.25, 0.75], atol=0.03)
    nothing = swap_noise(rows, 0.5, weight=torch.zeros(3000), generator=seeded())
    assert nothing.isfinite().all()  # a batch may hold rows without weight only


def test_a_fixed_rate_acts_from_the_first_step_on(make_info, make_step):
    method = SwapNoise(rate=0.5)
    method.setup(make_info())
    step = make_step(generator=seeded(3))
    expected = swap_noise(step.inputs, 0.5, generator=seeded(3))
    method.mix(step)
    torch.testing.assert_close(step.inputs, expected)
    assert method.rate_ == 0.5
    assert math.isnan(method.lost_)


@pytest.mark.parametrize("rate", [-0.1, 1.0, "always"])
def test_out_of_range(rate):
    X, y = np.eye(4), [0, 1, 0, 1]
    for net in (
        RegularizedClassifier(regularizers=[SwapNoise(rate=rate)]),
        ELRClassifier(swap_rate=rate),
    ):
        with pytest.raises(ValueError, match=f"'(swap_)?rate'.*{rate}"):
            net.fit(X, y)


def test_members_get_noise_of_their_own(make_info, make_step):
    method = SwapNoise(rate=0.5)
    method.setup(make_info(n_members=2))
    step = make_step()
    before = step.inputs
    method.mix(step)
    assert step.inputs.shape == (2, *before.shape)
    swapped = step.inputs != before
    assert 0.2 < swapped[0].float().mean() < 0.8
    assert not swapped[0].equal(swapped[1])


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
