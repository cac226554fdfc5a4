"""Methods for imbalanced targets: formulas by hand, and what all of them keep."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from plain import PLAIN
from scipy.stats import rankdata
from sklearn.base import clone
from torch.nn import functional

from skreg import RegularizedClassifier, RegularizedRegressor
from skreg.datasets import load_abalone, make_imbalanced_regression
from skreg.metrics import shot_metrics
from skreg.modules._layers import find_head
from skreg.preprocessing import label_weights, lds_kernel
from skreg.regularizers import (
    FDS,
    BalancedMSE,
    FocalError,
    GeometricConstraints,
    Mixup,
    RankSim,
    SupReMix,
    balanced_mse,
    balanced_mse_of_bins,
    envelope_loss,
    focal_factor,
    homogeneity_loss,
    ranksim_loss,
    supremix_loss,
)
from skreg.regularizers.rare_targets._bin_statistics import (
    Moments,
    calibrate,
    smooth_bins,
    smoothing_matrix,
)
from skreg.regularizers.rare_targets._target_axis import TargetAxis
from skreg.regularizers.rare_targets.ranksim import (
    normalized_ranks,
    one_of_each,
    quick_ranks,
)
from skreg.regularizers.rare_targets.supremix import _brackets, _to_mixture

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
SMALL = PLAIN | {
    "hidden_layer_sizes": (12,),
    "max_epochs": 4,
    "batch_size": 40,
    "early_stopping": False,
    "random_state": 0,
}
X, Y = make_imbalanced_regression(150, 5, random_state=0)
SEEDS = st.integers(0, 2**31)
any_method = pytest.mark.parametrize("method", METHODS, ids=str)


def net(*methods, **options):
    return RegularizedRegressor(regularizers=list(methods), **{**SMALL, **options})


def drawn(seed, *shape):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


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


@pytest.mark.parametrize("method", [FDS(), GeometricConstraints()], ids=str)
def test_bins_stay_for_other_rows_and_change_when_told(method):
    warm = net(("method", method), warm_start=True).fit(X, Y)
    edges = warm.regularizers_["method"].axis_.edges
    warm.fit(X[:50], 3 * Y[:50])
    assert warm.regularizers_["method"].axis_.edges.equal(edges)
    warm.set_params(method__n_bins=10).fit(X, Y)
    assert warm.regularizers_["method"].axis_.n_bins == 10


def test_errors_are_those_of_predictions(make_info, make_step):
    """A net may have outputs that are none, such as those of a distribution."""
    info = make_info(predictions=lambda output: output[..., :1].unsqueeze(-1))
    method = FocalError()
    method.setup(info)
    step = make_step(target=torch.ones(6, 1))
    factor = focal_factor(step.output[:, 0] - 1.0, rate=3.0)
    reduced = method.reduce(torch.ones(6), step)
    torch.testing.assert_close(reduced, factor.mean())


def test_all_penalties_at_once():
    methods = [BalancedMSE(), RankSim(), SupReMix(), GeometricConstraints(), FDS()]
    assert np.isfinite(net(*methods).fit(X, Y).predict(X)).all()


class TestBalancedMSE:
    @given(SEEDS, st.floats(0.05, 5))
    def test_is_the_cross_entropy_of_the_batch(self, seed, noise):
        output, target = drawn(seed, 9, 2), drawn(seed + 1, 9, 2)
        logits = -torch.cdist(output, target).square() / (2 * noise**2)
        entropy = functional.cross_entropy(logits, torch.arange(9), reduction="none")
        ours = balanced_mse(output, target, noise)
        torch.testing.assert_close(ours, entropy * 2 * noise**2)
        assert (ours >= 0).all()

    @given(SEEDS, st.data())
    def test_weight_k_equals_k_copies(self, seed, data):
        output, target = drawn(seed, 6, 1), drawn(seed + 1, 6, 1)
        counts = data.draw(st.lists(st.integers(1, 4), min_size=6, max_size=6))
        weight = torch.tensor(counts)
        weighted = balanced_mse(output, target, 0.7, weight=weight.double())
        copies = (one.repeat_interleave(weight, 0) for one in (output, target))
        copied = balanced_mse(*copies, 0.7)
        torch.testing.assert_close(weighted.repeat_interleave(weight), copied)

    def test_charges_where_labels_are_frequent(self):
        target = torch.tensor([[0.0]] * 9 + [[4.0]])
        output = torch.full((10, 1), 2.0, requires_grad=True)
        balanced_mse(output, target, 1.0)[-1].backward()
        # Towards its own label, harder than by the squared error.
        assert output.grad[-1].item() < 2 * (2.0 - 4.0)

    def test_even_labels_leave_the_squared_error(self):
        centers = torch.linspace(-50, 50, 2001, dtype=torch.float64)
        shares = torch.full_like(centers, 1 / 2001)
        output = drawn(0, 7, 1).requires_grad_()
        target = drawn(1, 7, 1)
        losses = balanced_mse_of_bins(
            output, target, 0.5, centers=centers, shares=shares
        )
        losses.sum().backward()
        expected = 2 * (output - target).detach()
        torch.testing.assert_close(output.grad, expected, rtol=1e-6, atol=1e-6)

    @pytest.mark.parametrize("labels", ["batch", "density"])
    def test_noise_is_learnt(self, labels):
        """Of a linear law with noise on uniform labels, by its own gradient."""
        rng = np.random.default_rng(0)
        x = rng.uniform(-1, 1, (2000, 1))
        y = x[:, 0] + rng.normal(scale=0.1, size=2000)
        method = BalancedMSE(noise="auto", labels=labels)
        options = {"hidden_layer_sizes": (), "max_epochs": 40, "lr": 0.02}
        fitted = net(method, batch_size=250, **options).fit(x, y)
        noise = float(fitted.regularizers_["balancedmse"].noise_)
        assert noise == pytest.approx(0.1 / y.std(), rel=0.15)

    def test_only_learnt_noise_is_taken_over(self):
        warm = net(BalancedMSE(noise="auto"), warm_start=True).fit(X, Y)
        learnt = warm.regularizers_["balancedmse"].noise_
        warm.set_params(max_epochs=1).fit(X, Y)
        noise = warm.regularizers_["balancedmse"].noise_
        assert noise == pytest.approx(learnt, rel=0.3)
        assert noise != learnt
        warm.set_params(balancedmse__noise=1.0).fit(X, Y)
        assert warm.regularizers_["balancedmse"].noise_ == 1

    def test_smooth_density_prices_every_label(self, make_info):
        """Its normaliser is that of the labels' distribution, by integration."""
        y = make_imbalanced_regression(5000, random_state=0)[1]
        info = make_info(target=y[:, None], n_outputs=1, n_classes=None)
        method = BalancedMSE(labels="density")
        method.setup(info)
        output = torch.tensor([[-0.8], [0.0], [1.0], [3.0]])
        zero = torch.zeros_like(output)
        noise = 0.4
        ours = balanced_mse_of_bins(output, zero, noise, **method.density_)
        expected = balanced_mse_of_bins(
            output,
            zero,
            noise,
            centers=torch.tensor(y).float(),
            shares=torch.full((5000,), 1 / 5000),
        )
        torch.testing.assert_close(ours, expected, rtol=0, atol=0.1)
        assert ours.max() - ours.min() > 1

    def test_rare_labels_gain_on_a_real_table(self):
        table, rings = load_abalone(return_X_y=True)
        train, test = np.arange(0, 4177, 2), np.arange(1, 4177, 2)
        options = {"max_epochs": 12, "batch_size": 128, "hidden_layer_sizes": (32,)}
        errors = {}
        for name, methods, weight in (
            ("plain", [], None),
            ("balanced", [BalancedMSE()], None),
            ("lds", [], label_weights(rings[train])),
        ):
            fitted = net(*methods, **options, lr=0.01)
            fitted.fit(table[train], rings[train], sample_weight=weight)
            guess = fitted.predict(table[test])
            errors[name] = shot_metrics(
                rings[test], guess, y_train=rings[train], thresholds="auto"
            )
        assert errors["balanced"]["few"] < 0.95 * errors["plain"]["few"]
        assert errors["balanced"]["many"] < 1.15 * errors["plain"]["many"]
        assert errors["lds"]["few"] < 0.8 * errors["plain"]["few"]
        assert errors["lds"]["many"] > errors["plain"]["many"]

    def test_wrong_use_is_named(self):
        quantiles = net(BalancedMSE(), loss="quantile", quantiles=(0.1, 0.9))
        with pytest.raises(ValueError, match="needs one output for each target"):
            quantiles.fit(X, Y)
        both = np.column_stack([Y, Y])
        with pytest.raises(ValueError, match="labels='density' is for one target"):
            net(BalancedMSE(labels="density")).fit(X, both)
        with pytest.raises(ValueError, match="2 methods that reduce the losses"):
            net(BalancedMSE(), FocalError()).fit(X, Y)


