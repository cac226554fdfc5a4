"""What ELR sets by itself: strength, memory, and the bound of its push."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from skreg.regularizers import ELR
from skreg.regularizers.noisy_labels._elr_auto import (
    BETA,
    WARM_UP,
    automatic_eps,
    full_strength,
)


def run(make_info, make_step, step_options=None, visits=8):
    penalty = ELR()
    penalty.setup(make_info())
    values = []
    for _ in range(visits):
        step = make_step(**(step_options or {}))
        penalty.mix(step)
        values.append(penalty.penalty(step).item())
    penalty.finish(step.module)
    return penalty, values, step


def test_few_classes_are_protected_more():
    strengths = [full_strength(n) for n in range(2, 2000)]
    assert strengths == sorted(strengths, reverse=True)
    assert (strengths[0], min(strengths)) == (5.0, 2.0)


def test_rows_are_averaged_before_the_penalty_acts(make_info, make_step):
    _, values, _ = run(make_info, make_step)
    assert values[:WARM_UP] == [0.0] * WARM_UP
    assert max(values[WARM_UP:]) < 0


def test_strength_follows_the_contradicted_share(make_info, make_step):
    module = nn.Linear(4, 3)
    probe = make_step(module)
    predicted = probe.output.argmax(-1)
    none, _, _ = run(make_info, make_step, {"module": module, "target": predicted})
    assert none.disagreement_ == 0.0
    wrong = predicted.clone()
    wrong[0] = (wrong[0] + 1) % 3
    weight = torch.tensor([0.3, 1.0, 1.0, 1.7, 1.0, 1.0])
    options = {"module": module, "target": wrong, "weight": weight}
    some, values, step = run(make_info, make_step, options)
    assert some.disagreement_ == pytest.approx(0.3 / 6)
    table = some.table_.values.clone()
    fixed = ELR(strength=1.0, beta=BETA)
    fixed.setup(make_info())
    for _ in range(8):
        term = fixed.penalty(step)
    torch.testing.assert_close(fixed.table_.values, table)
    assert values[-1] == pytest.approx(5.0 * 0.25 * term.item(), rel=1e-5)


def test_labels_are_noted_before_others_refine_them(make_info, make_step):
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


def test_members_share_the_mean_of_their_disagreement(make_info, make_step):
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
def test_no_push_beyond_the_bound(make_info, make_step, n_classes):
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


@pytest.mark.parametrize("strength", ["auto", 2.0])
@pytest.mark.parametrize(("n_wrong", "surest"), [(0, 0.8), (6, 0.95)])
def test_the_term_pushes_less_where_labels_fit(
    make_info, make_step, strength, n_wrong, surest
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


def test_the_bound_falls_with_the_share():
    bounds = [automatic_eps(2, share) for share in (0.0, 0.18, 0.22, 0.26, 1.0)]
    np.testing.assert_allclose(bounds, [0.2, 0.2, 0.125, 0.05, 0.05])
