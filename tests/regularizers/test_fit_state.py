"""The step: batches that are mixed twice, and a second look at the rows."""

import torch
from torch import nn

from skreg.modules import Dropout


def test_two_mixings_compose(make_step):
    step = make_step()
    inputs = step.inputs.clone()
    first, second = torch.tensor([[1, 0, 3, 2, 5, 4], [5, 4, 3, 2, 1, 0]])
    step.mix(0.3, first)
    step.mix(0.6, second)
    once = 0.3 * inputs + 0.7 * inputs[first]
    torch.testing.assert_close(step.inputs, 0.6 * once + 0.4 * once[second])
    assert step.unmixed_inputs.equal(inputs)


def test_a_second_look_at_the_rows_draws_no_random_number(make_step):
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
