"""What the codecs of all targets have in common."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from .._training._losses import Criterion
from ._emphasis import Emphasis


class Codec:
    """The way from a target to what a net learns, for targets that ask for nothing.

    Attributes
    ----------
    criterion : callable
        The loss.
    has_head : bool
        Whether outputs are made by the last layer of the net.
    prior_rows : int
        Rows that weight decay is worth by default.
    emphasis : Emphasis
        How much rare targets count.
    """

    criterion: Criterion
    has_head = True
    n_classes: Any = None
    prior_rows = 1000
    emphasis = Emphasis()

    @property
    def training_criterion(self) -> Criterion:
        """The loss that is trained: the criterion itself."""
        return self.criterion

    @property
    def validation_criterion(self) -> Criterion:
        """The loss of validation: the criterion itself."""
        return self.criterion

    def known_of(self, target: NDArray[Any]) -> dict[str, Any]:
        """Return what regularizers may know of the targets: nothing."""
        return {}

    def scale(self, target: NDArray[Any], weight: Any) -> None:
        """Learn no scale."""

    def transform(self, target: NDArray[Any]) -> NDArray[Any]:
        """Return the encoded targets as they are."""
        return target

    def strata(self, target: NDArray[Any]) -> NDArray[Any] | None:
        """Split at random."""
        return None
