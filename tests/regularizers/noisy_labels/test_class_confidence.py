"""The adjustment of ELR's averages to how sure the net is of each class."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from skreg import ELRClassifier
from skreg.regularizers import ELR
from skreg.regularizers.noisy_labels._class_confidence import ClassConfidence
from skreg.regularizers.noisy_labels._elr_auto import BETA, WARM_UP


def learn(averages, label, weight, power=1.0):
    n_classes = averages.shape[-1]
    confidence = ClassConfidence(n_classes, power, dtype=averages.dtype)
    confidence.learn(averages, label, weight)
    return confidence.divisor.values[0]


@given(st.integers(0, 10_000), st.integers(2, 6), st.sampled_from([0.3, 1.0]))
def test_only_ratios_of_weights_count_and_rows_without_weight_do_not(
    seed, n_classes, power
):
    rng = torch.Generator().manual_seed(seed)
    averages = torch.rand(40, n_classes, generator=rng, dtype=torch.float64)
    label = torch.randint(n_classes, (40,), generator=rng)
    weight = torch.rand(40, generator=rng, dtype=torch.float64) + 0.1
    expected = learn(averages, label, weight, power)
    torch.testing.assert_close(learn(averages, label, 70 * weight, power), expected)
    # Rows that were never visited have averages of zero.
    more = [torch.cat([averages, torch.zeros(5, n_classes)])]
    more += [torch.cat([label, label[:5]]), torch.cat([weight, torch.zeros(5)])]
    torch.testing.assert_close(learn(*more, power), expected)
    # A factor of all averages is no confidence.
    torch.testing.assert_close(learn(0.3 * averages, label, weight, power), expected)


def test_confidence_is_the_mean_share_of_the_label():
    averages = torch.tensor([[0.9, 0.1], [0.6, 0.4]]).repeat_interleave(10_000, 0)
    label = torch.tensor([0, 1]).repeat_interleave(10_000)
    divisor = learn(averages, label, torch.ones(20_000))
    prior = 0.05 * 0.65  # some rows of the mean confidence
    expected = (0.9 + prior) / (0.4 + prior)
    assert (divisor[0] / divisor[1]).item() == pytest.approx(expected, rel=1e-3)
    halfway = learn(averages, label, torch.ones(20_000), power=0.5)
    torch.testing.assert_close(halfway, divisor.sqrt())
    # The members of an ensemble share it; a class of no row has the mean.
    members = torch.stack([averages, averages.flip(-1)])
    members = torch.cat([members, torch.zeros(2, 20_000, 1)], -1)
    shared = learn(members, label, torch.ones(20_000))
    torch.testing.assert_close(shared, torch.ones(3))


def test_what_is_averaged_is_divided_and_trust_is_not(make_info, make_step):
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


def test_a_fixed_strength_is_adjusted_as_soon_as_rows_are_known(make_info, make_step):
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
def test_out_of_range(name, value):
    with pytest.raises(ValueError, match=f"'{name}'.*{value}"):
        ELRClassifier(**{name: value}).fit([[0.0], [1.0]], [0, 1])
