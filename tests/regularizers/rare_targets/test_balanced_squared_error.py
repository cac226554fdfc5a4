"""The balanced squared error: formula, learnt noise, prices of labels, use."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from regularizers.rare_targets._small_nets import SEEDS, X, Y, drawn, net
from torch.nn import functional

from skreg.datasets import load_abalone, make_imbalanced_regression
from skreg.metrics import shot_metrics
from skreg.preprocessing import label_weights
from skreg.regularizers import (
    BalancedMSE,
    FocalError,
    balanced_mse,
    balanced_mse_of_bins,
)


@given(SEEDS, st.floats(0.05, 5))
def test_is_the_cross_entropy_of_the_batch(seed, noise):
    output, target = drawn(seed, 9, 2), drawn(seed + 1, 9, 2)
    logits = -torch.cdist(output, target).square() / (2 * noise**2)
    entropy = functional.cross_entropy(logits, torch.arange(9), reduction="none")
    ours = balanced_mse(output, target, noise)
    torch.testing.assert_close(ours, entropy * 2 * noise**2)
    assert (ours >= 0).all()


@given(SEEDS, st.data())
def test_weight_k_equals_k_copies(seed, data):
    output, target = drawn(seed, 6, 1), drawn(seed + 1, 6, 1)
    counts = data.draw(st.lists(st.integers(1, 4), min_size=6, max_size=6))
    weight = torch.tensor(counts)
    weighted = balanced_mse(output, target, 0.7, weight=weight.double())
    copies = (one.repeat_interleave(weight, 0) for one in (output, target))
    copied = balanced_mse(*copies, 0.7)
    torch.testing.assert_close(weighted.repeat_interleave(weight), copied)


def test_charges_where_labels_are_frequent():
    target = torch.tensor([[0.0]] * 9 + [[4.0]])
    output = torch.full((10, 1), 2.0, requires_grad=True)
    balanced_mse(output, target, 1.0)[-1].backward()
    # Towards its own label, harder than by the squared error.
    assert output.grad[-1].item() < 2 * (2.0 - 4.0)


def test_even_labels_leave_the_squared_error():
    centers = torch.linspace(-50, 50, 2001, dtype=torch.float64)
    shares = torch.full_like(centers, 1 / 2001)
    output = drawn(0, 7, 1).requires_grad_()
    target = drawn(1, 7, 1)
    losses = balanced_mse_of_bins(output, target, 0.5, centers=centers, shares=shares)
    losses.sum().backward()
    expected = 2 * (output - target).detach()
    torch.testing.assert_close(output.grad, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("labels", ["batch", "density"])
def test_noise_is_learnt(labels):
    """Of a linear law with noise on uniform labels, by its own gradient."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (2000, 1))
    y = x[:, 0] + rng.normal(scale=0.1, size=2000)
    method = BalancedMSE(noise="auto", labels=labels)
    options = {"hidden_layer_sizes": (), "max_epochs": 40, "lr": 0.02}
    fitted = net(method, batch_size=250, **options).fit(x, y)
    noise = float(fitted.regularizers_["balancedmse"].noise_)
    assert noise == pytest.approx(0.1 / y.std(), rel=0.15)


def test_only_learnt_noise_is_taken_over():
    warm = net(BalancedMSE(noise="auto"), warm_start=True).fit(X, Y)
    learnt = warm.regularizers_["balancedmse"].noise_
    warm.set_params(max_epochs=1).fit(X, Y)
    noise = warm.regularizers_["balancedmse"].noise_
    assert noise == pytest.approx(learnt, rel=0.3)
    assert noise != learnt
    warm.set_params(balancedmse__noise=1.0).fit(X, Y)
    assert warm.regularizers_["balancedmse"].noise_ == 1


def test_smooth_density_prices_every_label(make_info):
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


def test_rare_labels_gain_on_a_real_table():
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


def test_wrong_use_is_named():
    quantiles = net(BalancedMSE(), loss="quantile", quantiles=(0.1, 0.9))
    with pytest.raises(ValueError, match="needs one output for each target"):
        quantiles.fit(X, Y)
    both = np.column_stack([Y, Y])
    with pytest.raises(ValueError, match="labels='density' is for one target"):
        net(BalancedMSE(labels="density")).fit(X, both)
    with pytest.raises(ValueError, match="2 methods that reduce the losses"):
        net(BalancedMSE(), FocalError()).fit(X, Y)
