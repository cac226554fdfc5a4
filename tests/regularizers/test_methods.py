"""Every method's formula, checked against an independent way to compute it."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from skreg.regularizers import (
    LabelSmoothing,
    Mixup,
    NormLoss,
    OrthogonalGradient,
    SpectralRisk,
    WeightCompander,
    norm_loss,
    orthogonal_gradient,
    smooth_labels,
    spectral_risk,
)

LOSSES = st.lists(st.floats(0, 20), min_size=1, max_size=12)


class TestLabelSmoothing:
    def test_rows_remain_probabilities(self):
        target = torch.tensor([[0.2, 0.8, 0.0, 0.0]])
        smooth = smooth_labels(target, 0.4)
        torch.testing.assert_close(smooth, torch.tensor([[0.22, 0.58, 0.1, 0.1]]))

    def test_indices_become_probabilities(self, make_step):
        step = make_step()
        LabelSmoothing(strength=0.3).refine(step)
        assert step.target.shape == (6, 3)
        torch.testing.assert_close(step.target[0], torch.tensor([0.8, 0.1, 0.1]))


class TestMixup:
    def test_inputs_targets_and_weights_move_together(self, make_info, make_step):
        weight = torch.tensor([0.0, 1.0, 2.0, 1.0, 1.0, 1.0])
        step = make_step(weight=weight)
        inputs, target = step.inputs.clone(), step.soft_target()
        mixup = Mixup(strength=5.0)
        mixup.setup(make_info())
        mixup.mix(step)
        (mixing,) = step.mixings
        share, partner = mixing.weight, mixing.partner
        assert 0 < share < 1
        expected = share * inputs + (1 - share) * inputs[partner]
        torch.testing.assert_close(step.inputs, expected)
        expected = share * target + (1 - share) * target[partner]
        torch.testing.assert_close(step.target, expected)
        torch.testing.assert_close(step.weight, weight * weight[partner])

    def test_share_follows_the_beta_distribution(self, make_info, make_step):
        mixup = Mixup(strength=0.2)
        mixup.setup(make_info())
        shares = []
        for _ in range(2000):
            step = make_step()
            mixup.mix(step)
            shares.append(step.mixings[0].weight)
        # Variance of Beta(a, a): 1 / (4 (2 a + 1)).
        assert np.mean(shares) == pytest.approx(0.5, abs=0.04)
        assert np.var(shares) == pytest.approx(1 / (4 * 1.4), rel=0.06)

    def test_two_mixings_compose(self, make_step):
        step = make_step()
        inputs = step.inputs.clone()
        first, second = torch.tensor([[1, 0, 3, 2, 5, 4], [5, 4, 3, 2, 1, 0]])
        step.mix(0.3, first)
        step.mix(0.6, second)
        once = 0.3 * inputs + 0.7 * inputs[first]
        torch.testing.assert_close(step.inputs, 0.6 * once + 0.4 * once[second])
        assert step.unmixed_inputs.equal(inputs)


class TestSpectralRisk:
    @given(LOSSES)
    def test_large_smoothing_is_the_mean(self, losses):
        values = torch.tensor(losses, dtype=torch.float64)
        risk = spectral_risk(values, smoothing=1e9)
        torch.testing.assert_close(risk, values.mean(), rtol=1e-6, atol=1e-6)

    @pytest.mark.parametrize("level", [0.0, 0.25, 0.5, 0.9])
    def test_cvar_is_the_mean_of_the_worst(self, level):
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
    def test_spectra_weigh_sorted_losses(self, spectrum, level, increment):
        values = torch.randn(20, generator=torch.Generator().manual_seed(2)).double()
        sigma = torch.tensor([increment(i, 20) for i in range(1, 21)]).double()
        risk = spectral_risk(values, spectrum=spectrum, level=level, smoothing=0)
        torch.testing.assert_close(risk, sigma @ values.sort().values)

    @pytest.mark.parametrize("smoothing", [0.3, 1.0, 4.0])
    def test_solves_the_quadratic_program(self, smoothing):
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
        best = minimize(
            negative, np.full(5, 0.2), constraints=[total, *tails], tol=1e-12
        )
        losses = torch.tensor(values, requires_grad=True)
        risk = spectral_risk(losses, smoothing=smoothing)
        risk.backward()
        assert risk.item() == pytest.approx(-best.fun, abs=1e-7)
        np.testing.assert_allclose(losses.grad[order], best.x, atol=1e-4)

    @given(LOSSES, st.data(), st.sampled_from([0.0, 0.5, 2.0]))
    def test_weight_k_equals_k_copies(self, losses, data, smoothing):
        counts = data.draw(
            st.lists(st.integers(1, 4), min_size=len(losses), max_size=len(losses))
        )
        values = torch.tensor(losses, dtype=torch.float64)
        weight = torch.tensor(counts, dtype=torch.float64)
        weighted = spectral_risk(values, smoothing=smoothing, weight=weight)
        copies = values.repeat_interleave(weight.long())
        copied = spectral_risk(copies, smoothing=smoothing)
        torch.testing.assert_close(weighted, copied, rtol=1e-9, atol=1e-9)

    def test_gradient_of_a_sharp_risk_ignores_the_better_half(self):
        losses = torch.tensor([1.0, 4.0, 2.0, 3.0], requires_grad=True)
        spectral_risk(losses, smoothing=0).backward()
        torch.testing.assert_close(losses.grad, torch.tensor([0, 0.5, 0, 0.5]))

    def test_strength_blends_with_the_mean(self, make_step):
        step, losses = make_step(), torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        risk = SpectralRisk(smoothing=0.0, strength=0.25).reduce(losses, step)
        torch.testing.assert_close(risk, torch.tensor(0.25 * 5.0 + 0.75 * 3.5))

    def test_level_must_fit_the_spectrum(self, make_info):
        with pytest.raises(ValueError, match=r"level=2 does not fit spectrum='cvar'"):
            SpectralRisk(level=2).setup(make_info())


class TestNormLoss:
    def test_zero_exactly_on_the_unit_sphere(self):
        weight = torch.nn.functional.normalize(torch.randn(4, 7), dim=1)
        assert norm_loss([weight]).item() == pytest.approx(0, abs=1e-10)
        assert norm_loss([2 * weight, weight]).item() == pytest.approx(4, rel=1e-5)

    def test_zero_rows_have_a_finite_gradient(self):
        weight = torch.zeros(2, 3, requires_grad=True)
        norm_loss([weight]).backward()
        assert weight.grad.isfinite().all()

    @pytest.mark.parametrize(
        ("include", "n_classes", "n_layers"),
        [("auto", 3, 2), ("auto", None, 1), (True, None, 2), (False, 3, 1)],
    )
    def test_head_is_spared_in_regression(
        self, make_info, include, n_classes, n_layers
    ):
        module = torch.nn.Sequential(
            torch.nn.Linear(4, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3)
        )
        penalty = NormLoss(include_head=include)
        penalty.setup(make_info(module, n_classes=n_classes))
        assert len(penalty.layers_) == n_layers


class TestWeightCompander:
    @pytest.mark.parametrize("shape", ["arctan", "tanh", "softsign"])
    def test_weights_start_as_they_were_and_stay_bounded(self, make_info, shape):
        module = torch.nn.Sequential(
            torch.nn.Linear(4, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3)
        )
        before = module[0].weight.detach().clone()
        compander = WeightCompander(shape=shape, scale=0.9, width=0.3)
        compander.setup(make_info(module))
        module = compander.transform_module(module)
        torch.testing.assert_close(module[0].weight, before, rtol=0, atol=1e-6)
        with torch.no_grad():
            module[0].parametrizations.weight.original.fill_(1e6)
        assert module[0].weight.max() < 0.9 * np.pi / 2 + 1e-3
        assert not torch.nn.utils.parametrize.is_parametrized(module[2])

    def test_slope_at_zero_is_scale_over_width(self, make_info):
        compander = WeightCompander(scale=2.0, width=0.5)
        compander.setup(make_info())
        module = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1))
        compander.transform_module(module)
        v = torch.zeros(1, requires_grad=True)
        compander.companders_[0](v).backward()
        assert v.grad.item() == pytest.approx(4.0)

    def test_finish_stores_plain_weights(self, make_info):
        module = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Linear(5, 3))
        compander = WeightCompander()
        compander.setup(make_info(module))
        module = compander.transform_module(module)
        learnt = module[0].weight.detach().clone()
        module = compander.finish(module)
        assert type(module[0]) is torch.nn.Linear
        assert module[0].weight.equal(learnt)


class TestOrthogonalGradient:
    @given(st.integers(0, 2**31), st.booleans())
    def test_nothing_is_left_along_the_weights(self, seed, rescale):
        generator = torch.Generator().manual_seed(seed)
        weight = torch.randn(3, 4, generator=generator, dtype=torch.float64)
        gradient = torch.randn(3, 4, generator=generator, dtype=torch.float64)
        result = orthogonal_gradient(weight, gradient, rescale=rescale)
        assert (result * weight).sum().item() == pytest.approx(0, abs=1e-12)
        if rescale:
            torch.testing.assert_close(result.norm(), gradient.norm())

    def test_zero_weights_leave_the_gradient(self):
        gradient = torch.ones(2, 2)
        result = orthogonal_gradient(torch.zeros(2, 2), gradient)
        assert result.equal(gradient)

    def test_biases_keep_their_gradient(self, make_step):
        step = make_step()
        step.output.sum().backward()
        weight, bias = step.module.weight, step.module.bias
        before = bias.grad.clone()
        OrthogonalGradient().transform_gradient(step, {})
        assert bias.grad.equal(before)
        assert (weight * weight.grad).sum().item() == pytest.approx(0, abs=1e-5)