class TestRankSim:
    @given(st.lists(st.integers(-4, 4), min_size=1, max_size=12))
    def test_ranks_with_ties(self, values):
        ranks = normalized_ranks(torch.tensor(values, dtype=torch.float64))
        expected = rankdata(-np.array(values)) / len(values)
        np.testing.assert_allclose(ranks, expected)

    @given(SEEDS)
    def test_quick_ranks_are_ranks(self, seed):
        values = drawn(seed, 2, 9)
        torch.testing.assert_close(quick_ranks(values), normalized_ranks(values))

    def test_gradient_brings_features_into_the_order_of_labels(self):
        features = drawn(0, 20, 4).requires_grad_()
        target = drawn(1, 20, 1)
        optimizer = torch.optim.Adam([features], lr=0.03)
        first = ranksim_loss(features, target).item()
        for _ in range(150):
            optimizer.zero_grad()
            ranksim_loss(features, target).backward()
            optimizer.step()
        assert ranksim_loss(features, target).item() < first / 5

    @given(SEEDS)
    def test_members_are_independent(self, seed):
        features, target = drawn(seed, 3, 8, 4), drawn(seed + 1, 8, 2)
        together = ranksim_loss(features, target)
        alone = torch.stack([ranksim_loss(one, target) for one in features])
        torch.testing.assert_close(together, alone)

    def test_one_row_of_each_label_all_of_them_in_turn(self):
        target = torch.tensor([[2.0], [1.0], [2.0], [2.0], [1.0]])
        generator = torch.Generator().manual_seed(0)
        seen = np.zeros(5)
        for _ in range(600):
            rows = one_of_each(target, generator)
            assert sorted(target[rows, 0].tolist()) == [1.0, 2.0]
            seen[rows.numpy()] += 1
        np.testing.assert_allclose(
            seen / 600, [1 / 3, 1 / 2, 1 / 3, 1 / 3, 1 / 2], atol=0.08
        )


