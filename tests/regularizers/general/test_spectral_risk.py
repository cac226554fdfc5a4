"""Spectral risks, checked against other ways to compute them."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from skreg.regularizers import SpectralRisk, spectral_risk

LOSSES = st.lists(st.floats(0, 20), min_size=1, max_size=12)


@given(LOSSES)
def test_large_smoothing_is_the_mean(losses):
    values = torch.tensor(losses, dtype=torch.float64)
    risk = spectral_risk(values, smoothing=1e9)
    torch.testing.assert_close(risk, values.mean(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("level", [0.0, 0.25, 0.5, 0.9])
def test_cvar_is_the_mean_of_the_worst(level):
    values = torch.randn(100, generator=torch.Generator().manual_seed(1)).double()
    worst = values.sort(descending=True).values[: round(100 * (1 - level))]
    risk = spectral_risk(values, level=level, smoothing=0)
    torch.testing.assert_close(risk, worst.mean())


@pytest.mark.parametrize(
    ("spectrum", "level", "increment"),
    [
        ("extremile", 3.0, lambda i, n: (i / n) ** 3 - ((i - 1) / n) ** 3),
        (
            "exponential",
            2.0,
            lambda i, n: (
                (np.exp(2 * i / n) - np.exp(2 * (i - 1) / n)) / (np.exp(2) - 1)
            ),
        ),
    ],
)
def test_spectra_weigh_sorted_losses(spectrum, level, increment):
    values = torch.randn(20, generator=torch.Generator().manual_seed(2)).double()
    sigma = torch.tensor([increment(i, 20) for i in range(1, 21)]).double()
    risk = spectral_risk(values, spectrum=spectrum, level=level, smoothing=0)
    torch.testing.assert_close(risk, sigma @ values.sort().values)


@pytest.mark.parametrize("smoothing", [0.3, 1.0, 4.0])
def test_solves_the_quadratic_program(smoothing):
    """Against a general solver on the permutahedron's inequalities."""
    values = np.random.default_rng(3).exponential(size=5)
    sigma = np.array([0, 0, 0.2, 0.4, 0.4])  # CVaR at level 0.5 of five rows
    order = np.argsort(values)

    def negative(q):
        return -(q @ values[order]) + smoothing / 2 * 5 * ((q - 0.2) ** 2).sum()

    # Sorted losses: tails of q are bounded by the tails of sigma.
    tails = [
        {"type": "ineq", "fun": lambda q, k=k: sigma[k:].sum() - q[k:].sum()}
        for k in range(1, 5)
    ]
    total = {"type": "eq", "fun": lambda q: q.sum() - 1}
    best = minimize(negative, np.full(5, 0.2), constraints=[total, *tails], tol=1e-12)
    losses = torch.tensor(values, requires_grad=True)
    risk = spectral_risk(losses, smoothing=smoothing)
    risk.backward()
    assert risk.item() == pytest.approx(-best.fun, abs=1e-7)
    np.testing.assert_allclose(losses.grad[order], best.x, atol=1e-4)


@given(LOSSES, st.data(), st.sampled_from([0.0, 0.5, 2.0]))
def test_weight_k_equals_k_copies(losses, data, smoothing):
    counts = data.draw(
        st.lists(st.integers(1, 4), min_size=len(losses), max_size=len(losses))
    )
    values = torch.tensor(losses, dtype=torch.float64)
    weight = torch.tensor(counts, dtype=torch.float64)
    weighted = spectral_risk(values, smoothing=smoothing, weight=weight)
    copies = values.repeat_interleave(weight.long())
    copied = spectral_risk(copies, smoothing=smoothing)
    torch.testing.assert_close(weighted, copied, rtol=1e-9, atol=1e-9)


def test_gradient_of_a_sharp_risk_ignores_the_better_half():
    losses = torch.tensor([1.0, 4.0, 2.0, 3.0], requires_grad=True)
    spectral_risk(losses, smoothing=0).backward()
    torch.testing.assert_close(losses.grad, torch.tensor([0, 0.5, 0, 0.5]))


def test_strength_blends_with_the_mean(make_step):
    step, losses = make_step(), torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    risk = SpectralRisk(smoothing=0.0, strength=0.25).reduce(losses, step)
    torch.testing.assert_close(risk, torch.tensor(0.25 * 5.0 + 0.75 * 3.5))


def test_level_must_fit_the_spectrum(make_info):
    with pytest.raises(ValueError, match=r"level=2 does not fit spectrum='cvar'"):
        SpectralRisk(level=2).setup(make_info())
