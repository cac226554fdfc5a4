"""What all methods for rare targets keep, alone and together."""

import pickle

import numpy as np
import pytest
from regularizers.rare_targets._small_nets import X, Y, net
from sklearn.base import clone

from skreg import RegularizedClassifier
from skreg.modules import find_head
from skreg.regularizers import (
    FDS,
    BalancedMSE,
    FocalError,
    GeometricConstraints,
    Mixup,
    RankSim,
    SupReMix,
)

METHODS = [
    BalancedMSE(),
    BalancedMSE(labels="batch"),
    BalancedMSE(noise="auto", strength=0.5),
    RankSim(strength=0.5),
    RankSim(distinct=False),
    SupReMix(),
    GeometricConstraints(),
    FDS(n_bins=10),
    FocalError(),
]
any_method = pytest.mark.parametrize("method", METHODS, ids=str)


@any_method
class TestAllMethods:
    def test_strength_zero_is_the_plain_net(self, method):
        off = clone(method).set_params(strength=0)
        plain = net().fit(X, Y).predict(X)
        np.testing.assert_array_equal(net(off).fit(X, Y).predict(X), plain)
        assert not np.array_equal(net(method).fit(X, Y).predict(X), plain)

    def test_same_seed_same_net_and_plain_layers_at_the_end(self, method):
        first, second = net(method).fit(X, Y), net(method).fit(X, Y)
        np.testing.assert_array_equal(first.predict(X), second.predict(X))
        loaded = pickle.loads(pickle.dumps(first))
        np.testing.assert_array_equal(loaded.predict(X), first.predict(X))
        hooks = [
            len(find_head(fitted.net_.module_)._forward_pre_hooks)
            for fitted in (first, net().fit(X, Y))
        ]
        assert hooks[0] == hooks[1]

    @pytest.mark.parametrize("members", [{"n_members": 3}, {"module": "tabm"}], ids=str)
    def test_members_of_an_ensemble(self, method, members):
        fitted = net(method, n_bins=8, **members).fit(X, Y)
        assert np.isfinite(fitted.predict(X)).all()

    def test_units_of_y_do_not_matter(self, method):
        options = {"dtype": "float64"}
        usual = net(method, **options).fit(X, Y).predict(X)
        other = net(method, **options).fit(X, 2.0**20 * Y).predict(X)
        np.testing.assert_allclose(other / 2.0**20, usual, rtol=1e-7)

    @pytest.mark.parametrize(
        "rows", [slice(0, 1), slice(0, 2), slice(0, 41)], ids=["1", "2", "41"]
    )
    def test_few_rows(self, method, rows):
        assert np.isfinite(net(method).fit(X[rows], Y[rows]).predict(X)).all()

    def test_constant_labels(self, method):
        fitted = net(method).fit(X, np.full(len(X), 7.0))
        assert np.isfinite(fitted.predict(X)).all()

    def test_dead_features(self, method):
        fitted = net(method).fit(np.zeros((150, 5)), Y)
        assert np.isfinite(fitted.predict(X)).all()

    def test_one_outlier_far_away(self, method):
        y = np.concatenate([[1e12], Y[1:]])
        assert np.isfinite(net(method).fit(X, y).predict(X)).all()

    def test_weights_several_targets_and_early_stopping(self, method):
        both = np.column_stack([Y, X[:, 0] - Y])
        weight = np.random.default_rng(0).choice([0.0, 1.0, 2.5], len(Y))
        fitted = net(method, early_stopping=True).fit(X, both, sample_weight=weight)
        assert fitted.predict(X).shape == (150, 2)
        assert np.isfinite(fitted.predict(X)).all()

    def test_warm_start_goes_on(self, method):
        warm = net(method, warm_start=True).fit(X, Y)
        before = warm.predict(X)
        assert not np.array_equal(warm.fit(X, Y).predict(X), before)
        warm.set_params(dtype="float64").fit(X, Y)
        assert np.isfinite(warm.predict(X)).all()

    def test_with_mixup(self, method):
        assert np.isfinite(net(Mixup(), method).fit(X, Y).predict(X)).all()

    def test_classes_are_refused(self, method):
        classifier = RegularizedClassifier(regularizers=[method])
        with pytest.raises(ValueError, match="needs numeric targets; use it with a re"):
            classifier.fit(X, Y > 0)
        assert not hasattr(classifier, "net_")

    def test_weight_zero_equals_absence(self, method):
        options = {"batch_size": 150, "dtype": "float64"}
        weight = (np.arange(150) < 100).astype(float)
        fitted = net(clone(method), **options).fit(X, Y, sample_weight=weight)
        alone = net(clone(method), **options).fit(X[:100], Y[:100])
        if isinstance(method, (SupReMix, RankSim)):  # draw rows of the batch
            assert np.isfinite(fitted.predict(X)).all()
        else:
            np.testing.assert_allclose(fitted.predict(X), alone.predict(X), rtol=1e-6)


def test_all_penalties_at_once():
    methods = [BalancedMSE(), RankSim(), SupReMix(), GeometricConstraints(), FDS()]
    assert np.isfinite(net(*methods).fit(X, Y).predict(X)).all()