class TestSupReMix:
    @given(SEEDS, st.floats(0, 0.99))
    def test_cosine_with_a_mixture(self, seed, share):
        a, b = functional.normalize(drawn(seed, 2, 5), dim=-1)
        expected = functional.cosine_similarity(a, share * a + (1 - share) * b, dim=0)
        ours = _to_mixture(a @ b, torch.tensor(share, dtype=torch.float64))
        torch.testing.assert_close(ours, expected, rtol=1e-3, atol=1e-4)

    @given(st.lists(st.integers(-6, 6), min_size=3, max_size=12), SEEDS)
    def test_positives_have_the_label_of_their_anchor(self, labels, seed):
        target = torch.tensor(labels, dtype=torch.float64)
        generator = torch.Generator().manual_seed(seed)
        lower, upper, share, exists = _brackets(target, 3, generator)
        mixed = share * target[lower] + (1 - share) * target[upper]
        torch.testing.assert_close(mixed[exists], target[exists])
        assert exists.sum() == len(labels) - 2

    def test_gradient_orders_the_features(self):
        features = drawn(0, 30, 3).requires_grad_()
        target = drawn(1, 30)
        generator = torch.Generator().manual_seed(0)
        optimizer = torch.optim.Adam([features], lr=0.05)
        before = ranksim_loss(features, target[:, None]).item()
        for _ in range(300):
            optimizer.zero_grad()
            supremix_loss(features, target, generator=generator).backward()
            optimizer.step()
        assert ranksim_loss(features, target[:, None]).item() < before / 3


