"""The early-learning penalty: mathematics, edge cases, nets that exchange."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from skreg.regularizers import ELR, elr_loss, elr_plus_loss, elr_plus_targets
from skreg.regularizers.noisy_labels._elr_terms import clipped_probabilities, elr_term


def expected_gradient(logits, y, table_rows, strength, eps):
    """Lemma 2 of the paper with the clip of the code, derived by hand."""
    p = logits.softmax(-1)
    clipped = p.clamp(eps, 1 - eps)
    free = ((p > eps) & (p < 1 - eps)).to(p.dtype)
    inner = (free * table_rows * p).sum(-1, keepdim=True)
    agreement = (table_rows * clipped).sum(-1, keepdim=True)
    pull = strength * p * (inner - table_rows * free) / (1 - agreement)
    onehot = functional.one_hot(y, logits.shape[-1])
    return (p - onehot + pull) / len(logits)


def two_outputs(scale=1.0):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(2, 6, 3, generator=generator) * scale


@given(
    st.integers(2, 6),
    st.integers(1, 7),
    st.floats(0, 10),
    st.floats(0, 0.99),
    st.floats(0.1, 60),
    st.integers(0, 2**31),
)
def test_gradient_equals_the_formula(n_classes, n_rows, strength, beta, scale, seed):
    generator = torch.Generator().manual_seed(seed)
    table = torch.rand(9, n_classes, generator=generator, dtype=torch.float64)
    table /= table.sum(-1, keepdim=True)
    index = torch.randperm(9, generator=generator)[:n_rows]
    logits = torch.randn(n_rows, n_classes, generator=generator, dtype=torch.float64)
    logits = (logits * scale).requires_grad_()
    y = torch.randint(n_classes, (n_rows,), generator=generator)
    elr_loss(logits, y, table, index, strength=strength, beta=beta).backward()
    expected = expected_gradient(logits.detach(), y, table[index], strength, 1e-4)
    torch.testing.assert_close(logits.grad, expected, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("weighted", [False, True])
def test_first_and_second_derivatives_of_the_term(weighted):
    """Where some probabilities are clipped and others are not."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(5, 4, generator=generator, dtype=torch.float64) * 2
    target = torch.rand(5, 4, generator=generator, dtype=torch.float64) / 4
    weight = torch.rand(5, generator=generator, dtype=torch.float64)

    def term(z):
        p = clipped_probabilities(z, 0.05)
        return elr_term(p, target, strength=3.0, weight=weight if weighted else None)

    clipped = clipped_probabilities(logits, 0.05) != logits.softmax(-1)
    assert 0.2 < clipped.double().mean() < 0.8
    logits.requires_grad_()
    assert torch.autograd.gradcheck(term, logits)
    assert torch.autograd.gradgradcheck(term, logits)


def test_only_the_rows_of_the_batch_move():
    table = torch.zeros(5, 2)
    index = torch.tensor([3, 1])
    elr_loss(torch.eye(2), index * 0, table, index, strength=1.0, beta=0.9)
    assert table[[0, 2, 4]].eq(0).all()
    torch.testing.assert_close(table[index].sum(-1), torch.full((2,), 0.1))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_saturated_logits_of_a_thousand_classes_stay_finite(dtype):
    logits = (torch.eye(3, 1000) * 200).to(dtype).requires_grad_()
    table = torch.zeros(4, 1000)
    for _ in range(50):
        y, index = torch.tensor([0, 1, 5]), torch.tensor([0, 1, 2])
        loss = elr_loss(logits, y, table, index, strength=7.0, beta=0.5, eps=1e-5)
        loss.backward()
    assert loss.isfinite()
    assert logits.grad.isfinite().all()
    assert table.isfinite().all()


def test_autocast_computes_in_single_precision():
    logits = torch.tensor([[30.0, -30.0]])
    outcomes = []
    for enabled in (False, True):
        table = torch.zeros(1, 2)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            for _ in range(9):
                loss = elr_loss(
                    logits,
                    torch.tensor([0]),
                    table,
                    torch.tensor([0]),
                    strength=3.0,
                    beta=0.1,
                )
        outcomes.append(loss)
    assert outcomes[1].isfinite()
    torch.testing.assert_close(outcomes[0], outcomes[1])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strength": -1.0}, "strength must be at least 0, got -1.0"),
        ({"beta": 1.0}, r"beta must be in \[0, 1\), got 1.0"),
        ({"eps": 0.5}, r"eps must be in \(0, 1 / n_classes\) = \(0, 0.333\), got 0.5"),
    ],
)
def test_parameters_out_of_range_are_named(changes, message):
    options = {"strength": 1.0, "beta": 0.5, "eps": 1e-4, **changes}
    index = torch.arange(2)
    with pytest.raises(ValueError, match=message):
        elr_loss(torch.zeros(2, 3), index, torch.zeros(2, 3), index, **options)


def test_class_equals_function(make_info, make_step):
    step = make_step()
    penalty = ELR(strength=2.0, beta=0.6)
    penalty.setup(make_info())
    table = torch.zeros(10, 3)
    for _ in range(3):
        total = elr_loss(
            step.output, step.target, table, step.index, strength=2.0, beta=0.6
        )
        data = functional.cross_entropy(step.output, step.target)
        torch.testing.assert_close(data + 2.0 * penalty.penalty(step), total)
    torch.testing.assert_close(penalty.table_.values, table)


def test_mixed_batches_read_the_table_as_the_batch_is_mixed(make_info, make_step):
    step = make_step()
    penalty = ELR(strength=1.0, beta=0.0)
    penalty.setup(make_info())
    partner = torch.tensor([1, 0, 3, 2, 5, 4])
    clean = step.module(step.inputs).softmax(-1).detach()
    step.mix(0.25, partner)
    step.output = step.module(step.inputs)
    value = penalty.penalty(step)
    # The memory holds predictions for the rows themselves, not for the mixtures.
    torch.testing.assert_close(
        penalty.table_.values[step.index], clean, rtol=0, atol=1e-3
    )
    seen = penalty.table_.values[step.index]
    target = 0.25 * seen + 0.75 * seen[partner]
    p = step.output.softmax(-1).clamp(1e-4, 1 - 1e-4)
    torch.testing.assert_close(value, (1 - (target * p).sum(-1)).log().mean())


def test_weights_weigh_the_term(make_info, make_step):
    weight = torch.tensor([2.0, 0.0, 1.0, 1.0, 0.0, 2.0])
    step = make_step(weight=weight)
    kept = weight > 0
    penalty = ELR(strength=1.0)
    penalty.setup(make_info())
    value = penalty.penalty(step)
    target = penalty.table_.read(step.index)
    p = step.output.softmax(-1).clamp(1e-4, 1 - 1e-4)
    term = (1 - (target * p).sum(-1)).log()
    torch.testing.assert_close(value, (term * weight)[kept].sum() / 6)


def test_each_net_remembers_what_the_other_says(make_info, make_step):
    penalty = ELR(strength=1.0, beta=0.0, exchange=True)
    penalty.setup(make_info(n_members=2))
    outputs = two_outputs()
    step = make_step(output=outputs)
    penalty.penalty(step)
    seen = penalty.table_.read(step.index)
    torch.testing.assert_close(seen, outputs.flip(0).softmax(-1))


def test_a_mixed_step_is_that_of_the_published_functions(make_info, make_step):
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
def test_one_net_has_nobody_to_ask(make_info, n_members):
    with pytest.raises(ValueError, match="exchange=True needs at least two nets"):
        ELR(exchange=True).setup(make_info(n_members=n_members))


def test_targets_span_all_probabilities(make_info, make_step):
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
