"""Nets that teach each other: ELR+, its averaged teachers, co-teaching."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from skreg.modules import Dropout, TabularModule
from skreg.regularizers import (
    ELR,
    CoTeaching,
    WeightAverage,
    elr_plus_loss,
    elr_plus_targets,
    small_loss_rows,
)
from skreg.regularizers.general.weight_average import late_momentum
from skreg.regularizers.noisy_labels._elr_auto import automatic_eps


def two_outputs(scale=1.0):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(2, 6, 3, generator=generator) * scale


class TestExchange:
    def test_each_net_remembers_what_the_other_says(self, make_info, make_step):
        penalty = ELR(strength=1.0, beta=0.0, exchange=True)
        penalty.setup(make_info(n_members=2))
        outputs = two_outputs()
        step = make_step(output=outputs)
        penalty.penalty(step)
        seen = penalty.table_.read(step.index)
        torch.testing.assert_close(seen, outputs.flip(0).softmax(-1))

    def test_a_mixed_step_is_that_of_the_published_functions(
        self, make_info, make_step
    ):
        penalty = ELR(strength=3.0, beta=0.7, exchange=True)
        penalty.setup(make_info(n_members=2))
        tables = torch.zeros(2, 10, 3)
        partner = torch.tensor([1, 0, 3, 2, 5, 4])
        for scale in (1.0, 2.0, 0.5):
            teacher, outputs = two_outputs(scale), two_outputs(1 / scale)
            step = make_step(raw_inputs=torch.zeros(6, 4))
            step.teacher = lambda inputs, teacher=teacher: teacher
            step.mix(0.8, partner)
            step.output = outputs
            term = penalty.penalty(step)
            for k in range(2):
                q = elr_plus_targets(
                    teacher[1 - k],
                    tables[k],
                    step.index,
                    beta=0.7,
                    share=0.8,
                    partner=partner,
                )
                expected = elr_plus_loss(outputs[k], step.target, q, strength=3.0)
                data = functional.cross_entropy(outputs[k], step.target)
                torch.testing.assert_close(data + 3.0 * term[k], expected)
        torch.testing.assert_close(penalty.table_.values, tables)

    @pytest.mark.parametrize("n_members", [None, 1])
    def test_one_net_has_nobody_to_ask(self, make_info, n_members):
        with pytest.raises(ValueError, match="exchange=True needs at least two nets"):
            ELR(exchange=True).setup(make_info(n_members=n_members))

    def test_targets_span_all_probabilities(self, make_info, make_step):
        penalty = ELR(strength=1.0, beta=0.5, eps="auto")
        penalty.setup(make_info())
        output = torch.eye(3).repeat(2, 1) * 50.0
        output[5] = torch.tensor([0.5, 0.3, 0.2]).log()
        for _ in range(3):
            step = make_step(output=output)
            penalty.penalty(step)
        targets = penalty.targets()
        seen = targets[step.index]
        np.testing.assert_allclose(seen[:5], np.eye(3)[[0, 1, 2, 0, 1]], atol=1e-6)
        np.testing.assert_allclose(seen[5], [0.5, 0.3, 0.2], atol=0.03)
        assert not targets[1].any()  # a row of no batch


class TestOpenCases:
    @pytest.mark.parametrize("strength", ["auto", 2.0])
    @pytest.mark.parametrize(("n_wrong", "surest"), [(0, 0.8), (6, 0.95)])
    def test_the_term_pushes_less_where_labels_fit(
        self, make_info, make_step, strength, n_wrong, surest
    ):
        # Predictions of 0.9, which half or none of the labels contradict.
        output = torch.tensor([0.9, 0.1]).log().repeat(6, 1)
        target = torch.zeros(6, dtype=torch.int64)
        target[:n_wrong] = 1
        penalty = ELR(strength=strength, eps="auto")
        info = make_info(n_outputs=2, n_classes=2)
        penalty.setup(info)
        for _ in range(9):
            logits = output.clone().requires_grad_()
            step = make_step(target=target, output=logits, n_outputs=2)
            penalty.mix(step)
            term = penalty.penalty(step)
        term.backward()
        assert (logits.grad.abs().max() > 1e-3) == (surest > 0.9)
        assert penalty.disagreement_ == n_wrong / 6

    def test_the_bound_falls_with_the_share(self):
        bounds = [automatic_eps(2, share) for share in (0.0, 0.18, 0.22, 0.26, 1.0)]
        np.testing.assert_allclose(bounds, [0.2, 0.2, 0.125, 0.05, 0.05])


class TestTeacher:
    def test_it_is_the_net_with_averaged_weights(self, make_info, make_step):
        net = TabularModule(nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 3), Dropout()))
        method = WeightAverage(decay=0.5)
        method.setup(make_info(net))
        first = net.train().embed.weight.detach().clone()
        method.mix(make_step(net.body))
        with torch.no_grad():
            net.embed.weight.add_(1.0)
        step = make_step(net.body, raw_inputs=torch.ones(6, 4))
        method.mix(step)  # averages what the step before has left
        with torch.no_grad():
            net.embed.weight.add_(2.0)
        method.mix(step)
        output = step.teacher_output()
        assert not output.requires_grad
        with torch.no_grad():
            net.embed.weight.copy_(first + 2.0)  # halfway between +1 and +3
            expected = net.eval()(torch.ones(6, 4))
        torch.testing.assert_close(output, expected)

    @pytest.mark.parametrize(
        ("n_steps", "behind", "tolerance"),
        # Later on, one step of four stands for all.
        [(40, 5, 1e-5), (500, 50, 4)],
    )
    def test_the_automatic_average_is_that_of_the_last_tenth(
        self, make_info, make_step, n_steps, behind, tolerance
    ):
        module = nn.Linear(4, 3)
        method = WeightAverage(decay="auto")
        method.setup(make_info(module))
        expected = 0.0
        for n in range(n_steps):
            method.mix(make_step(module))
            with torch.no_grad():
                module.weight.fill_(float(n))
            momentum = late_momentum(n)
            expected = momentum * expected + (1 - momentum) * n
        method.finish(module)
        assert method.n_averaged_ == n_steps
        assert 0.5 * behind < n_steps - expected < 1.2 * behind
        assert (module.weight - expected).abs().max() < tolerance

    def test_the_automatic_average_does_not_teach(self, make_info, make_step):
        module = nn.Linear(4, 3)
        method = WeightAverage(decay="auto")
        method.setup(make_info(module))
        step = make_step(module)
        method.mix(step)
        assert step.teacher is None

    def test_statistics_of_batch_norms_are_those_of_the_net(self, make_info, make_step):
        net = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 3))
        method = WeightAverage()
        method.setup(make_info(net))
        step = make_step(net, raw_inputs=torch.ones(6, 4))
        method.mix(step)
        net[0].running_mean.fill_(5.0)
        expected = net.eval()(step.raw_inputs)
        torch.testing.assert_close(step.teacher_output(), expected)

    def test_a_second_look_at_the_rows_draws_no_random_number(self, make_step):
        dropout = Dropout()
        net = nn.Sequential(nn.Linear(4, 3), dropout).train()
        step = make_step(net)
        dropout.generator = step.generator
        step.mix(0.3, torch.arange(6).flip(0))
        state = step.generator.get_state()
        output = step.unmixed_output()
        assert step.generator.get_state().equal(state)
        assert net.training
        assert dropout.training
        torch.testing.assert_close(output, net[0](step.unmixed_inputs))


class TestCoTeaching:
    losses = torch.tensor(
        [[0.1, 9.0, 0.3, 0.2, 8.0, 7.0], [5.0, 0.1, 4.0, 0.2, 0.3, 6.0]]
    )

    def method(self, make_info, **options):
        method = CoTeaching(**options)
        method.setup(make_info(n_members=2, max_epochs=10))
        return method

    @pytest.mark.parametrize("weight", [None, torch.arange(6.0)])
    def test_rows_are_picked_by_the_other_net(self, make_info, make_step, weight):
        method = self.method(make_info, forget_rate=0.5, n_gradual=0)
        reduced = method.reduce(self.losses, make_step(weight=weight))
        weight = torch.ones(6) if weight is None else weight
        for k in range(2):
            rows = small_loss_rows(self.losses[1 - k], 0.5)
            expected = (self.losses[k] * weight)[rows].mean()
            torch.testing.assert_close(reduced[k], expected)

    def test_the_share_grows_over_the_epochs(self, make_info, make_step):
        method = self.method(make_info, forget_rate=0.5, n_gradual=4)
        kept = []
        for epoch in (0, 2, 4, 9):
            losses = self.losses.clone().requires_grad_()
            step = make_step(progress=epoch / 10)
            method.reduce(losses, step).sum().backward()
            kept.append(int((losses.grad[0] != 0).sum()))
        assert kept == [6, 4, 3, 3]
