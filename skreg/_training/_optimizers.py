"""Optimizers by name, and AdamW without its per-step overhead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.optim.optimizer import ParamsT


class LeanAdamW(torch.optim.AdamW):
    """The fused AdamW of torch, same bits, called directly.

    ``torch.optim`` spends most of a small step on hooks, profiling and grouping
    that a net on one device does not need. :meth:`lean_step` calls the same fused
    kernel on lists made once. It is private in torch: :func:`fused_kernel_works`
    tries it at the first use, and every case that it does not cover goes the
    public way.
    """

    def __init__(self, params: ParamsT, **options: Any) -> None:
        super().__init__(params, fused=True, **options)
        self._moments: list[_Moments] | None = None

    def lean_step(self) -> None:
        """Do one step from the gradients of the parameters."""
        if self._moments is None or self._has_hooks():
            self.step()
            self._moments = self._collect() if fused_kernel_works() else None
            return
        gradients = [[p.grad for p in group["params"]] for group in self.param_groups]
        if any(grad is None for grads in gradients for grad in grads):
            self.step()
            return
        with torch.no_grad():
            for group, grads, moments in zip(
                self.param_groups, gradients, self._moments, strict=True
            ):
                _fused_step(group, grads, moments)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load moments; the lists are made anew."""
        super().load_state_dict(state_dict)
        self._moments = None

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters; the lists are made anew."""
        super().add_param_group(param_group)
        self._moments = None

    def _has_hooks(self) -> bool:
        return bool(self._optimizer_step_pre_hooks or self._optimizer_step_post_hooks)

    def _collect(self) -> list[_Moments] | None:
        """Gather the state, or None if some parameter has none or groups are special.

        Parameters without gradient so far have no state yet.
        """
        collected = []
        for group in self.param_groups:
            states = [self.state.get(p, {}) for p in group["params"]]
            if not all(states) or group["amsgrad"] or group["maximize"]:
                return None
            if len({(p.device, p.dtype) for p in group["params"]}) > 1:
                return None
            collected.append(_Moments.of(states))
        return collected


class _Moments(NamedTuple):
    """The state of a group of parameters, as the fused kernel takes it."""

    means: list[Tensor]
    squares: list[Tensor]
    steps: list[Tensor]
    counter: Tensor
    one: Tensor

    @classmethod
    def of(cls, states: list[dict[str, Tensor]]) -> _Moments:
        """Gather the state; the steps become views of one counter, added to at once."""
        counter = torch.stack([state["step"] for state in states])
        for state, step in zip(states, counter.unbind(), strict=True):
            state["step"] = step
        means, squares, steps = (
            [state[key] for state in states]
            for key in ("exp_avg", "exp_avg_sq", "step")
        )
        return cls(means, squares, steps, counter, torch.ones_like(counter))


def _fused_step(group: dict[str, Any], grads: list[Any], moments: _Moments) -> None:
    moments.counter.add_(moments.one)
    torch._fused_adamw_(
        group["params"],
        grads,
        moments.means,
        moments.squares,
        [],
        moments.steps,
        lr=group["lr"],
        beta1=group["betas"][0],
        beta2=group["betas"][1],
        weight_decay=group["weight_decay"],
        eps=group["eps"],
        amsgrad=False,
        maximize=False,
    )


@cache
def fused_kernel_works() -> bool:
    """Try the private kernel once against the public optimizer."""
    lean, public = (torch.nn.Parameter(torch.ones(3)) for _ in range(2))
    reference = torch.optim.AdamW([public], lr=0.1, fused=True)
    group = {**reference.param_groups[0], "params": [lean]}
    gradient = torch.tensor([1.0, -2.0, 0.5])
    public.grad = gradient.clone()
    states = {"exp_avg": torch.zeros(3), "exp_avg_sq": torch.zeros(3)}
    moments = _Moments.of([{**states, "step": torch.zeros(())}])
    try:
        for _ in range(2):
            reference.step()
            with torch.no_grad():
                _fused_step(group, [gradient], moments)
    except (AttributeError, TypeError, RuntimeError):
        return False
    return torch.equal(lean.detach(), public.detach())


OPTIMIZERS: dict[str, Any] = {
    "adamw": LeanAdamW,
    "adam": partial(torch.optim.Adam, fused=True),
    "sgd": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
}


_WANTED = (
    "give 'adamw', 'adam', 'sgd', a class of torch.optim, or a function of (params, "
    "lr, weight_decay) that returns an optimizer."
)


def resolve_optimizer(optimizer: Any) -> Callable[..., torch.optim.Optimizer]:
    """Return what makes an optimizer of parameters, ``lr`` and ``weight_decay``.

    Parameters
    ----------
    optimizer : str or callable
        A name, or a class of ``torch.optim``.

    Raises
    ------
    ValueError
        If the optimizer evaluates a batch several times a step.
    TypeError
        If it is a class of something else.
    """
    if isinstance(optimizer, type) and issubclass(optimizer, torch.optim.LBFGS):
        raise ValueError(
            "optimizer=LBFGS evaluates a batch several times a step, which methods "
            "with a memory cannot bear; use 'adamw', 'adam' or 'sgd'."
        )
    if isinstance(optimizer, type) and not issubclass(optimizer, torch.optim.Optimizer):
        raise TypeError(
            f"optimizer={optimizer.__name__} is not an optimizer of torch; {_WANTED}"
        )
    made: Callable[..., torch.optim.Optimizer] = (
        OPTIMIZERS[optimizer] if isinstance(optimizer, str) else optimizer
    )
    return made


class CheckedOptimizer:
    """Makes an optimizer, and says what is wrong if that fails.

    Parameters
    ----------
    make : callable
        What :func:`resolve_optimizer` returned.
    weight_decay : float
        Passed on.
    """

    def __init__(self, make: Callable[..., Any], weight_decay: float) -> None:
        self.make = make
        self.weight_decay = weight_decay

    def __call__(self, params: Iterable[Any], **options: Any) -> torch.optim.Optimizer:
        """Make the optimizer of parameters.

        Raises
        ------
        ValueError
            If nothing is left to train.
        TypeError
            If the callable does not make an optimizer of parameters, ``lr`` and
            ``weight_decay``.
        """
        groups = list(params)
        if not any(_members(group) for group in groups):
            raise ValueError(
                "module has no parameter that gradients may change: it has none, or "
                "all are frozen; leave requires_grad=True for some."
            )
        name = getattr(self.make, "__name__", repr(self.make))
        try:
            made = self.make(groups, weight_decay=self.weight_decay, **options)
        except (TypeError, AttributeError) as error:
            raise TypeError(
                f"optimizer={name} cannot be called with (params, lr=..., "
                f"weight_decay=...): {error}; {_WANTED}"
            ) from error
        if not isinstance(made, torch.optim.Optimizer):
            raise TypeError(
                f"optimizer={name} makes a {type(made).__name__}, not an optimizer of "
                f"torch; {_WANTED}"
            )
        return made


def _members(group: Any) -> list[Any]:
    """Return the parameters of a group, or the single one."""
    return list(group["params"]) if isinstance(group, dict) else [group]


def has_decoupled_decay(optimizer: Callable[..., torch.optim.Optimizer]) -> bool:
    """Whether decay acts on the weights directly, as in AdamW.

    Where it is a part of the gradient, as in SGD, it is another quantity.
    """
    return isinstance(optimizer, type) and issubclass(optimizer, torch.optim.AdamW)