class TestGeometry:
    def test_even_steps_are_best(self):
        angle = torch.tensor([[0.0, 0.5, 1.0], [0.0, 0.2, 1.0]]) * 1.5
        curves = torch.stack([angle.cos(), angle.sin()], -1)
        even, uneven = homogeneity_loss(curves, torch.tensor([0.0, 0.5, 1.0]))
        assert even < uneven
        # The integral of the squared speed, 1.5 ** 2, a little less by chords.
        fine = torch.linspace(0, 1, 500)
        curve = torch.stack([(1.5 * fine).cos(), (1.5 * fine).sin()], -1)
        assert homogeneity_loss(curve, fine).item() == pytest.approx(2.25, rel=1e-3)

    @given(SEEDS)
    def test_envelope_is_least_for_the_points_themselves(self, seed):
        points = functional.normalize(drawn(seed, 12, 6), dim=-1)
        near, far = envelope_loss(points, points), envelope_loss(-points[:1], points)
        assert near < far
        assert 0 <= near <= 2

    def test_curve_is_filled_from_memory(self, make_info, make_step):
        target = np.repeat([[0.0], [1.0], [2.0]], 2, axis=0)
        info = make_info(target=target, n_outputs=1, n_classes=None)
        method = GeometricConstraints(n_bins=3)
        method.setup(info)
        features = torch.randn(6, 4, requires_grad=True)
        step = make_step(target=torch.tensor(target).float(), features=features)
        method.penalty(step)
        old = method.curve_.clone()
        step.target, step.features = step.target[:2], features[:2]
        method.penalty(step).backward()
        assert features.grad[:2].abs().sum() > 0
        torch.testing.assert_close(method.curve_[1:], old[1:], rtol=0, atol=0)


