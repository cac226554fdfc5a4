"""Weights of labels: rare ones weigh more, units and copies change nothing."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skreg.datasets import load_abalone, make_imbalanced_regression
from skreg.preprocessing import bin_weights, label_weights, lds_kernel

METHODS = ["sqrt_inverse", "inverse", "lds", "dense", None]
BINNED = ["sqrt_inverse", "inverse", "lds"]
LABELS = arrays(np.float64, st.integers(1, 30), elements=st.floats(-100, 100, width=16))
ANY_LABELS = arrays(
    np.float64,
    st.integers(1, 30),
    elements=st.floats(allow_nan=False, allow_infinity=False),
)


@pytest.fixture(scope="module")
def skewed():
    return make_imbalanced_regression(2000, random_state=0)[1]


@pytest.mark.parametrize("method", METHODS)
class TestAllMethods:
    @given(y=ANY_LABELS)
    @example(y=np.r_[1.4e308, [-1.5e307] * 7, 1e308, [-1.5e307] * 27])
    @settings(max_examples=60, deadline=None)
    def test_finite_positive_and_of_mean_one(self, method, y):
        weights = label_weights(y, method)
        assert weights.shape == y.shape
        assert np.isfinite(weights).all()
        assert (weights > 0).all()
        assert weights.mean() == pytest.approx(1)

    @given(y=LABELS, data=st.data())
    @settings(max_examples=40, deadline=None)
    def test_scaled_weights_and_absent_rows_change_nothing(self, method, y, data):
        n = len(y)
        mass = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
        mass[0] += 1
        weights = label_weights(y, method, sample_weight=mass)
        scaled = label_weights(y, method, sample_weight=mass * 1e-200)
        np.testing.assert_allclose(weights, scaled, rtol=1e-9)
        assert np.average(weights, weights=mass) == pytest.approx(1)
        present = mass > 0
        alone = label_weights(y[present], method, sample_weight=mass[present])
        np.testing.assert_allclose(weights[present], alone, rtol=1e-6)

    def test_order_units_and_shift_change_nothing(self, method, skewed):
        weights = label_weights(skewed, method)
        for other in (skewed * 2.0**20, skewed / 2.0**300, skewed * 2.0**900):
            np.testing.assert_allclose(label_weights(other, method), weights, rtol=1e-9)
        shifted = label_weights(skewed + 1000.0, method)
        # Of two thousand labels hardly one changes its bin by rounding.
        assert np.mean(np.isclose(shifted, weights, rtol=1e-3)) > 0.99
        order = np.random.default_rng(0).permutation(len(skewed))
        permuted = label_weights(skewed[order], method)
        np.testing.assert_allclose(permuted, weights[order], rtol=1e-9)

    def test_rare_labels_weigh_more(self, method, skewed):
        weights = label_weights(skewed, method)
        rare, frequent = skewed > np.quantile(skewed, 0.99), skewed < np.median(skewed)
        ratio = weights[rare].mean() / weights[frequent].mean()
        assert ratio > 3 if method else ratio == 1

    def test_other_labels_get_the_weights_of_the_training_labels(self, method, skewed):
        weights = label_weights(skewed, method)
        at = label_weights(skewed, method, at=skewed[::-7])
        np.testing.assert_allclose(at, weights[::-7])
        ends = [skewed.min(), skewed.max()]
        beyond = label_weights(skewed, method, at=[-1e308, 1e308])
        if method != "dense":
            np.testing.assert_allclose(beyond, label_weights(skewed, method, at=ends))
        assert np.isfinite(beyond).all()

    def test_outputs_are_averaged(self, method, skewed):
        both = np.column_stack([skewed, np.sqrt(skewed + 1)])
        expected = (
            label_weights(both[:, 0], method) + label_weights(both[:, 1], method)
        ) / 2
        np.testing.assert_allclose(label_weights(both, method), expected)

    @pytest.mark.parametrize("y", [[3.0], [5.0, 5.0, 5.0], [1.0, 2.0]])
    def test_equal_labels_weigh_alike(self, method, y):
        np.testing.assert_allclose(label_weights(y, method), np.ones(len(y)))


@pytest.mark.parametrize("method", BINNED)
@given(y=LABELS, data=st.data())
@settings(max_examples=40, deadline=None)
def test_weight_k_equals_k_copies(method, y, data):
    n = len(y)
    counts = np.array(data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)))
    counts[0] += 1
    weighted = label_weights(y, method, sample_weight=counts)
    copied = label_weights(np.repeat(y, counts), method)
    np.testing.assert_allclose(np.repeat(weighted, counts), copied, rtol=1e-9)


def test_bins_of_whole_numbers_by_hand():
    y = np.repeat([1.0, 2.0, 3.0], [100, 25, 4])
    sqrt_inverse = np.repeat([0.1, 0.2, 0.5], [100, 25, 4])
    inverse = np.repeat([0.01, 0.04, 0.25], [100, 25, 4])
    for method, expected in (("sqrt_inverse", sqrt_inverse), ("inverse", inverse)):
        weights = label_weights(y, method, n_bins=3)
        np.testing.assert_allclose(weights, expected / expected.mean())
    window = lds_kernel("triang", 3)
    lds = 1 / np.array([10 + 2.5, 5 + 5 + 1, 2 + 2.5])
    weights = label_weights(y, "lds", n_bins=3, kernel="triang", kernel_size=3)
    expected = np.repeat(lds, [100, 25, 4])
    np.testing.assert_allclose(weights, expected / expected.mean())
    np.testing.assert_allclose(bin_weights([100, 25, 4], window=window), lds)


def test_ratio_of_inverse_weights_is_bounded():
    y = np.repeat([0.0, 1.0], [10_000, 1])
    weights = label_weights(y, "inverse", max_ratio=50)
    assert weights.max() / weights.min() == pytest.approx(50)


def test_density_weights_are_those_of_the_exact_density(skewed):
    y = skewed[:500]
    width = 1.06 * y.std() * len(y) ** -0.2
    apart = (y[:, None] - y) / width
    density = np.exp(-0.5 * apart**2).sum(1)
    expected = 1 - 0.5 * density / density.max()
    weights = label_weights(y, "dense", alpha=0.5)
    np.testing.assert_allclose(weights, expected / expected.mean(), rtol=5e-3)


def test_abalone():
    y = load_abalone(return_X_y=True)[1]
    weights = label_weights(y, "lds")
    assert weights[y >= 20].mean() > 5 * weights[y == 9].mean()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "ldz"}, r"method='ldz' must be None or one of \['sqrt_inverse'"),
        ({"n_bins": 0}, "n_bins=0 must be a whole number of at least 1"),
        ({"n_bins": 2.5}, "n_bins=2.5 must be"),
        ({"kernel": "box"}, "kernel='box' must be one of"),
        ({"kernel_size": 4}, "size=4 must be an odd number"),
        ({"sigma": 0}, "sigma=0 must be a number"),
        ({"max_ratio": 0.5}, "max_ratio=0.5 must be at least 1"),
        ({"alpha": -1}, "alpha=-1 must be at least 0"),
        (
            {"sample_weight": [0, 0, 0]},
            "contain at least one non-zero",
        ),
        ({"sample_weight": [1, -1, 0]}, "Negative values in data passed to `sample_w"),
        ({"at": [[1.0, 2.0]]}, "at has 2 outputs, but y has 1"),
        ({"at": [np.inf]}, "Input at contains infinity"),
        ({"y": [1.0, np.nan]}, "Input y contains NaN"),
        ({"y": []}, "minimum of 1 is required"),
    ],
)
def test_wrong_input_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        label_weights(**{"y": [1.0, 2.0, 4.0], **options})
