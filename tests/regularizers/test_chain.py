"""The straight line through the hooks, and what is refused before it starts."""

from typing import ClassVar

import numpy as np
import pytest
import torch

from skreg import RegularizedClassifier, RegularizedRegressor
from skreg._training._data import Batch
from skreg._training._losses import cross_entropy
from skreg._training._step import TrainingStep
from skreg.regularizers import (
    ELR,
    LabelSmoothing,
    NormLoss,
    Penalty,
    Regularizer,
    Requirement,
    SpectralRisk,
)
from skreg.regularizers._chain import Chain
from skreg.regularizers._schedules import SCHEDULES


class Recorder(Regularizer):
    """Overrides every hook and writes down the calls."""

    requires: ClassVar[frozenset[Requirement]] = frozenset({Requirement.FEATURES})

    def __init__(self, log=None):
        self.log = log

    def setup(self, info):
        self.log.append("setup")

    def transform_module(self, module):
        self.log.append("transform_module")
        return module

    def mix(self, step):
        self.log.append("mix")
        assert step.output is None

    def refine(self, step):
        self.log.append("refine")
        assert step.output.shape == (6, 3)
        assert step.features.shape == (6, 4)

    def reduce(self, losses, step):
        self.log.append("reduce")
        assert losses.shape == (6,)
        self.worst = losses.max()
        return self.worst

    def penalty(self, step):
        self.log.append("penalty")
        return step.features.square().sum()

    def transform_gradient(self, step, terms):
        self.log.append("transform_gradient")
        assert set(terms) == {"data", "recorder"}
        assert all(p.grad is not None for p in step.module.parameters())

    def finish(self, module):
        self.log.append("finish")
        return module


def run(regularizers, make_info, n_done=0, n_steps=10, weight=None):
    torch.manual_seed(0)
    module = torch.nn.Linear(4, 3)
    info = make_info(module)
    chain = Chain(regularizers, info)
    module = chain.start(info, resumed=frozenset())
    step = TrainingStep(
        module,
        cross_entropy,
        chain,
        torch.Generator(),
        n_outputs=3,
        n_steps=n_steps,
        n_done=n_done,
    )
    rows = torch.arange(6)
    batch = Batch(torch.randn(6, 4), rows % 3, weight, rows)
    _, terms = step(batch)
    chain.finish(module)
    return terms


def test_hooks_run_in_the_order_of_the_design(make_info):
    log = []
    recorder = Recorder(log)
    terms = run([("recorder", recorder)], make_info)
    assert log == [
        "setup",
        "transform_module",
        "mix",
        "refine",
        "reduce",
        "penalty",
        "transform_gradient",
        "finish",
    ]
    assert terms["data"] == recorder.worst


class Constant(Penalty):
    """A penalty of one."""

    def penalty(self, step):
        return step.output.new_ones(())


class Observer(Constant):
    """Looks at the losses of the rows."""

    def penalty(self, step):
        self.losses = step.losses.detach()
        return super().penalty(step)


def test_losses_of_rows_can_be_asked_for(make_info):
    seen, terms = [], []
    for others, weight in (
        ([], None),
        ([], torch.ones(6)),
        ([("risk", SpectralRisk())], None),
    ):
        observer = Observer()
        terms.append(run([("o", observer), *others], make_info, weight=weight)["data"])
        seen.append(observer.losses)
    for losses in seen:
        torch.testing.assert_close(losses, seen[0])
    torch.testing.assert_close(terms[0], seen[0].mean())
    torch.testing.assert_close(terms[1], terms[0])


