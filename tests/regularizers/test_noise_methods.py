"""PS-KD, weight averaging, nested dropout, ELR's own settings; ELR+, co-teaching."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from skreg import ELRClassifier
from skreg.regularizers import (
    ELR,
    PSKD,
    NestedDropout,
    WeightAverage,
    average_momentum,
    elr_loss,
    elr_plus_loss,
    elr_plus_targets,
    forget_rate_at,
    prefix_distribution,
    pskd_targets,
    small_loss_rows,
)
from skreg.regularizers.noisy_labels._class_confidence import ClassConfidence
from skreg.regularizers.noisy_labels._elr_auto import BETA, WARM_UP, full_strength


class TestPSKD:
    def test_ramp_ends_at_the_strength(self, make_info):
        method = PSKD(strength=0.6)
        method.setup(make_info(max_epochs=5))
        ramp = [method.alpha(epoch / 5) for epoch in range(5)]
        np.testing.assert_allclose(ramp, [0.12, 0.24, 0.36, 0.48, 0.6])
        assert method.alpha(0.39999) == ramp[1]
        assert method.alpha(1.0) == 0.6

    @pytest.mark.parametrize("n_classes", [3, None])
    def test_targets_blend_and_predictions_are_kept(
        self, make_info, make_step, n_classes
    ):
        target = torch.tensor([0, 1, 2, 0, 1, 2])
        if n_classes is None:
            target = torch.arange(18.0).reshape(6, 3)
        method = PSKD(strength=0.5)
        method.setup(make_info(n_classes=n_classes, max_epochs=1))
        first, second = make_step(target=target), make_step(target=target)
        plain = first.soft_target()
        method.refine(first)
        torch.testing.assert_close(first.target, plain)  # nothing is known yet
        method.refine(second)
        seen = first.output.detach()
        seen = seen if n_classes is None else seen.softmax(-1)
        torch.testing.assert_close(second.target, 0.5 * plain + 0.5 * seen)
        assert not second.target.requires_grad
        assert method.table_.values[1].isnan().all()  # a row of no batch

    def test_half_known_pairs_keep_their_labels(self):
        previous = torch.tensor([[0.5, torch.nan], [0.2, 0.8]])
        blend = pskd_targets(torch.eye(2), previous, 0.5)
        torch.testing.assert_close(blend, torch.tensor([[0.75, 0.0], [0.1, 0.9]]))


class TestWeightAverage:
    @given(st.integers(0, 500), st.floats(0, 0.999))
    def test_early_momentum_is_that_of_a_mean(self, n, decay):
        expected = min(n / (n + 1), decay)
        assert average_momentum(n, decay) == pytest.approx(expected, abs=1e-12)

    def test_mean_at_first_then_exponential(self, make_info, make_step):
        module = nn.Linear(4, 3)
        method = WeightAverage(decay=0.75)
        method.setup(make_info(module))
        expected = 0.0
        for n, value in enumerate((1.0, 2.0, 4.0, 9.0, 1.0, 7.0)):
            method.mix(make_step(module))
            with torch.no_grad():
                module.weight.fill_(value)
            momentum = min(n / (n + 1), 0.75)
            expected = momentum * expected + (1 - momentum) * value
        method.finish(module)
        torch.testing.assert_close(module.weight, torch.full((3, 4), expected))
        assert method.n_averaged_ == 6
        assert method.weights_[0].eq(7.0).all()

    def test_going_on_is_as_if_never_stopped(self, make_info, make_step):
        def run(stops):
            module = nn.Linear(4, 3)
            with torch.no_grad():
                module.weight.zero_()
            method = WeightAverage(decay=0.9)
            method.setup(make_info(module))
            for i in range(6):
                if i in stops:
                    module = copy.deepcopy(method.finish(module))
                    method.resume(make_info(module))
                method.mix(make_step(module))
                with torch.no_grad():
                    module.weight.add_(float(i))
            return method.finish(module).weight

        torch.testing.assert_close(run({2, 5}), run(set()))

    def test_no_decay_and_no_step_change_nothing(self, make_info, make_step):
        module = nn.Linear(4, 3)
        before = module.weight.detach().clone()
        method = WeightAverage(decay=0.0)
        method.setup(make_info(module))
        method.mix(make_step(module))
        assert method.finish(module).weight.equal(before)


class TestNestedDropout:
    def test_training_draws_prefixes_by_the_law(self, make_info):
        net = nn.Sequential(nn.Linear(4, 40), nn.Linear(40, 3, bias=False))
        method = NestedDropout(sigma=0.2)
        method.setup(make_info(net))
        net = method.transform_module(net).train()
        seen = []
        net[1].register_forward_pre_hook(lambda _, args: seen.append(args[0] != 0))
        for _ in range(3000):
            net(torch.ones(2, 4))
        kept = torch.stack(seen).sum(-1)
        assert kept[:, 0].equal(kept[:, 1])  # one length a batch
        law = prefix_distribution(40, 8.0)
        mean = law @ np.arange(1, 41)
        assert kept[:, 0].double().mean() == pytest.approx(mean, rel=0.05)
        assert torch.stack(seen).int().diff(dim=-1).max() <= 0  # prefixes only

    @pytest.mark.parametrize(("prefix", "kept"), [(None, 11), (0.5, 20), (0.01, 1)])
    def test_prediction_uses_one_prefix(self, make_info, prefix, kept):
        net = nn.Sequential(nn.Linear(4, 40), nn.Linear(40, 3))
        tail = net[1].weight[:, kept:].detach().clone()
        method = NestedDropout(sigma=0.2, prefix=prefix)
        method.setup(make_info(net))
        net = method.transform_module(net).eval()
        masked = net(torch.ones(2, 4))
        net = method.finish(net)
        torch.testing.assert_close(net(torch.ones(2, 4)), masked)
        assert method.n_prefix_ == kept
        assert net[1].weight[:, kept:].eq(0).all()
        assert not net[1]._forward_pre_hooks
        method.resume(make_info(net))
        assert net[1].weight[:, kept:].equal(tail)

    def test_narrow_laws_stay_finite(self):
        assert prefix_distribution(500, sigma=0.01, mu=3.4).sum() == pytest.approx(1)


class TestAutomaticELR:
    def test_few_classes_are_protected_more(self):
        strengths = [full_strength(n) for n in range(2, 2000)]
        assert strengths == sorted(strengths, reverse=True)
        assert (strengths[0], min(strengths)) == (5.0, 2.0)

    def run(self, make_info, make_step, step_options=None, visits=8):
        penalty = ELR()
        penalty.setup(make_info())
        values = []
        for _ in range(visits):
            step = make_step(**(step_options or {}))
            penalty.mix(step)
            values.append(penalty.penalty(step).item())
        penalty.finish(step.module)
        return penalty, values, step

    def test_rows_are_averaged_before_the_penalty_acts(self, make_info, make_step):
        _, values, _ = self.run(make_info, make_step)
        assert values[:WARM_UP] == [0.0] * WARM_UP
        assert max(values[WARM_UP:]) < 0

    def test_strength_follows_the_contradicted_share(self, make_info, make_step):
        module = nn.Linear(4, 3)
        probe = make_step(module)
        predicted = probe.output.argmax(-1)
        none, _, _ = self.run(
            make_info, make_step, {"module": module, "target": predicted}
        )
        assert none.disagreement_ == 0.0
        wrong = predicted.clone()
        wrong[0] = (wrong[0] + 1) % 3
        weight = torch.tensor([0.3, 1.0, 1.0, 1.7, 1.0, 1.0])
        options = {"module": module, "target": wrong, "weight": weight}
        some, values, step = self.run(make_info, make_step, options)
        assert some.disagreement_ == pytest.approx(0.3 / 6)
        table = some.table_.values.clone()
        fixed = ELR(strength=1.0, beta=BETA)
        fixed.setup(make_info())
        for _ in range(8):
            term = fixed.penalty(step)
        torch.testing.assert_close(fixed.table_.values, table)
        assert values[-1] == pytest.approx(5.0 * 0.25 * term.item(), rel=1e-5)

    def test_labels_are_noted_before_others_refine_them(self, make_info, make_step):
        probe = make_step()
        predicted = probe.output.argmax(-1)
        penalty = ELR()
        penalty.setup(make_info())
        for _ in range(4):
            step = make_step(probe.module, target=(predicted + 1) % 3)
            penalty.mix(step)
            step.target = functional.one_hot(predicted, 3).float()
            penalty.penalty(step)
        assert penalty.disagreement_ == 1.0

    def test_members_share_the_mean_of_their_disagreement(self, make_info, make_step):
        module = nn.Linear(4, 3)
        probe = make_step(module)
        right = probe.output.argmax(-1)
        turned = probe.output.roll(1, -1)  # contradicts all labels
        outputs = torch.stack([probe.output, probe.output, turned])
        penalty = ELR()
        penalty.setup(make_info(n_members=3))
        for _ in range(WARM_UP + 2):
            step = make_step(module, target=right, output=outputs)
            penalty.mix(step)
            term = penalty.penalty(step)
        assert term.shape == (3,)
        assert penalty.table_.values.shape == (3, 10, 3)
        assert penalty.disagreement_ == pytest.approx(1 / 3)
        alone = ELR(strength=1.0, beta=BETA)
        alone.setup(make_info())
        for _ in range(WARM_UP + 2):
            expected = alone.penalty(make_step(module, output=turned))
        torch.testing.assert_close(term[2], 5.0 * expected)
        torch.testing.assert_close(penalty.table_.values[2], alone.table_.values)

    @pytest.mark.parametrize("n_classes", [2, 10, 26])
    def test_no_push_beyond_the_bound(self, make_info, make_step, n_classes):
        # A pair of classes is sure at 0.95, ten at 0.99.
        info = make_info(n_outputs=n_classes, n_classes=n_classes)
        y, gradients = torch.zeros(6, dtype=torch.int64), []
        for p in (1 - 0.2 / n_classes, 1 - 0.05 / n_classes):
            rest = torch.full((6, n_classes), (1 - p) / (n_classes - 1))
            rest[:, 0] = p
            logits = rest.log().requires_grad_()
            penalty = ELR(strength=1.0, beta=0.0, eps="auto")
            penalty.setup(info)
            step = make_step(target=y, output=logits, n_outputs=n_classes)
            penalty.penalty(step).backward()
            gradients.append(logits.grad[:, 0].abs().max().item())
        assert gradients[0] > 0.01
        assert gradients[1] < 1e-6


class TestELRPlus:
    @given(st.integers(2, 30), st.integers(0, 10**6))
    def test_without_mixing_and_with_itself_as_teacher_it_is_elr(self, n, seed):
        generator = torch.Generator().manual_seed(seed)
        logits = torch.randn(5, n, generator=generator, dtype=torch.float64)
        y = torch.randint(n, (5,), generator=generator)
        index = torch.arange(5)
        one, two = torch.zeros(2, 5, n, dtype=torch.float64)
        q = elr_plus_targets(logits, one, index, beta=0.7)
        onehot = functional.one_hot(y, n).double()
        plus = elr_plus_loss(logits, onehot, q, strength=3.0)
        plain = elr_loss(logits, y, two, index, strength=3.0, beta=0.7, eps=1e-12)
        exact = elr_plus_loss(logits, onehot, q, strength=3.0, eps=1e-12)
        torch.testing.assert_close(exact, plain, rtol=1e-8, atol=1e-8)
        torch.testing.assert_close(plus, plain, rtol=0.01, atol=0.01)

    @pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
    def test_saturated_logits_stay_finite(self, dtype):
        logits = (torch.eye(3, 100) * 200).to(dtype).requires_grad_()
        q = elr_plus_targets(
            logits, torch.zeros(3, 100), torch.arange(3), beta=0.0, share=1.0
        )
        labels = torch.eye(3, 100).roll(1, 0)  # none of them likely
        for relabel in (False, True):
            loss = elr_plus_loss(logits, labels, q, strength=7.0, relabel=relabel)
            loss.backward()
            assert loss.isfinite()
        assert logits.grad.isfinite().all()

    def test_ramp(self):
        logits, q = torch.eye(2) * 3, torch.eye(2)
        values = [
            elr_plus_loss(logits, q, q, strength=2.0, progress=s).item()
            for s in (-1.0, 0.0, 0.5, 1.0, 9.0)
        ]
        assert values[0] == values[1] > values[2] > values[3] == values[4]


class TestCoTeaching:
    @given(st.lists(st.floats(0, 9), min_size=1, max_size=20), st.floats(0, 1))
    def test_small_losses_are_kept(self, losses, rate):
        values = torch.tensor(losses)
        kept = small_loss_rows(values, rate)
        assert len(kept) == max(1, int((1 - rate) * len(losses)))
        rest = np.delete(values.numpy(), kept.numpy())
        assert not len(rest) or values[kept].max() <= rest.min()

    def test_ramp_and_range(self):
        rates = [forget_rate_at(e, 0.3, 4) for e in (0, 1, 2, 4, 9)]
        np.testing.assert_allclose(rates, [0, 0.075, 0.15, 0.3, 0.3])
        assert forget_rate_at(0, 0.3, 0) == 0.3
        with pytest.raises(ValueError, match=r"forget_rate=1.5 must be a share"):
            small_loss_rows(torch.ones(3), 1.5)


class TestClassAdjustment:
    def learn(self, averages, label, weight, power=1.0):
        n_classes = averages.shape[-1]
        confidence = ClassConfidence(n_classes, power, dtype=averages.dtype)
        confidence.learn(averages, label, weight)
        return confidence.divisor.values[0]

    @given(st.integers(0, 10_000), st.integers(2, 6), st.sampled_from([0.3, 1.0]))
    def test_only_ratios_of_weights_count_and_rows_without_weight_do_not(
        self, seed, n_classes, power
    ):
        rng = torch.Generator().manual_seed(seed)
        averages = torch.rand(40, n_classes, generator=rng, dtype=torch.float64)
        label = torch.randint(n_classes, (40,), generator=rng)
        weight = torch.rand(40, generator=rng, dtype=torch.float64) + 0.1
        expected = self.learn(averages, label, weight, power)
        torch.testing.assert_close(
            self.learn(averages, label, 70 * weight, power), expected
        )
        # Rows that were never visited have averages of zero.
        more = [torch.cat([averages, torch.zeros(5, n_classes)])]
        more += [torch.cat([label, label[:5]]), torch.cat([weight, torch.zeros(5)])]
        torch.testing.assert_close(self.learn(*more, power), expected)
        # A factor of all averages is no confidence.
        torch.testing.assert_close(
            self.learn(0.3 * averages, label, weight, power), expected
        )

    def test_confidence_is_the_mean_share_of_the_label(self):
        averages = torch.tensor([[0.9, 0.1], [0.6, 0.4]]).repeat_interleave(10_000, 0)
        label = torch.tensor([0, 1]).repeat_interleave(10_000)
        divisor = self.learn(averages, label, torch.ones(20_000))
        prior = 0.05 * 0.65  # some rows of the mean confidence
        expected = (0.9 + prior) / (0.4 + prior)
        assert (divisor[0] / divisor[1]).item() == pytest.approx(expected, rel=1e-3)
        halfway = self.learn(averages, label, torch.ones(20_000), power=0.5)
        torch.testing.assert_close(halfway, divisor.sqrt())
        # The members of an ensemble share it; a class of no row has the mean.
        members = torch.stack([averages, averages.flip(-1)])
        members = torch.cat([members, torch.zeros(2, 20_000, 1)], -1)
        shared = self.learn(members, label, torch.ones(20_000))
        torch.testing.assert_close(shared, torch.ones(3))

    def test_what_is_averaged_is_divided_and_trust_is_not(self, make_info, make_step):
        penalty, plain = ELR(class_adjustment=1.0), ELR()
        torch.manual_seed(0)
        module, visits = nn.Linear(4, 3), 100
        for method in (penalty, plain):
            method.setup(make_info())
            for _ in range(visits):
                step = make_step(module)
                method.mix(step)
                method.penalty(step)
        divisor = penalty.watch_.confidence.divisor.values
        assert divisor.std() > 0.01
        seen = plain.table_.read(step.index)
        adjusted = penalty.table_.read(step.index)
        torch.testing.assert_close(
            adjusted / adjusted.sum(-1, keepdim=True),
            (seen / divisor) / (seen / divisor).sum(-1, keepdim=True),
            rtol=1e-3,
            atol=1e-3,
        )
        for method in (penalty, plain):
            method.watch_.transition.matrix = None  # labels have no say
        np.testing.assert_allclose(
            penalty.trust()[step.index], plain.trust()[step.index], atol=0.03
        )

    def test_a_fixed_strength_is_adjusted_as_soon_as_rows_are_known(
        self, make_info, make_step
    ):
        penalty = ELR(strength=3.0, class_adjustment=0.5)
        plain = ELR(strength=3.0, beta=BETA)
        module, same = nn.Linear(4, 3), []
        for method in (penalty, plain):
            method.setup(make_info())
        for _ in range(3 * WARM_UP):
            step = make_step(module)
            penalty.mix(step)
            penalty.penalty(step)
            plain.penalty(step)
            same.append(torch.equal(penalty.table_.values, plain.table_.values))
        assert same[:WARM_UP] == [True] * WARM_UP
        assert not same[-1]
        off = ELR(strength=0.0, class_adjustment=0.5)
        off.setup(make_info())
        assert off.watch_ is None

    @pytest.mark.parametrize("value", [-0.1, 1.5, "much"])
    @pytest.mark.parametrize("name", ["class_adjustment", "forward_correction"])
    def test_out_of_range(self, name, value):
        with pytest.raises(ValueError, match=f"'{name}'.*{value}"):
            ELRClassifier(**{name: value}).fit([[0.0], [1.0]], [0, 1])
