"""Labels far off all others: what they are, and that they spoil nothing."""

import numpy as np
import pytest

from skreg.metrics import balanced_mean_absolute_error, shot_groups
from skreg.preprocessing import label_weights
from skreg.preprocessing._target_bins import TargetBins
from skreg.preprocessing._target_density import TargetDensity
from skreg.preprocessing._usual_range import (
    FOR_SCALES,
    UsualRange,
    usual_statistics,
    usual_weight,
)

RNG = np.random.default_rng(0)
CLEAN = RNG.normal(size=400)
TAILS = {
    "normal": CLEAN,
    "exponential": RNG.exponential(size=5000),
    "lognormal": RNG.lognormal(size=400),
    "student": RNG.standard_t(3, 5000),
    "counts": RNG.negative_binomial(0.2, 0.05, 5000).astype(float),
    "zeros": RNG.exponential(size=2000) * (RNG.random(2000) < 0.1),
    "shares": RNG.beta(0.1, 0.1, 400),
    "two values": np.repeat([0.0, 1e6], [95, 5]),
    "rare class": np.repeat([0.0, 1.0], [399, 1]),
    "constant": np.full(9, 5.0),
    "one": np.array([3.0]),
}


def spoiled(labels, *sentinels):
    """Put sentinels in place of the first labels."""
    labels = labels.copy()
    labels[: len(sentinels)] = sentinels
    return labels


SENTINELS = {
    "one": [1e3],
    "one below": [-1e6],
    "one percent": [1e3] * 4,
    "spread": [1e3, 2e3, 7e3, 1e6],
    "both signs": [1e3] * 4 + [-1e6] * 4,
    "huge": [1.7e308, -1.7e308],
}
every_sentinel = pytest.mark.parametrize("sentinels", SENTINELS.values(), ids=SENTINELS)


@pytest.mark.parametrize("labels", TAILS.values(), ids=TAILS)
def test_tails_are_not_far_off(labels):
    usual = UsualRange.of(labels)
    assert not usual.far(labels).any()
    assert (usual.low, usual.high) == (labels.min(), labels.max())
    np.testing.assert_array_equal(usual.pulled(labels), labels)


@every_sentinel
@pytest.mark.parametrize("name", ["normal", "lognormal", "counts", "zeros", "shares"])
def test_sentinels_are_far_off(name, sentinels):
    labels = spoiled(TAILS[name][:400], *sentinels)
    usual = UsualRange.of(labels)
    np.testing.assert_array_equal(usual.far(labels), np.arange(400) < len(sentinels))
    rest = labels[len(sentinels) :]
    assert (usual.low, usual.high) == (rest.min(), rest.max())
    pulled = usual.pulled(labels)
    assert (pulled.min(), pulled.max()) == (rest.min(), rest.max())


def test_a_rare_cluster_is_no_sentinel():
    labels = np.concatenate([CLEAN[:380], 1000 + CLEAN[380:]])
    assert not UsualRange.of(labels).far(labels).any()
    # The scale of a robust loss may still leave it out.
    assert UsualRange.of(labels, None, FOR_SCALES).far(labels).sum() == 20


def test_weights_are_copies():
    labels, weight = spoiled(CLEAN, 1e3), RNG.integers(0, 3, 400).astype(float)
    weight[0] = 2.0
    copies = np.repeat(labels, weight.astype(int))
    assert UsualRange.of(labels, weight) == UsualRange.of(copies)
    assert UsualRange.of(labels, weight / 7) == UsualRange.of(copies)
    few, many = TargetBins.over(labels, 9, weight), TargetBins.over(copies, 9)
    np.testing.assert_array_equal(few.edges, many.edges)
    assert usual_weight(labels[:, None], weight)[0] == 0
    weight[0] = 0.0
    assert UsualRange.of(labels, weight).high == labels[weight > 0].max()
    assert TargetBins.over(labels, 9, weight).edges[-1] < 10


@every_sentinel
def test_far_labels_have_bins_of_their_own(sentinels):
    labels = spoiled(CLEAN, *sentinels)
    far = np.arange(400) < len(sentinels)
    bins = TargetBins.over(labels, 20)
    assert bins.n_bins == 20
    assert not set(bins.index(labels[far])) & set(bins.index(labels[~far]))
    assert len(np.unique(bins.index(labels))) > 15
    assert (np.diff(bins.edges) >= 0).all()


def test_few_bins_are_over_all_labels():
    labels = spoiled(CLEAN, 1e3, -1e3)
    assert TargetBins.over(labels, 1).edges.tolist() == [-1e3, 1e3]
    assert TargetBins.over(labels, 2).edges.tolist() == [-1e3, 0, 1e3]
    assert TargetBins.over(labels, 3).n_bins == 3


@every_sentinel
@pytest.mark.parametrize("method", ["sqrt_inverse", "inverse", "lds", "dense"])
def test_weights_of_the_others_stay(method, sentinels):
    labels, near = spoiled(CLEAN, *sentinels), slice(len(sentinels), None)
    expected = label_weights(labels[near], method)
    found = label_weights(labels, method)[near]
    assert np.corrcoef(np.log(found), np.log(expected))[0, 1] > 0.8
    assert np.isfinite(found).all()


def test_densities_and_metrics_resist():
    labels = spoiled(CLEAN, 1e6)
    density = TargetDensity.of(labels)
    assert density(np.array([0.0])) > 0.9
    assert density(labels[:1]) < 0.01
    groups = shot_groups(labels, y_train=labels, thresholds="auto")
    assert set(groups) == {"many", "median", "few"}
    error = balanced_mean_absolute_error(CLEAN, np.zeros(400), y_train=labels)
    plain = balanced_mean_absolute_error(CLEAN, np.zeros(400), y_train=CLEAN[1:])
    assert error == pytest.approx(plain, rel=0.1)


def test_scales_leave_out_what_is_far_off():
    weight = np.ones(400)
    columns = np.column_stack([spoiled(CLEAN, *[1e6] * 40), CLEAN])
    mean, scale = usual_statistics(columns, weight)
    assert mean[0] == pytest.approx(CLEAN[40:].mean())
    assert scale[0] == pytest.approx(CLEAN[40:].std())
    assert scale[1] == pytest.approx(CLEAN.std())
    constant = np.full((400, 1), 5.0)
    constant[:2] = [[1e6], [-3.0]]
    assert np.ravel(usual_statistics(constant, weight)).tolist() == [5.0, 1.0]