@pytest.mark.parametrize(
    ("schedule", "n_done", "factor"),
    [
        ("constant", 3, 1.0),
        ("linear_ramp", 3, 0.3),
        ("cosine_decay", 5, 0.5),
        ("sigmoid_ramp", 5, np.exp(-5 / 4)),
        (lambda progress: 1 - progress, 3, 0.7),
        ("linear_ramp", 30, 1.0),
    ],
)
def test_strength_follows_the_schedule(make_info, schedule, n_done, factor):
    penalty = Constant(strength=2.0, schedule=schedule)
    terms = run([("constant", penalty)], make_info, n_done=n_done)
    assert terms["constant"].item() == pytest.approx(2.0 * factor)


def test_schedules_stay_in_the_unit_interval():
    for schedule in SCHEDULES.values():
        values = [schedule(p) for p in np.linspace(0, 1, 11)]
        assert min(values) >= 0
        assert max(values) <= 1


def test_strength_may_be_a_tensor(make_info):
    strength = torch.tensor(0.5, requires_grad=True)
    terms = run([("constant", Constant(strength=strength))], make_info)
    assert terms["constant"].item() == 0.5
    assert strength.grad.item() == 1.0


def test_memory_is_kept_at_strength_zero(make_info):
    elr = ELR(strength=0)
    terms = run([("elr", elr)], make_info)
    assert set(terms) == {"data"}
    assert (elr.table_.values.sum(1) > 0).sum() == 6


@pytest.mark.parametrize(
    ("estimator", "regularizers", "y", "message"),
    [
        (
            RegularizedRegressor,
            [LabelSmoothing()],
            [0.5, 1.5, 2.5],
            r"LabelSmoothing \('labelsmoothing' in regularizers\) needs class labels; "
            r"use it with a classifier",
        ),
        (
            RegularizedClassifier,
            [("mine", ELR())],
            [1, 1, 1],
            r"ELR \('mine' in regularizers\) needs at least two classes, but y has one",
        ),
        (
            RegularizedClassifier,
            [SpectralRisk(), ("other", SpectralRisk(level=0.1))],
            [0, 1, 1],
            r"regularizers has 2 methods that reduce the losses to one number "
            r"\(spectralrisk, other\), but only one can; keep one",
        ),
        (
            RegularizedClassifier,
            [ELR(eps=0.4)],
            [0, 1, 2],
            r"ELR: eps=0.4 must be below 1 / n_classes = 0.333; lower eps",
        ),
        (
            RegularizedClassifier,
            [SpectralRisk(spectrum="extremile", level=0.5)],
            [0, 1, 1],
            r"level=0.5 does not fit spectrum='extremile'",
        ),
        (
            RegularizedRegressor,
            [NormLoss(strength=-1)],
            [0, 1, 1],
            r"The 'strength' parameter of NormLoss must be a float in the range \[0.0",
        ),
    ],
)
def test_what_cannot_work_is_refused(estimator, regularizers, y, message):
    net = estimator(regularizers=regularizers)
    with pytest.raises(ValueError, match=message):
        net.fit(np.arange(6.0).reshape(3, 2), y)
    assert not hasattr(net, "net_")
    assert not hasattr(net, "n_features_in_")


class Wants(Regularizer):
    """A method that needs what it is told to need."""

    requires: ClassVar[frozenset[Requirement]]


@pytest.mark.parametrize(
    ("requirement", "module", "n_rows", "message"),
    [
        (Requirement.REGRESSION, "mlp", 3, "needs numeric targets"),
        (Requirement.TWO_SAMPLES, "mlp", 1, "there is 1 sample"),
        (Requirement.FEATURES, lambda n, k: torch.nn.Identity(), 3, "no linear layer"),
    ],
)
def test_requirements_name_class_and_remedy(
    monkeypatch, requirement, module, n_rows, message
):
    monkeypatch.setattr(Wants, "requires", frozenset({requirement}), raising=False)
    net = RegularizedClassifier(regularizers=[Wants()], module=module)
    X, y = np.arange(6.0).reshape(3, 2)[:n_rows], np.array([0, 1, 1])[:n_rows]
    with pytest.raises(ValueError, match=rf"Wants \('wants' in .*{message}"):
        net.fit(X, y)
