"""Optimizers by name, and AdamW without its per-step overhead."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor


class LeanAdamW(torch.optim.AdamW):
    """The fused AdamW of torch, same bits, called directly.

    ``torch.optim`` spends most of a small step on hooks, profiling and grouping
    that a net on one device does not need. :meth:`lean_step` calls the same fused
    kernel on lists made once. It is private in torch: :func:`fused_kernel_works`
    tries it at the first use, and every case that it does not cover goes the
    public way.
    """

    def __init__(self, params: Any, **options: Any) -> None:
        super().__init__(params, fused=True, **options)
        self._moments: list[tuple[list[Tensor], ...]] | None = None

    def lean_step(self) -> None:
        """Do one step from the gradients of the parameters."""
        if self._moments is None or not fused_kernel_works():
            self.step()
            self._moments = self._collect()
            return
        for group, (params, means, squares, steps) in zip(
            self.param_groups, self._moments, strict=True
        ):
            grads = [p.grad for p in params]
            if any(grad is None for grad in grads):
                self.step()
                return
            _fused_step(params, grads, means, squares, steps, group)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load moments; the lists are made anew."""
        super().load_state_dict(state_dict)
        self._moments = None

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters; the lists are made anew."""
        super().add_param_group(param_group)
        self._moments = None

    def _collect(self) -> list[tuple[list[Tensor], ...]] | None:
        """Gather the state, or None if some parameter has none or groups are special.

        Parameters without gradient so far have no state yet.
        """
        collected = []
        for group in self.param_groups:
            params = group["params"]
            states = [self.state.get(p, {}) for p in params]
            if not all(states) or group["amsgrad"] or group["maximize"]:
                return None
            if len({(p.device, p.dtype) for p in params}) > 1:
                return None
            keys = ("exp_avg", "exp_avg_sq", "step")
            collected.append((params, *([s[k] for s in states] for k in keys)))
        return collected


def _fused_step(
    params: list[Tensor],
    grads: list[Any],
    means: list[Tensor],
    squares: list[Tensor],
    steps: list[Tensor],
    group: dict[str, Any],
) -> None:
    beta1, beta2 = group["betas"]
    with torch.no_grad():
        torch._foreach_add_(steps, 1)
        torch._fused_adamw_(
            params,
            grads,
            means,
            squares,
            [],
            steps,
            lr=group["lr"],
            beta1=beta1,
            beta2=beta2,
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
    means, squares, steps = torch.zeros(3), torch.zeros(3), torch.zeros(())
    gradient = torch.tensor([1.0, -2.0, 0.5])
    public.grad = gradient.clone()
    try:
        for _ in range(2):
            reference.step()
            _fused_step(
                [lean],
                [gradient],
                [means],
                [squares],
                [steps],
                reference.param_groups[0],
            )
    except (AttributeError, TypeError, RuntimeError):
        return False
    return torch.equal(lean.detach(), public.detach())


OPTIMIZERS: dict[str, Any] = {
    "adamw": LeanAdamW,
    "adam": partial(torch.optim.Adam, fused=True),
    "sgd": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
}


def make_optimizer(optimizer: Any, weight_decay: float) -> Callable[..., Any]:
    """Return the optimizer as a function of parameters and ``lr``.

    Parameters
    ----------
    optimizer : str or class
        A name, or a class of ``torch.optim``.
    weight_decay : float
        Passed on.
    """
    if isinstance(optimizer, type) and issubclass(optimizer, torch.optim.LBFGS):
        raise ValueError(
            "optimizer=LBFGS evaluates a batch several times a step, which methods "
            "with a memory cannot bear; use 'adamw', 'adam' or 'sgd'."
        )
    made = OPTIMIZERS[optimizer] if isinstance(optimizer, str) else optimizer
    return partial(made, weight_decay=weight_decay)
