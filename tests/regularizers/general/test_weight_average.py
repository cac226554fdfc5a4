"""Averaged weights: momentum, going on, and the net as a teacher."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from skreg.modules import Dropout, TabularModule
from skreg.regularizers import WeightAverage, average_momentum
from skreg.regularizers.general.weight_average import late_momentum


@given(st.integers(0, 500), st.floats(0, 0.999))
def test_early_momentum_is_that_of_a_mean(n, decay):
    expected = min(n / (n + 1), decay)
    assert average_momentum(n, decay) == pytest.approx(expected, abs=1e-12)


def test_mean_at_first_then_exponential(make_info, make_step):
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


def test_going_on_is_as_if_never_stopped(make_info, make_step):
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


def test_no_decay_and_no_step_change_nothing(make_info, make_step):
    module = nn.Linear(4, 3)
    before = module.weight.detach().clone()
    method = WeightAverage(decay=0.0)
    method.setup(make_info(module))
    method.mix(make_step(module))
    assert method.finish(module).weight.equal(before)


@pytest.mark.parametrize(
    ("n_steps", "behind", "tolerance"),
    # Later on, one step of four stands for all.
    [(40, 5, 1e-5), (500, 50, 4)],
)
def test_the_automatic_average_is_that_of_the_last_tenth(
    make_info, make_step, n_steps, behind, tolerance
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
