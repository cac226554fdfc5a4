"""Early-learning regularization: learn from labels of which a part is wrong."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from .._base import Penalty, is_off
from .._fit_state import FitInfo, Step
from .._precision import at_least_single
from .._requirements import Requirement
from .._sample_table import SampleTable
from ._disagreement import Disagreement
from ._elr_auto import BETA, automatic_eps
from ._elr_terms import clipped, clipped_probabilities, elr_term, normalized, unbound


@parameters
class ELR(Penalty):
    """Early-learning regularization: do not unlearn what was learnt first.

    A net learns the right labels before it memorises the wrong ones. The penalty
    keeps an average of the predictions for every training row and rewards agreement
    with it, which cancels the pull of labels that contradict it. The term is
    negative, and so may be the training loss; do not stop early on noisy labels.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    skreg.ELRClassifier : The classifier with this penalty.
    elr_loss : The same as a function of tensors.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020, eq. 6.
    .. [2] C. Northcutt, L. Jiang, I. Chuang. "Confident Learning: Estimating
       Uncertainty in Dataset Labels", Journal of Artificial Intelligence Research 70,
       2021, eq. 2, for the confidence in a class.
    .. [3] G. Patrini, A. Rozza, A. K. Menon, R. Nock, L. Qu. "Making Deep Neural
       Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017, theorem
       2, for the forward correction; how the matrix is estimated is our own.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import ELR, Mixup
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(regularizers=[ELR(strength=2), Mixup()])
    >>> net.set_params(elr__beta=0.7, random_state=0).fit(X, y).score(X, y) > 0.9
    True
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset(
        {Requirement.CLASSIFICATION, Requirement.TWO_CLASSES}
    )
    remembers: ClassVar[bool] = True

    strength: Annotated[
        float | str | Tensor,
        StrOptions({"auto"}),
        Interval(Real, 0, None, closed="left"),
        Tensor,
        Doc(
            "float or 'auto'",
            "Factor of the penalty; about 1 for few wrong labels, 3 to 5 for many. "
            "'auto' is 5 for up to 10 classes, less for more (3 for 26), down to 0.3 "
            "of it where the inputs of many rows are alike, and falls to 0 with the "
            "share of the labels that the averages contradict, from a fifth on. "
            "At 0 the net is the plain one, but its predictions are still averaged.",
        ),
    ] = "auto"  # type: ignore[assignment]
    beta: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="left"),
        Doc(
            "float or 'auto'",
            "Momentum of the averaged predictions, counted in visits of a row: "
            "after k epochs they weigh 1 - beta**k. 'auto' is 0.85.",
        ),
    ] = "auto"
    eps: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 0.5, closed="neither"),
        Doc(
            "float or 'auto'",
            "Probabilities are clipped to [eps, 1 - eps]; below 1 / n_classes. The "
            "term makes no prediction surer than that. 'auto' is 0.1 / n_classes, "
            "and up to 0.4 / n_classes in the term where few labels are "
            "contradicted, as in ELRClassifier; the default is the published one.",
        ),
    ] = 1e-4

    class_adjustment: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc(
            "float",
            "Power of the confidence in a class (the mean probability of the label "
            "over the rows labelled so) that predictions are divided by before they "
            "are averaged. At 0, as published, a class that often lost its label, or "
            "is rare and hard, is taken for noise; at 1 all are believed alike.",
        ),
    ] = 0.0

    forward_correction: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="both"),
        Doc(
            "float or 'auto'",
            "How far a label is replaced by the classes that it may stand for: by the "
            "prediction and by the noise transition matrix, which is estimated after "
            "about a dozen epochs. At 0, as published, it is not; at 1 the loss is "
            "that of the label given the matrix. 'auto' is 1, down to 0 where the "
            "inputs of many rows are alike. Rows that are mixed, or whose targets a "
            "method before this one refined, keep their targets.",
        ),
    ] = 0.0

    exchange: Annotated[
        bool,
        "boolean",
        Doc(
            "bool",
            "Whether each member of an ensemble keeps the predictions of the one "
            "before it instead of its own, as the two nets of ELR+ do; those of the "
            "averaged weights where a WeightAverage of fixed decay is there, too.",
        ),
    ] = False

    table_: Annotated[
        SampleTable,
        Doc(
            "SampleTable",
            "Averaged predictions of the training rows, n_samples by n_classes.",
        ),
    ] = field(init=False)

    watch_: Disagreement | None = field(init=False)

    @property
    def disagreement_(self) -> float:
        """Share of the labels that the averages contradict, where it is watched."""
        if self.watch_ is None:
            raise AttributeError(
                "disagreement_ is watched only where strength or eps is 'auto', or "
                "class_adjustment or forward_correction above 0."
            )
        return self.watch_.share

    def setup(self, info: FitInfo) -> None:
        """Start with an empty memory of all training rows."""
        if not isinstance(self.eps, str) and self.eps * info.n_outputs >= 1:
            raise ValueError(
                f"ELR: eps={self.eps} must be below 1 / n_classes = "
                f"{1 / info.n_outputs:.3g}; lower eps."
            )
        if self.exchange and (info.n_members or 1) < 2:
            raise ValueError(
                "ELR: exchange=True needs at least two nets; set n_members=2, or "
                "n_networks=2 of ELRClassifier."
            )
        self.table_ = info.sample_table()
        corrections = self.class_adjustment, self.forward_correction
        automatic = isinstance(self.strength, str) or isinstance(self.eps, str)
        self.watch_ = None
        if (automatic or any(value != 0 for value in corrections)) and not is_off(self):
            bound = self._bound(info.n_outputs)
            self.watch_ = Disagreement(info, self._momentum, bound, *corrections)

    def resume(self, info: FitInfo) -> None:
        """Go on with the memory of the earlier fit."""
        earlier = self.table_, self.watch_
        self.setup(info)
        self.table_ = earlier[0].to(info.device)
        if self.watch_ is not None and earlier[1] is not None:
            self.watch_ = earlier[1].to(info.device)
            self.watch_.set(self.class_adjustment, self.forward_correction)

    def mix(self, step: Step) -> None:
        """Note the labels as they are given, before others mix or refine them."""
        if self.watch_ is not None:
            self.watch_.note(step)

    def refine(self, step: Step) -> None:
        """Replace labels by the classes that they may stand for."""
        watch = self.watch_
        if watch is None or not watch.is_correcting or step.target.is_floating_point():
            return
        p = at_least_single(step.output.detach()).softmax(-1)
        corrected = watch.corrected(p, step.target)
        if isinstance(self.strength, Tensor):  # members at 0 are plain ones
            plain = (self.strength == 0).to(corrected.device).reshape(-1, 1, 1)
            corrected = torch.where(plain, step.soft_target(), corrected)
        step.target = corrected

    def penalty(self, step: Step) -> Tensor:
        """Average the new predictions, then compare with the average."""
        watch, kept = self.watch_, self._bound(step.n_outputs)
        p = at_least_single(step.output).softmax(-1)
        own = clipped(p, kept)
        others = self._others(step)
        seen = own if others is None else clipped_probabilities(others, kept)
        if watch is not None:
            seen = watch.confidence.adjusted(seen)
        target = self.table_.average(step.index, normalized(seen), self._momentum)
        if step.mixings:
            target = step.blend(self.table_)
        pushed = kept if watch is None or self.eps != "auto" else watch.eps
        if pushed != kept:
            own = clipped(p, pushed)
        if watch is None:
            return elr_term(own, target, weight=step.weight)
        strength = watch.strength if isinstance(self.strength, str) else 1.0
        term = elr_term(own, target, strength=strength, weight=step.weight)
        watch.watch(self.table_)
        return term

    def _others(self, step: Step) -> Tensor | None:
        """Return the outputs to remember, None if it is those of the step itself."""
        if self.exchange:
            return step.teacher_output().roll(1, 0)
        return step.unmixed_output() if step.mixings else None

    def targets(self) -> NDArray[np.float64]:
        """Return the memory as class probabilities, the mean over the nets.

        The bound `eps` is taken out again, so that they span [0, 1].

        Returns
        -------
        targets : ndarray of shape (n_samples, n_classes)
            Rows sum to 1; those of rows never visited to 0.
        """
        mass = self.table_.numpy().astype(np.float64)
        mass = mass.reshape(-1, *mass.shape[-2:]).mean(axis=0)
        total = mass.sum(axis=1, keepdims=True)
        shares = mass / np.where(total > 0, total, 1.0)
        free = unbound(shares, self._bound(shares.shape[-1]))
        return free / np.where(total > 0, free.sum(axis=1, keepdims=True), 1.0)

    def judged(self, targets: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weigh targets by where wrong labels come from; NaN for rows never visited."""
        if self.watch_ is None:
            return targets
        beliefs = torch.from_numpy(targets).to(self.table_.values)
        return self.watch_.judged(beliefs).numpy(force=True).astype(np.float64)

    def trust(self) -> NDArray[np.float64] | None:
        """Return how probable the labels are, a mean in which epoch k counts k times.

        It is without `class_adjustment`, which would rank a rare class before others.

        Returns
        -------
        trust : ndarray of shape (n_samples,) or None
            NaN for rows never visited. None where `disagreement_` is not watched, and
            before all rows were seen twice.
        """
        if self.watch_ is None or not self.watch_.transition.n_judged:
            return None
        return self.watch_.trust().numpy(force=True).astype(np.float64)

    def transition_matrix(self) -> NDArray[np.float64] | None:
        """Return the estimated probabilities of the labels of each class.

        Returns
        -------
        matrix : ndarray of shape (n_classes, n_classes) or None
            Row i has the probabilities of the labels that rows of class i got. None
            where `disagreement_` is not watched, and before about the twelfth epoch.
        """
        matrix = None if self.watch_ is None else self.watch_.transition.matrix
        return None if matrix is None else matrix.numpy().astype(np.float64)

    def _bound(self, n_classes: int) -> float:
        return automatic_eps(n_classes) if isinstance(self.eps, str) else self.eps

    @property
    def _momentum(self) -> float:
        return BETA if isinstance(self.beta, str) else self.beta
