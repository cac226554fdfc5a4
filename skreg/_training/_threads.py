"""The number of torch's threads for the time of a fit or prediction."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import torch

# Below this many multiply-adds a batch (some 20 ms a step on one core) one thread is
# the better bet. Two take 0.6 to 1.1 of its time on two idle cores, but 1.3 to 18 times
# as long where other jobs hold the cores, since they wait for each other.
_WORTH_SPLITTING = 2**27


class _Visitors:
    """Who is inside, and the number from before.

    Torch has a number for every thread, and gives the last one set to threads that
    are new to torch. A thread that comes while others are inside may have theirs: it
    goes back to the number that the first one had.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.depths: Counter[int] = Counter()
        self.original = 1

    def enter(self) -> int:
        """Return the number to go back to."""
        current, me = torch.get_num_threads(), threading.get_ident()
        with self.lock:
            if not self.depths:
                self.original = current
            self.depths[me] += 1
            return current if self.depths[me] > 1 else self.original

    def leave(self) -> None:
        """Forget this visit."""
        me = threading.get_ident()
        with self.lock:
            self.depths[me] -= 1
            if not self.depths[me]:
                del self.depths[me]


_VISITORS = _Visitors()


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
    before = _VISITORS.enter()
    if n_threads is None:
        n_threads = 1 if work < _WORTH_SPLITTING else before
    try:
        _set_threads(n_threads)
        yield
    finally:
        _set_threads(before)
        _VISITORS.leave()


def _set_threads(n_threads: int) -> None:
    if torch.get_num_threads() != n_threads:
        torch.set_num_threads(n_threads)
