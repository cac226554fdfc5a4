"""The number of torch's threads for the time of a fit or prediction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

# Below this many multiply-adds a batch, splitting it costs more than it saves.
_WORTH_SPLITTING = 2**27


class _Scope:
    """Counts who is inside, so that the last one out restores the number.

    The number is global in torch's matrix routines: when several threads fit at
    once, none may restore it under the feet of the others.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0
        self.original = 1

    def enter(self, n_threads: int) -> None:
        with self.lock:
            if self.inside == 0:
                self.original = torch.get_num_threads()
            self.inside += 1
            if torch.get_num_threads() != n_threads:
                torch.set_num_threads(n_threads)

    def leave(self) -> None:
        with self.lock:
            self.inside -= 1
            if self.inside == 0 and torch.get_num_threads() != self.original:
                torch.set_num_threads(self.original)


_SCOPE = _Scope()


@contextmanager
def torch_threads(n_threads: int | None, work: float) -> Iterator[None]:
    """Run with so many threads of torch, then restore the number.

    Parameters
    ----------
    n_threads : int or None
        None takes one thread for small batches and leaves the number as it is for
        large ones: workers of joblib have been given one thread for a reason.
    work : float
        Multiply-adds of a batch.
    """
    if n_threads is None:
        n_threads = 1 if work < _WORTH_SPLITTING else torch.get_num_threads()
    _SCOPE.enter(n_threads)
    try:
        yield
    finally:
        _SCOPE.leave()
