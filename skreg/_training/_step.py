"""The training step: a straight line through the hooks of the regularizers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from ..modules._layers import output_and_features
from ..modules._table_embedding import split_embedding
from ..regularizers._chain import Chain
from ..regularizers._fit_state import Step
from ._backward import backward
from ._data import Batch
from ._losses import Criterion

# The output of a batch and the summands of its loss, the latter without graph.
Outcome = tuple[Tensor, dict[str, Tensor]]


class PlainStep:
    """The training step of a net whose chain has no hook and whose rows weigh alike.

    Its gradients are those of :class:`TrainingStep` to the bit. Half of a small
    step is overhead, and without hooks there is nothing to prepare for them.

    Parameters
    ----------
    module : torch.nn.Module
        The net.
    criterion : callable
        Loss from output and target.
    """

    def __init__(self, module: nn.Module, criterion: Criterion) -> None:
        self.module = module
        self.criterion = criterion

    def __call__(self, batch: Batch) -> Outcome:
        """Run the batch up to the gradients."""
        output = self.module(batch.inputs)
        loss = self.criterion(output, batch.target, reduction="mean")
        backward([_total(loss)])
        return output, {"data": _shown(loss)}


class TrainingStep:
    """Computes the loss of a batch, and its gradients.

    What does not change from batch to batch is looked up once. There is no branch
    on a kind of method here, and no state of a model: a leading axis of models
    passes through untouched.

    Parameters
    ----------
    module : torch.nn.Module
        The net, already transformed.
    criterion : callable
        Loss of every row from output and target.
    chain : Chain
        The hooks.
    generator : torch.Generator
        Random numbers of the fit.
    n_outputs : int
        Columns of the output.
    n_steps : int
        Planned number of steps, of which the progress is a fraction.
    n_done : int, default=0
        Steps already done by earlier calls.
    """

    def __init__(
        self,
        module: nn.Module,
        criterion: Criterion,
        chain: Chain,
        generator: torch.Generator,
        *,
        n_outputs: int,
        n_steps: int,
        n_done: int = 0,
    ) -> None:
        self.module = module
        self.embed, self.body = split_embedding(module)
        self.criterion = criterion
        self.chain = chain
        self.generator = generator
        self.n_outputs = n_outputs
        self.n_steps = max(n_steps, 1)
        self.n_done = n_done
        self.forward = (
            _with_features(self.body) if chain.needs_features else _plain(self.body)
        )

    def __call__(self, batch: Batch) -> Outcome:
        """Run the batch up to the gradients."""
        step = self.begin(batch)
        terms = self.terms(step)
        backward([_total(term) for term in terms.values()])
        self.chain.transform_gradient(step, terms)
        self.n_done += 1
        return step.output, {name: _shown(term) for name, term in terms.items()}

    def begin(self, batch: Batch) -> Step:
        """Wrap a batch for the hooks."""
        inputs = batch.inputs if self.embed is None else self.embed(batch.inputs)
        return Step(
            module=self.body,
            inputs=inputs,
            target=batch.target,
            index=batch.rows,
            weight=batch.weight,
            progress=min(self.n_done / self.n_steps, 1.0),
            generator=self.generator,
            n_outputs=self.n_outputs,
            criterion=self.criterion,
            raw_inputs=batch.inputs,
        )

    def terms(self, step: Step) -> dict[str, Tensor]:
        """Return the summands of the loss: the data and the penalties."""
        chain = self.chain
        chain.mix(step)
        self.forward(step)
        chain.refine(step)
        return {"data": chain.reduce(step), **chain.penalize(step)}


def _total(term: Tensor) -> Tensor:
    """Add up the members of an ensemble: each gets the gradient it had alone."""
    return term.sum() if term.ndim else term


def _shown(term: Tensor) -> Tensor:
    """Return what is recorded of a summand of the loss: the mean of the members."""
    return term.detach().mean() if term.ndim else term.detach()


def training_step(
    module: nn.Module,
    criterion: Criterion,
    chain: Chain,
    generator: torch.Generator,
    *,
    weighted: bool,
    **sizes: int,
) -> Callable[[Batch], Outcome]:
    """Return the step for a net, the plain one if there is nothing to hook in."""
    if chain.is_idle and not weighted:
        return PlainStep(module, criterion)
    return TrainingStep(module, criterion, chain, generator, **sizes)


def check_learning(parameters: Iterable[nn.Parameter]) -> None:
    """Raise if no parameter has got a gradient: nothing was learnt.

    Raises
    ------
    ValueError
        With what may be wrong in a module.
    """
    if all(parameter.grad is None for parameter in parameters):
        raise ValueError(
            "No parameter of module got a gradient, so that nothing was learnt; leave "
            "out detach(), .data, .item(), numpy and torch.no_grad() in its forward, "
            "also while it trains."
        )


def _plain(body: nn.Module) -> Callable[[Step], None]:
    def forward(step: Step) -> None:
        step.output = body(step.inputs)

    return forward


def _with_features(body: nn.Module) -> Callable[[Step], None]:
    """Read the input of the last layer on its way through any module."""

    def forward(step: Step) -> None:
        step.output, step.features = output_and_features(body, step.inputs)

    return forward
