"""Rivals that take turns, so that all of them meet the same machine."""

import threading
import time
from collections.abc import Callable, Mapping
from statistics import median

import torch

Tick = Callable[[], None]


class Rival(threading.Thread):
    """A training that stops after some epochs and waits for its next turn.

    Parameters
    ----------
    train : callable
        Called once with a function, which it calls after every epoch.
    epochs : int
        Epochs of a turn.
    """

    def __init__(self, train: Callable[[Tick], object], epochs: int) -> None:
        super().__init__(daemon=True)
        self.train, self.epochs = train, epochs
        self.cpu: list[float] = []
        self.wall: list[float] = []
        self.n_ticks = 0
        self.result: object = None
        self.failure: BaseException | None = None
        self.go, self.back = threading.Semaphore(0), threading.Semaphore(0)

    def take_turn(self) -> None:
        """Let it run until it hands back."""
        if not self.ident:
            self.start()
        self.go.release()
        self.back.acquire()
        if self.failure:
            raise self.failure

    def run(self) -> None:
        """Train, in turns."""
        torch.set_num_threads(1)
        self.go.acquire()
        self._start_clocks()
        try:
            self.result = self.train(self._tick)
        except BaseException as error:
            self.failure = error
        self.back.release()

    def _tick(self) -> None:
        self.n_ticks += 1
        if self.n_ticks % self.epochs:
            return
        self.cpu.append(time.thread_time() - self.cpu_start)
        self.wall.append(time.perf_counter() - self.wall_start)
        self.back.release()
        self.go.acquire()
        self._start_clocks()

    def _start_clocks(self) -> None:
        self.cpu_start, self.wall_start = time.thread_time(), time.perf_counter()


def take_turns(
    trainings: Mapping[str, Callable[[Tick], object]], *, turns: int, epochs: int
) -> dict[str, Rival]:
    """Let all rivals train for ``turns * epochs`` epochs, a turn after the other.

    Only one runs at a time. What else the machine does hits all of them alike:
    ratios of neighbouring turns hold although the times themselves drift.
    """
    rivals = {name: Rival(train, epochs) for name, train in trainings.items()}
    for _ in range(turns + 1):  # in the last one they clean up and return
        for rival in rivals.values():
            rival.take_turn()
    return rivals


def ratio(rival: Rival, peer: Rival, clock: str = "cpu") -> float:
    """Return the median over the turns of time by time of the peer.

    The first turn, in which everybody sets up, does not count.
    """
    pairs = zip(getattr(rival, clock)[1:], getattr(peer, clock)[1:], strict=True)
    return median(own / other for own, other in pairs)