class TestFDS:
    def test_rows_of_the_smoothing_sum_to_one(self):
        for n_bins in (1, 2, 3, 40):
            matrix = smoothing_matrix(n_bins, [1, 2, 4, 2, 1])
            np.testing.assert_allclose(matrix.sum(1), 1)
        np.testing.assert_allclose(matrix[20, 18:23], [0.1, 0.2, 0.4, 0.2, 0.1])
        np.testing.assert_allclose(matrix[0, :3], [0.4, 0.4, 0.2])  # reflected

    def test_empty_bins_do_not_pull_their_neighbours(self):
        matrix = torch.tensor(smoothing_matrix(5, [1, 1, 1]))
        values = torch.tensor([[3.0], [3.0], [99.0], [3.0], [3.0]], dtype=torch.float64)
        present = torch.tensor([True, True, False, True, True])
        smooth = smooth_bins(values, matrix, present)
        torch.testing.assert_close(smooth, torch.full_like(values, 3.0))

    @given(SEEDS, st.booleans())
    def test_moments_of_parts_are_those_of_the_whole(self, seed, weighted):
        features = drawn(seed, 2, 30, 3)
        bins = torch.randint(0, 4, (30,), generator=torch.Generator().manual_seed(seed))
        weight = drawn(seed, 30).abs() if weighted else None
        whole = Moments.of(features, bins, 4, weight)
        parts = [
            Moments.of(
                features[:, rows], bins[rows], 4, weight[rows] if weighted else None
            )
            for rows in (slice(0, 11), slice(11, 30))
        ]
        for ours, expected in zip(parts[0].merge(parts[1]), whole, strict=True):
            torch.testing.assert_close(ours, expected)
        rows = bins == bins[0]
        mass = None if weight is None else weight[rows].numpy()
        mean = np.average(features[0, rows], axis=0, weights=mass)
        np.testing.assert_allclose(whole.mean[0, bins[0]], mean)

    def test_features_get_the_new_mean_and_variance(self):
        features = drawn(0, 50, 3) * 2 + 5
        bins = torch.zeros(50, dtype=torch.long)
        now = Moments.of(features, bins, 1, None)
        after = torch.full((1, 3), -1.0).double(), torch.full((1, 3), 9.0).double()
        moved = calibrate(features, bins, (now.mean, now.variance), after)
        torch.testing.assert_close(moved.mean(0), after[0][0])
        torch.testing.assert_close(moved.var(0, unbiased=False), after[1][0])
        flat = calibrate(features, bins, (now.mean, 0 * now.variance), after)
        torch.testing.assert_close(flat, features)

    def test_acts_in_training_from_the_second_epoch_on(self, make_info, make_step):
        module = torch.nn.Linear(4, 1)
        target = np.linspace(-1, 1, 6)[:, None]
        info = make_info(
            module, n_samples=6, n_outputs=1, n_classes=None, target=target
        )
        method = FDS(n_bins=3)
        method.setup(info)
        method.transform_module(module)
        seen = []
        module.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
        step = make_step(module, target=torch.tensor(target).float())
        for _ in range(2):
            method.mix(step)
            module(step.inputs)
            step.features = seen[-1]
            method.refine(step)
            assert step.features.equal(step.inputs)
        assert seen[-2].equal(step.inputs)
        smoothed = seen[-1]
        assert not smoothed.equal(step.inputs)
        # Two rows a bin: their means become the smoothed ones.
        means = step.inputs.reshape(3, 2, 4).mean(1)
        matrix = torch.tensor(smoothing_matrix(3, lds_kernel())).float()
        torch.testing.assert_close(smoothed.reshape(3, 2, 4).mean(1), matrix @ means)
        module(step.inputs)  # a second pass of the same step
        assert seen[-1].equal(step.inputs)
        module.eval()
        method.mix(step)
        module(step.inputs)
        assert seen[-1].equal(step.inputs)

    def test_statistics_are_those_of_the_training_rows(self):
        fitted = net(FDS(n_bins=6)).fit(X, Y)
        moments = fitted.regularizers_["fds"].moments_
        counts = np.histogram(Y, bins=6)[0]
        np.testing.assert_allclose(moments.mass[:, 0], counts)
        assert moments.mean.shape == (6, 12)


def test_several_targets_lie_on_their_principal_axis(make_info):
    rng = np.random.default_rng(0)
    t = rng.normal(size=(200, 1))
    target = t @ [[3.0, 4.0]] + 0.01 * rng.normal(size=(200, 2))
    target[:20] = 1e3  # rows that do not train
    weight = (np.arange(200) >= 20).astype(float)
    info = make_info(target=target, weight=weight, n_classes=None)
    axis = TargetAxis.of(info, n_bins=4)
    np.testing.assert_allclose(axis.direction.abs().numpy(), [0.6, 0.8], atol=1e-3)
    positions = axis.positions(torch.tensor(target[20:]).float()).numpy()
    counts = axis.bins(torch.tensor(target[20:]).float()).bincount(minlength=4)
    assert counts.tolist() == np.histogram(positions, bins=4)[0].tolist()
