"""The contrastive penalty for regression: formula, symmetries and edge cases."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skreg import RegularizedClassifier, RegularizedRegressor
from skreg.datasets import load_abalone
from skreg.regularizers import ConR, Mixup, conr_loss

OPTIONS = {"window": 0.3, "temperature": 0.2, "push": 0.5}
batches = st.builds(
    lambda n, k, seed: Batch(n, k, seed),
    st.integers(1, 12),
    st.integers(1, 3),
    st.integers(0, 2**31),
)


class Batch:
    """Random rows in double precision, predictions near their labels."""

    def __init__(self, n_rows, n_targets=1, seed=0):
        draw = torch.Generator().manual_seed(seed)
        options = {"generator": draw, "dtype": torch.float64}
        self.features = torch.randn(n_rows, 4, **options).requires_grad_()
        self.y = torch.randn(n_rows, n_targets, **options)
        self.y_pred = self.y + torch.randn(n_rows, n_targets, **options)
        self.weights = torch.rand(n_rows, **options)

    def __repr__(self):
        return f"Batch(n_rows={len(self.y)}, n_targets={self.y.shape[1]})"

    def loss(self, **changes):
        return conr_loss(self.features, self.y, self.y_pred, **(OPTIONS | changes))

    def gradient(self, **changes):
        (gradient,) = torch.autograd.grad(self.loss(**changes), self.features)
        return gradient


def literal(batch, weights, counts, self_weight):
    """The formula of the docstring, pair by pair, with autograd."""
    n = len(batch.y)
    unit = torch.nn.functional.normalize(batch.features, dim=1)
    total = batch.features.sum() * 0
    for i in range(n):
        chosen, n_positives, z, confused = 0.0, 0.0, 0.0, False
        for j in range(n):
            s = unit[i] @ unit[j] / OPTIONS["temperature"]
            label = (batch.y[i] - batch.y[j]).norm() / math.sqrt(batch.y.shape[1])
            guess = (batch.y_pred[i] - batch.y_pred[j]).norm()
            guess = guess / math.sqrt(batch.y.shape[1])
            if label <= OPTIONS["window"]:
                count = counts[j] * (self_weight if i == j else 1.0)
                chosen, n_positives = chosen + count * s, n_positives + count
                z = z + count * s.exp()
            elif guess <= OPTIONS["window"]:
                confused = True
                z = z + counts[j] * weights[i] * (OPTIONS["push"] * label + s).exp()
        if confused and n_positives > 0:
            loss = z.log() - chosen / n_positives
            total = total + counts[i] * weights[i] * loss
    return total / counts.sum()


@settings(deadline=None, max_examples=15)
@given(batches, st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 2**31))
def test_loss_and_gradient_are_those_of_the_formula(batch, self_weight, seed):
    n = len(batch.y)
    counts = torch.rand(n, generator=torch.Generator().manual_seed(seed)).double()
    expected = literal(batch, batch.weights, counts, self_weight)
    options = {"weights": batch.weights, "counts": counts, "self_weight": self_weight}
    torch.testing.assert_close(batch.loss(**options), expected, rtol=1e-9, atol=1e-12)
    (slope,) = torch.autograd.grad(expected, batch.features)
    torch.testing.assert_close(batch.gradient(**options), slope, rtol=1e-8, atol=1e-11)


@given(batches, st.sampled_from(["paper", "scalar", "dense"]))
def test_half_a_row_as_its_own_positive_equals_two_copies_of_the_batch(batch, form):
    twice = Batch(len(batch.y))
    twice.features = torch.cat([batch.features] * 2)
    twice.y, twice.y_pred = (v.repeat(2, 1) for v in (batch.y, batch.y_pred))
    one = batch.gradient(form=form, weights=batch.weights)
    loss = twice.loss(form=form, weights=batch.weights.repeat(2), self_weight=0.0)
    (two,) = torch.autograd.grad(loss, batch.features)
    torch.testing.assert_close(one, two, rtol=1e-9, atol=1e-11)


@given(batches, st.integers(0, 2**31))
def test_rows_of_weight_k_equal_k_rows_if_they_count_as_their_own(batch, seed):
    draw = torch.Generator().manual_seed(seed)
    counts = torch.randint(0, 4, (len(batch.y),), generator=draw)
    copies = torch.arange(len(batch.y)).repeat_interleave(counts)
    weighted = batch.loss(counts=counts, self_weight=1.0)
    if len(copies):
        rows = (v[copies] for v in (batch.features, batch.y, batch.y_pred))
        expected = conr_loss(*rows, **OPTIONS, self_weight=1.0)
        torch.testing.assert_close(weighted, expected)
    else:
        assert weighted == 0


@given(
    batches,
    st.floats(1e-6, 1e6),
    st.floats(-1e3, 1e3),
    st.randoms(use_true_random=False),
)
def test_scale_shift_and_order_do_not_matter(batch, scale, shift, random):
    loss = batch.loss().item()
    order = list(range(len(batch.y)))
    random.shuffle(order)
    other = conr_loss(
        math.sqrt(scale) * batch.features[order],
        scale * batch.y[order] + shift * scale,
        scale * batch.y_pred[order] - shift * scale,
        window=scale * OPTIONS["window"],
        temperature=OPTIONS["temperature"],
        push=OPTIONS["push"] / scale,
    )
    assert other.item() == pytest.approx(loss, rel=1e-6, abs=1e-9)


@given(batches, st.integers(1, 40))
def test_blocks_of_anchors_add_up(batch, max_pairs):
    whole, parts = batch.loss(), batch.loss(max_pairs=max_pairs)
    torch.testing.assert_close(parts, whole)
    torch.testing.assert_close(batch.gradient(max_pairs=max_pairs), batch.gradient())


@pytest.mark.parametrize("form", ["paper", "scalar", "dense"])
def test_members_of_an_ensemble_do_not_see_each_other(form):
    members = [Batch(7, seed=seed) for seed in range(3)]
    y = members[0].y
    features = torch.stack([m.features for m in members])
    y_pred = torch.stack([m.y_pred for m in members])
    together = conr_loss(features, y, y_pred, **OPTIONS, form=form, max_pairs=30)
    alone = [conr_loss(m.features, y, m.y_pred, **OPTIONS, form=form) for m in members]
    assert together.shape == (3,)
    torch.testing.assert_close(together, torch.stack(alone))


def test_a_vector_of_labels_or_weights_is_one_column():
    batch = Batch(20)
    loss = batch.loss(weights=batch.weights)
    assert loss > 0
    vectors = conr_loss(
        batch.features,
        batch.y[:, 0],
        batch.y_pred[:, 0],
        weights=batch.weights[:, None],
        **OPTIONS,
    )
    assert vectors == loss


NEUTRAL = {
    "one row": (slice(1), None, None),
    "equal labels": (slice(None), 1.0, None),
    "perfect predictions": (slice(None), None, "labels"),
}


@pytest.mark.parametrize("case", NEUTRAL)
@pytest.mark.parametrize("form", ["paper", "scalar", "dense"])
@pytest.mark.parametrize("self_weight", [0.0, 0.5, 1.0])
def test_nothing_to_contrast_is_zero_with_zero_gradient(case, form, self_weight):
    rows, label, guess = NEUTRAL[case]
    batch = Batch(16)
    batch.features = batch.features.detach()[rows].requires_grad_()
    batch.y = batch.y[rows] if label is None else torch.full_like(batch.y, label)
    batch.y_pred = batch.y_pred[rows] if guess is None else batch.y
    assert batch.loss(form=form, self_weight=self_weight) == 0
    assert batch.gradient(form=form, self_weight=self_weight).eq(0).all()


def test_a_row_without_positives_does_not_spoil_the_others():
    features = torch.eye(3, dtype=torch.float64).requires_grad_()
    y, y_pred = torch.tensor([0.0, 0.1, 9.0]), torch.zeros(3)
    loss = conr_loss(features, y, y_pred, **OPTIONS, self_weight=0.0)
    # Rows 0 and 1 attract each other and repel row 2, which has no positive.
    expected = sum(math.log1p(math.exp(OPTIONS["push"] * d)) for d in (9, 8.9)) / 3
    assert loss.item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    "changes",
    [
        {"temperature": 0.005},
        {"push": 1e3},
        {"weights": 0.0},
        {"weights": 1e-30},
        {"weights": 1e30},
        {"temperature": 0.005, "push": 300.0, "form": "scalar"},
        {"push": 0.0, "form": "dense"},
        {"self_weight": 0.0},
    ],
)
@pytest.mark.parametrize("zero_row", [False, True])
def test_extreme_settings_in_single_precision_agree_with_double(changes, zero_row):
    batch = Batch(40)
    features = batch.features.detach()
    features[0] *= 0 if zero_row else 1
    results = []
    for dtype in (torch.float64, torch.float32):
        rows = features.clone().to(dtype).requires_grad_()
        loss = conr_loss(rows, batch.y, batch.y_pred, **(OPTIONS | changes))
        loss.backward()
        results.append((loss.double(), rows.grad.double()))
    (exact, slope), (loss, gradient) = results
    torch.testing.assert_close(loss, exact, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(gradient, slope, rtol=1e-2, atol=1e-3)
    assert gradient.isfinite().all()
    assert not zero_row or gradient[0].eq(0).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_does_not_overflow(dtype):
    batch = Batch(40)
    loss = batch.loss(temperature=0.07)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = conr_loss(
            batch.features.to(dtype),
            batch.y,
            batch.y_pred,
            **(OPTIONS | {"temperature": 0.07}),
        )
    assert half.dtype == torch.float32
    assert half.item() == pytest.approx(loss.item(), rel=0.05)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window", -0.1),
        ("temperature", 0.0),
        ("push", math.nan),
        ("self_weight", 1.5),
        ("form", "paper "),
        ("max_pairs", 0),
    ],
)
def test_bad_parameters_are_named(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be .*got {value!r}"):
        Batch(3).loss(**{name: value})


def test_shapes_that_do_not_fit_are_named():
    batch = Batch(6)
    with pytest.raises(ValueError, match=r"y_pred has shape \(5, 1\).* 6 rows"):
        conr_loss(batch.features, batch.y, batch.y_pred[:5], **OPTIONS)
    with pytest.raises(ValueError, match="same number of targets"):
        conr_loss(batch.features, batch.y.expand(6, 2), batch.y_pred, **OPTIONS)
    with pytest.raises(ValueError, match=r"weights has shape \(4,\)"):
        batch.loss(weights=torch.ones(4))


def test_a_large_batch_needs_little_memory():
    """2048 rows have 4 million pairs: 17 MB an array, were they held at once."""
    features = torch.randn(2048, 2, requires_grad=True)
    y = torch.linspace(0, 100, 2048)
    with torch.profiler.profile(profile_memory=True) as profile:
        conr_loss(features, y, y * 0, **OPTIONS, max_pairs=2**18).backward()
    sizes = [event.cpu_memory_usage for event in profile.events()]
    assert max(sizes) <= 2**21
    assert features.grad.isfinite().all()


QUICK = {
    "max_epochs": 3,
    "hidden_layer_sizes": (16,),
    "numeric_embedding": None,
    "random_state": 0,
}


def regressor(*regularizers, **options):
    return RegularizedRegressor(regularizers=list(regularizers), **(QUICK | options))


@pytest.fixture(scope="module")
def abalone():
    X, y = load_abalone(return_X_y=True)
    return X[:400], y[:400]


@pytest.mark.parametrize("standardize", [True, False])
def test_parameters_have_no_units(abalone, standardize):
    X, y = abalone
    net = regressor(ConR(push_weight="density"), dtype="float64")
    net.set_params(standardize_target=standardize)
    scales = []
    for factor in (1.0, 2.0**20):
        target = (y - y.mean()) / y.std() * factor
        penalty = net.fit(X, target).regularizers_["conr"]
        scales.append((penalty.scale_.item(), penalty.reach_))
    unit = 1.0 if standardize else 2.0**20
    assert scales[1][0] == pytest.approx(unit * scales[0][0], rel=1e-9)
    assert scales[1][1] == pytest.approx(scales[0][1], rel=1e-9)
    assert scales[0][1] == pytest.approx(np.ptp(y) / y.std())


def test_strength_zero_is_the_plain_net(abalone):
    X, y = abalone
    plain = regressor().fit(X, y).predict(X)
    np.testing.assert_array_equal(
        regressor(ConR(strength=0)).fit(X, y).predict(X), plain
    )
    assert not np.array_equal(regressor(ConR()).fit(X, y).predict(X), plain)


@pytest.mark.parametrize("views", [None, "gaussian", "swap", "dropout"])
@pytest.mark.parametrize("push_weight", [None, "density", "sample_weight"])
@pytest.mark.parametrize("n_members", [1, 2])
def test_views_and_weights_train(abalone, views, push_weight, n_members):
    X, y = abalone
    penalty = ConR(views=views, push_weight=push_weight)
    net = regressor(penalty, dropout=0.1, n_members=n_members)
    weight = np.linspace(0, 2, len(y))
    net.fit(X, np.column_stack([y, -y]), weight)
    again = regressor(penalty, dropout=0.1, n_members=n_members)
    again.fit(X, np.column_stack([y, -y]), weight)
    assert all(loss > 0 for loss in net.history_["conr"])
    np.testing.assert_array_equal(net.predict(X), again.predict(X))


def test_it_goes_with_quantiles_mixing_and_resumed_training(abalone):
    X, y = abalone
    net = regressor(ConR(), Mixup(), loss="quantile", quantiles=(0.1, 0.9))
    net.fit(X, y)
    reach = net.regularizers_["conr"].reach_
    net.partial_fit(X[:50], y[:50] / 2)
    assert net.regularizers_["conr"].reach_ == reach
    assert np.isfinite(net.history_["conr"]).all()


def test_published_strengths_are_refused(abalone):
    with pytest.raises(ValueError, match="'strength' parameter of ConR must be"):
        regressor(ConR(strength=4.0)).fit(*abalone)


def test_only_regressors_have_use_for_it():
    with pytest.raises(ValueError, match=r"ConR .* needs numeric targets"):
        RegularizedClassifier(regularizers=[ConR()]).fit(np.eye(4), [0, 1, 0, 1])
