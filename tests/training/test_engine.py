"""The lean engine gives the bits of torch's own loop, and leaves torch as it was."""

import threading

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from plain import PLAIN_CLASSIFIER

from skreg import RegularizedClassifier
from skreg._estimator._auto import weight_decay
from skreg._training import _backward, _optimizers
from skreg._training._data import batch_sizes
from skreg._training._optimizers import (
    LeanAdamW,
    has_decoupled_decay,
    resolve_optimizer,
)
from skreg._training._random import draw_seed, epoch_seeds, initialize
from skreg._training._threads import torch_threads
from skreg.modules import MLP


def two_nets():
    """Return two equal nets with a layer that some batches do not reach."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        first = torch.nn.ModuleList([torch.nn.Linear(3, 4), torch.nn.Linear(3, 4)])
    second = torch.nn.ModuleList([torch.nn.Linear(3, 4), torch.nn.Linear(3, 4)])
    second.load_state_dict(first.state_dict())
    return first, second


def step(net, optimizer, *, both, lean):
    x = torch.linspace(-1, 1, 6).reshape(2, 3)
    out = net[0](x) + (net[1](x) if both else 0)
    optimizer.zero_grad()
    out.square().sum().backward()
    if lean:
        optimizer.lean_step()
    else:
        optimizer.step()


def equal(first, second):
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("works", [True, False])
def test_lean_adamw_has_the_bits_of_adamw(monkeypatch, works):
    if not works:
        monkeypatch.setattr(_optimizers, "fused_kernel_works", lambda: False)
    ours, theirs = two_nets()
    options = {"lr": 0.1, "weight_decay": 0.01}
    lean = LeanAdamW(ours.parameters(), **options)
    public = torch.optim.AdamW(theirs.parameters(), fused=True, **options)
    for k in range(12):
        both = k not in (0, 5)  # a layer without gradient, before and after its first
        step(ours, lean, both=both, lean=True)
        step(theirs, public, both=both, lean=False)
        if k == 7:
            for optimizer in (lean, public):
                optimizer.param_groups[0]["lr"] = 0.03
        if k == 9:
            lean.load_state_dict(lean.state_dict())
        assert equal(ours, theirs), k


def test_the_private_kernels_work_here():
    """Otherwise all is right, but slower; a new torch would show here."""
    assert _optimizers.fused_kernel_works()
    assert _backward._engine() is not None


@pytest.mark.parametrize("works", [True, False])
def test_gradients_of_several_losses_are_those_of_their_sum(monkeypatch, works):
    if not works:
        monkeypatch.setattr(_backward, "_engine", lambda: None)
    x = torch.tensor([2.0, -3.0], requires_grad=True)
    double = x.double()
    constant = torch.ones(())  # a penalty without anything to learn
    _backward.backward([x.square().sum(), constant, double.prod(), 5 * x[0]])
    torch.testing.assert_close(x.grad, torch.tensor([4.0 - 3.0 + 5.0, -6.0 + 2.0]))


@given(st.integers(1, 5000), st.integers(1, 600))
def test_batches_cover_all_rows_and_none_is_single(n_rows, batch_size):
    sizes = batch_sizes(n_rows, batch_size)
    assert sum(sizes) == n_rows
    assert max(sizes) <= batch_size + 1
    assert n_rows == 1 or batch_size == 1 or min(sizes) > 1


@pytest.mark.parametrize("batch_size", [16, 50, 200])
def test_weights_are_those_of_a_loop_by_hand(batch_size):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 5)).astype(np.float32)
    y = (X @ rng.normal(size=(5, 3))).argmax(1)
    ours = RegularizedClassifier(
        hidden_layer_sizes=(12, 12),
        batch_size=batch_size,
        max_epochs=4,
        random_state=0,
        **PLAIN_CLASSIFIER | {"lr": 1e-3, "scaling": None, "weight_decay": 0.1},
    ).fit(X, y)

    seed = draw_seed(0)
    net = initialize(lambda: MLP(5, 3, hidden_layer_sizes=(12, 12)), seed)
    inputs, target = torch.from_numpy(X), torch.from_numpy(y)
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.1, fused=True)
    losses = []
    for epoch in range(4):
        generator = torch.Generator().manual_seed(epoch_seeds(seed, epoch)[0])
        total = 0.0
        for rows in torch.randperm(200, generator=generator).split(batch_size):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(inputs[rows]), target[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        losses.append(total / 200)
    assert equal(ours.net_.module_, net)
    assert ours.history_["train_loss"] == pytest.approx(losses, rel=1e-6)


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_threads_are_restored_nested_and_after_failure():
    with torch_threads(1, 0):
        assert torch.get_num_threads() == 1
        with torch_threads(3, 0):
            assert torch.get_num_threads() == 3
        assert torch.get_num_threads() == 1
    with pytest.raises(KeyError), torch_threads(1, 0):
        raise KeyError
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_small_work_takes_one_thread_and_large_work_what_is_there():
    with torch_threads(None, 1e3):
        assert torch.get_num_threads() == 1
    with torch_threads(None, 1e12):
        assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_overlapping_visits_of_threads_leave_the_number():
    inside, leave, seen = threading.Event(), threading.Event(), []

    def first():
        with torch_threads(1, 0):
            inside.set()
            leave.wait(10)
        seen.append(torch.get_num_threads())

    worker = threading.Thread(target=first)
    worker.start()
    inside.wait(10)
    with torch_threads(1, 0):
        leave.set()
        worker.join(10)
        assert torch.get_num_threads() == 1
    assert [*seen, torch.get_num_threads()] == [2, 2]


@pytest.mark.parametrize(
    ("optimizer", "given", "decay"),
    [
        ("adamw", "auto", 0.1),
        (torch.optim.AdamW, "auto", 0.1),
        ("adam", "auto", 0.0),
        ("sgd", "auto", 0.0),
        (torch.optim.RMSprop, "auto", 0.0),
        ("sgd", 0.3, 0.3),
        ("adamw", 0.3, 0.3),
    ],
)
def test_decay_by_rows_is_for_optimizers_that_decouple_it(optimizer, given, decay):
    decoupled = has_decoupled_decay(resolve_optimizer(optimizer))
    rule = {"prior_rows": 100, "decoupled": decoupled}
    assert weight_decay(given, 1000, **rule) == decay
