"""Errors in which rare labels count, against loops over bins by hand."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.tree import DecisionTreeRegressor

from skreg.datasets import make_imbalanced_regression
from skreg.metrics import (
    balanced_mean_absolute_error,
    balanced_mean_squared_error,
    geometric_mean_error,
    label_relevance,
    make_imbalance_scorer,
    sera,
    shot_groups,
    shot_metrics,
)

VALUES = st.floats(-50, 50, width=16)
PAIRS = st.integers(1, 25).flatmap(
    lambda n: st.tuples(*[arrays(np.float64, n, elements=VALUES)] * 2)
)


def by_hand(y, y_pred, power, edges):
    bins = np.clip(np.searchsorted(edges, y, side="right") - 1, 0, len(edges) - 2)
    errors = np.abs(y - y_pred) ** power
    return np.mean([errors[bins == b].mean() for b in np.unique(bins)])


class TestBalanced:
    @given(PAIRS)
    @settings(max_examples=60, deadline=None)
    def test_mean_over_bins_of_means(self, pair):
        y, y_pred = pair
        edges = np.array([-50.0, -7.3, 0.21, 11.7, 50.0])
        ours = balanced_mean_absolute_error(y, y_pred, edges=edges)
        assert ours == pytest.approx(by_hand(y, y_pred, 1, edges), rel=1e-12, abs=1e-12)
        ours = balanced_mean_squared_error(y, y_pred, edges=edges)
        assert ours == pytest.approx(by_hand(y, y_pred, 2, edges), rel=1e-12, abs=1e-12)

    @given(PAIRS, st.data())
    @settings(max_examples=40, deadline=None)
    def test_weight_k_equals_k_copies(self, pair, data):
        y, y_pred = pair
        n = len(y)
        counts = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
        counts[0] += 1
        options = {"y_train": y, "n_bins": 5}
        for metric in (balanced_mean_absolute_error, balanced_mean_squared_error):
            weighted = metric(y, y_pred, sample_weight=counts, **options)
            copies = np.repeat(y, counts), np.repeat(y_pred, counts)
            assert weighted == pytest.approx(metric(*copies, **options), abs=1e-9)

    def test_one_bin_is_the_plain_mean(self):
        y, y_pred = np.random.default_rng(0).normal(size=(2, 50))
        plain = np.abs(y - y_pred).mean()
        assert balanced_mean_absolute_error(y, y_pred, n_bins=1) == pytest.approx(plain)

    def test_repeating_frequent_rows_changes_nothing(self):
        y, y_pred = np.array([0.0, 10.0]), np.array([1.0, 14.0])
        many = np.repeat([0, 1], [1000, 1])
        ours = balanced_mean_absolute_error(y[many], y_pred[many])
        assert ours == pytest.approx(2.5)

    def test_rows_outside_the_training_range_go_to_the_end_bins(self):
        train = [0.0, 1.0, 2.0, 3.0]
        y, y_pred = [-9.0, 0.1, 3.0, 99.0], [-8.0, 0.1, 3.0, 96.0]
        ours = balanced_mean_absolute_error(y, y_pred, y_train=train, n_bins=2)
        assert ours == pytest.approx((0.5 + 1.5) / 2)

    def test_outputs_are_averaged_with_bins_of_their_own(self):
        rng = np.random.default_rng(0)
        y, y_pred = rng.lognormal(size=(2, 80, 2)) * [1, 100]
        both = balanced_mean_absolute_error(y, y_pred)
        columns = [balanced_mean_absolute_error(y[:, k], y_pred[:, k]) for k in (0, 1)]
        assert both == pytest.approx(np.mean(columns))

    def test_huge_constant_and_single_labels(self):
        assert balanced_mean_absolute_error([1e300, -1e300], [0.0, 0.0]) == 1e300
        assert balanced_mean_absolute_error([2.0] * 3, [1.0, 2.0, 3.0]) == (
            pytest.approx(2 / 3)
        )
        assert balanced_mean_squared_error([4.0], [1.0]) == 9

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"y_pred": [1.0]}, "inconsistent numbers of samples"),
            ({"y_pred": [[1.0, 2.0]] * 2}, "y_pred has 2 outputs, but y_true has 1"),
            ({"y_train": [[1.0, 2.0]]}, "y_train has 2 outputs"),
            ({"y_true": [1.0, np.nan]}, "Input y_true contains NaN"),
            ({"y_train": [np.inf]}, "Input y_train contains infinity"),
            (
                {"edges": [1.0, 1.0]},
                "edges must be a vector of at least two",
            ),
            ({"n_bins": -1}, "n_bins=-1 must be"),
            ({"n_bins": 10.0}, "n_bins=10.0 must be a whole number"),
            ({"n_bins": "ten"}, "n_bins='ten' must be"),
            ({"sample_weight": [1.0]}, "sample_weight.shape"),
        ],
    )
    def test_wrong_input_is_named(self, change, message):
        data = {"y_true": [1.0, 2.0], "y_pred": [1.0, 2.0], **change}
        with pytest.raises(ValueError, match=message):
            balanced_mean_absolute_error(**data)


class TestGeometric:
    def test_product_of_errors(self):
        y = np.zeros(4)
        assert geometric_mean_error(y, [1.0, -2.0, 4.0, 8.0]) == pytest.approx(64**0.25)

    def test_exact_hits_count_as_the_floor(self):
        ours = geometric_mean_error([0.0, 0.0], [0.0, 1.0], floor=1e-4)
        assert ours == pytest.approx(1e-2)
        with pytest.raises(ValueError, match="floor=0 must be a number"):
            geometric_mean_error([0.0], [1.0], floor=0)


class TestShots:
    TRAIN = np.repeat([1.0, 2.0, 3.0, 4.0], [101, 100, 20, 19])

    def test_thresholds_include_the_median(self):
        groups = shot_groups([1, 2, 3, 4, 9, -9], y_train=self.TRAIN, n_bins=4)
        assert groups.tolist() == ["many", "median", "median", "few", "few", "many"]

    def test_errors_of_the_groups(self):
        y = np.array([1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 4.0])
        y_pred = y + np.array([1, 3, 2, 4, 4, -4, 0.5])
        options = {"y_train": self.TRAIN, "n_bins": 4}
        ours = shot_metrics(y, y_pred, **options)
        assert ours == pytest.approx({"many": 2, "median": 3.5, "few": 0.5})
        ours = shot_metrics(y, y_pred, average="bins", **options)
        assert ours == pytest.approx({"many": 2, "median": 3, "few": 0.5})
        ours = shot_metrics(y, y_pred, error="squared", **options)
        assert ours == pytest.approx({"many": 5, "median": 13, "few": 0.25})
        ours = shot_metrics(y, y_pred, error="geometric", **options)
        assert ours["many"] == pytest.approx(3**0.5)

    def test_empty_groups_are_nan(self):
        ours = shot_metrics([1.0], [3.0], y_train=self.TRAIN, n_bins=4)
        assert ours["many"] == 2
        assert np.isnan(ours["median"])
        assert np.isnan(ours["few"])

    def test_automatic_thresholds_are_the_usual_ones_at_4000_rows(self):
        y = np.random.default_rng(0).lognormal(size=4000)
        usual = shot_groups(y, y_train=y)
        np.testing.assert_array_equal(
            usual, shot_groups(y, y_train=y, thresholds="auto")
        )
        for n in (1000, 50_000):
            y = np.random.default_rng(0).lognormal(size=n)
            groups = set(shot_groups(y, y_train=y, thresholds="auto"))
            assert groups == {"many", "median", "few"}

    def test_outputs_without_a_group_are_left_out_of_its_mean(self):
        y = np.column_stack([np.repeat([0.0, 1.0], [150, 5]), np.zeros(155)])
        ours = shot_metrics(y, y + np.array([2.0, 4.0]), y_train=y, n_bins=2)
        assert ours["many"] == pytest.approx(3)
        assert ours["few"] == pytest.approx(2)
        assert np.isnan(ours["median"])

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"thresholds": (20, 100)}, r"thresholds=\(20, 100\) must be two numbers"),
            ({"thresholds": (20,)}, r"thresholds=\(20,\) must be two numbers"),
            ({"thresholds": None}, "thresholds=None must be two numbers"),
            ({"thresholds": "some"}, "thresholds='some' must be one of"),
            ({"error": "cubic"}, "error='cubic' must be one of"),
            ({"average": "mean"}, "average='mean' must be one of"),
        ],
    )
    def test_wrong_options_are_named(self, options, message):
        with pytest.raises(ValueError, match=message):
            shot_metrics([1.0], [1.0], y_train=[1.0], **options)
        with pytest.raises(ValueError, match="one output at a time"):
            shot_groups([[1.0, 2.0]], y_train=[1.0])


class TestRelevance:
    def test_integral_by_a_fine_grid(self):
        y = make_imbalanced_regression(300, random_state=0)[1]
        y_pred = y + np.random.default_rng(1).normal(size=300)
        phi = label_relevance(y)
        grid = (np.arange(20_000) + 0.5) / 20_000
        parts = np.array([np.sum((y_pred - y)[phi >= t] ** 2) for t in grid])
        assert sera(y, y_pred) == pytest.approx(parts.mean(), rel=1e-3)

    def test_box_plot(self):
        y = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 50.0])
        phi = label_relevance(y)
        # Quartiles 1.25 and 3.75, whiskers 0 and 4; outliers above alone.
        t = (3 - 2.5) / (4 - 2.5)
        cubic = t * t * (3 - 2 * t)
        np.testing.assert_allclose(phi, [0, 0, 0, cubic, 1, 1])
        np.testing.assert_allclose(label_relevance(y, side="low")[3:], 0)
        assert label_relevance(y, side="low")[0] == 1

    @pytest.mark.parametrize("method", ["extremes", "density"])
    @given(pair=PAIRS, side=st.sampled_from(["both", "low", "high"]))
    @settings(max_examples=60, deadline=None)
    def test_never_fails_and_stays_in_the_unit_interval(self, method, pair, side):
        y, y_pred = pair
        phi = label_relevance(y, method=method, side=side)
        assert ((phi >= 0) & (phi <= 1 + 1e-12)).all()
        area = sera(y, y_pred, method=method, side=side)
        assert area == pytest.approx(phi @ (y - y_pred) ** 2, rel=1e-9, abs=1e-12)

    def test_without_outliers_both_ends_count(self):
        phi = label_relevance(np.linspace(0, 1, 11))
        assert phi[0] == phi[-1] == 1
        assert phi[5] == 0

    def test_units_change_nothing(self):
        y = make_imbalanced_regression(300, random_state=0)[1]
        for method in ("extremes", "density"):
            phi = label_relevance(y, method=method)
            scaled = label_relevance(1e6 * y - 3e6, method=method)
            np.testing.assert_allclose(scaled, phi, atol=1e-7)

    def test_normalized_area_is_a_weighted_mean(self):
        y = make_imbalanced_regression(300, random_state=0)[1]
        assert sera(y, y + 3, normalize=True) == pytest.approx(9)
        low = sera(y, y + 3, normalize=True, sample_weight=label_relevance(y) == 0)
        assert np.isnan(low)

    def test_wrong_options_are_named(self):
        with pytest.raises(ValueError, match="method='box' must be one of"):
            label_relevance([1.0, 2.0], method="box")
        with pytest.raises(ValueError, match="side='left' must be one of"):
            sera([1.0, 2.0], [1.0, 2.0], side="left")


class TestScorer:
    METRICS = (
        "balanced_mean_absolute_error",
        "balanced_mean_squared_error",
        "geometric_mean_error",
        "sera",
        "many_shot_error",
        "median_shot_error",
        "few_shot_error",
    )

    @pytest.mark.parametrize("metric", METRICS)
    def test_negative_errors_with_bins_of_training(self, metric):
        X, y = make_imbalanced_regression(1000, random_state=0)
        scorer = pickle.loads(pickle.dumps(make_imbalance_scorer(metric, y)))
        right = DecisionTreeRegressor(random_state=0).fit(X, y)
        wrong = DummyRegressor().fit(X, y)
        odd = slice(1, None, 2)
        assert scorer(wrong, X[odd], y[odd]) < scorer(right, X[odd], y[odd]) <= 0
        assert repr(scorer).startswith("make_scorer(")

    def test_options_and_weights_reach_the_metric(self):
        X, y = make_imbalanced_regression(400, random_state=0)
        mean = DummyRegressor().fit(X, y)
        weight = np.random.default_rng(0).random(400)
        scorer = make_imbalance_scorer("few_shot_error", y, thresholds=(30, 20))
        expected = shot_metrics(
            y, mean.predict(X), y_train=y, thresholds=(30, 20), sample_weight=weight
        )
        ours = scorer(mean, X, y, sample_weight=weight)
        assert ours == pytest.approx(-expected["few"])

    def test_balanced_and_natural_error_choose_differently(self):
        """A search by balanced error prefers the model that serves rare targets."""
        rng = np.random.default_rng(0)
        y = np.repeat([0.0, 10.0], [290, 10]) + rng.normal(scale=0.1, size=300)
        X = np.zeros((300, 1))
        grid = {"strategy": ["constant"], "constant": [0.0, 5.0]}
        chosen = {}
        balanced = make_imbalance_scorer("balanced_mean_squared_error", y, n_bins=2)
        natural = "neg_mean_absolute_error"
        for name, scoring in (("natural", natural), ("balanced", balanced)):
            cv = KFold(5, shuffle=True, random_state=0)
            search = GridSearchCV(DummyRegressor(), grid, scoring=scoring, cv=cv)
            chosen[name] = search.fit(X, y).best_params_["constant"]
        assert chosen == {"natural": 0.0, "balanced": 5.0}

    def test_wrong_input_is_named(self):
        with pytest.raises(ValueError, match="metric='mae' must be one of"):
            make_imbalance_scorer("mae", [1.0])
        with pytest.raises(TypeError, match="sera has no option 'n_bins'"):
            make_imbalance_scorer("sera", [1.0], n_bins=3)
        with pytest.raises(ValueError, match="Input y_train contains NaN"):
            make_imbalance_scorer("sera", [np.nan])
