"""Classifiers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from ._estimator._composition import named_regularizers
from ._estimator._label_issues import LabelJudge
from ._estimator._roles import NetClassifier
from ._estimator._session import Session
from ._parameters import Doc, Interval, StrOptions, defaults, field, parameters
from .regularizers import ELR, Mixup, Regularizer, SwapNoise, WeightAverage

__all__ = ["ELRClassifier", "RegularizedClassifier"]

# Epochs before which averages say little about rare classes.
_MATURE = 20
# Weight (in rows) below which a class may well be lost.
_FEWEST_ROWS = 10


@parameters
@defaults(dropout=0.1, lr=8e-3)
class RegularizedClassifier(NetClassifier):
    """A neural net for classification, with any regularizers.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    ELRClassifier : Classification when part of the labels is wrong.
    RegularizedRegressor : The same for numbers.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import LabelSmoothing, Mixup
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(
    ...     regularizers=[Mixup(), LabelSmoothing()], random_state=0
    ... )
    >>> net.set_params(mixup__strength=0.5).fit(X, y).score(X, y) > 0.95
    True
    """


@parameters
@defaults(
    hidden_layer_sizes=(128, 128),
    activation="gelu",
    lr=2e-3,
    lr_schedule="constant",
    max_epochs=60,
    weight_decay=0.2,
    scaling="standard",
    numeric_embedding=None,
    wide=False,
)
class ELRClassifier(LabelJudge):
    """A neural net that learns well although part of the labels is wrong.

    Early-learning regularization keeps what the net learnt before it began to
    memorise wrong labels, and labels are corrected by what was found of how they went
    wrong. One training gives a classifier and a quality score for every training
    label. :meth:`find_label_issues` shows the labels not believed in.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    skreg.regularizers.ELR : The penalty on its own.
    RegularizedClassifier : The same net with any other regularizers.

    Notes
    -----
    Leave `early_stopping` off: validation labels would be as wrong as the others.
    The penalty is negative, and falls as predictions become surer.

    Some defaults are not those of `RegularizedClassifier`, because early learning
    must be told from memorising: curves of numbers and additive terms fit single rows
    within a few epochs, and so do large nets with large steps.

    A warning is given if no row is taken for a class that has labels: the penalty
    was too strong for it, often because it is rare.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020.
    .. [2] G. Patrini, A. Rozza, A. K. Menon, R. Nock, L. Qu. "Making Deep Neural
       Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_wine
    >>> from skreg import ELRClassifier
    >>> X, y = load_wine(return_X_y=True)
    >>> wrong = np.random.default_rng(0).permutation(len(y))[:50]
    >>> noisy = y.copy()
    >>> noisy[wrong] = (y[wrong] + 1) % 3
    >>> net = ELRClassifier(random_state=0).fit(X, noisy)
    >>> net.score(X, y) > 0.9
    True
    >>> suspects = np.argsort(net.label_quality_)[:50]
    >>> np.isin(suspects, wrong).mean() > 0.8
    np.True_
    >>> net.find_label_issues().columns.tolist()
    ['is_label_issue', 'label_quality', 'given_label', 'predicted_label']
    """

    strength: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float or 'auto'",
            "Factor of the penalty; 0 equals the plain net of the same parameters, "
            "bit for bit. 'auto' is 5 for up to 10 classes, less for more (3 for "
            "26), as long as a fifth of the labels are contradicted by the averaged "
            "predictions, and falls to 0 with their share. It is down to 0.3 of that "
            "where the inputs of many rows are so alike that labels are learnt slowly.",
        ),
    ] = "auto"
    beta: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="left"),
        Doc("float or 'auto'", "Momentum of the averaged predictions; 'auto' is 0.85."),
    ] = "auto"
    class_adjustment: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc(
            "float",
            "How far the averages make up for a lower confidence in a class that lost "
            "labels to another one, or is rare: 0 not at all, 1 entirely. More is "
            "better where labels went wrong in one direction, 0 where a rare class "
            "is hard and labels went wrong evenly.",
        ),
    ] = 0.5
    forward_correction: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="both"),
        Doc(
            "float or 'auto'",
            "How far a label is replaced by the classes that it may stand for, by the "
            "prediction and the transition matrix, after about a dozen epochs: 0 not "
            "at all, 1 entirely. 'auto' is 1, down to 0 where the inputs of many "
            "rows are alike. Mixed rows (`mixup_alpha`) keep their labels.",
        ),
    ] = "auto"
    n_networks: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc(
            "int",
            "Nets that refine each other's targets, trained as one: each remembers "
            "the predictions of another, and predictions are their mean. ELR+ has 2. "
            "Not to be combined with `n_members`, whose nets are independent.",
        ),
    ] = 1
    ema_decay: Annotated[
        float | str | None,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="left"),
        None,
        Doc(
            "float, 'auto' or None",
            "Momentum, a step, of the moving average of the weights that predicts in "
            "their place; None keeps the weights themselves. A number also lets it "
            "teach the other nets, as in ELR+. 'auto' is 0.99 (less for fewer than "
            "1,000 steps), and None at strength 0, with `early_stopping` and with a "
            "`WeightAverage` in `regularizers`.",
        ),
    ] = "auto"
    mixup_alpha: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float",
            "Parameter of `Mixup`: rows, labels and averaged predictions are mixed "
            "in pairs. ELR+ has 1; 0 mixes nothing.",
        ),
    ] = 0.0
    swap_rate: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="left"),
        Doc(
            "float or 'auto'",
            "Share of the inputs that `SwapNoise` replaces by those of other rows, "
            "against learning rows by heart; 0 is none. 'auto' is up to 0.15, as far "
            "as predictions bear it, and 0 at strength 0, with `early_stopping` and "
            "with a `SwapNoise` in `regularizers`.",
        ),
    ] = "auto"

    transition_matrix_: Annotated[
        NDArray[np.float64] | None,
        Doc(
            "ndarray of shape (n_classes, n_classes) or None",
            "Estimated noise: row i has the probabilities of the labels that rows of "
            "class i got. Rows count by their weights, `class_weight` included. None "
            "at strength 0 and after less than a dozen epochs.",
        ),
    ] = field(init=False)

    @property
    def _given_members(self) -> int | None:
        return self.n_networks if self.n_networks > 1 else self.n_members

    def _single(self) -> dict[str, Any]:
        return {**super()._single(), "n_networks": 1}

    def _preset(self) -> Mapping[str, Regularizer]:
        if self.n_networks > 1 and self.n_members not in (None, self.n_networks):
            raise ValueError(
                f"ELRClassifier: n_networks={self.n_networks} nets that refine each "
                f"other are not n_members={self.n_members} independent ones; leave "
                "one of the two parameters alone."
            )
        preset: dict[str, Regularizer] = {
            "elr": ELR(
                strength=self.strength,
                beta=self.beta,
                eps="auto",
                class_adjustment=self.class_adjustment,
                forward_correction=self.forward_correction,
                exchange=self.n_networks > 1,
            )
        }
        decay, rate = self.ema_decay, self.swap_rate
        if decay == "auto" and not self._adds(WeightAverage):
            decay = None
        if rate == "auto" and not self._adds(SwapNoise):
            rate = 0.0
        if decay:
            preset["weightaverage"] = WeightAverage(decay=decay)
        if self.mixup_alpha:
            preset["mixup"] = Mixup(strength=self.mixup_alpha)
        if rate:
            preset["swapnoise"] = SwapNoise(rate=rate)
        return preset

    def _adds(self, method: type[Regularizer]) -> bool:
        """Whether a method joins the penalty if nothing is said of it."""
        others = named_regularizers(self.regularizers)
        taken = any(isinstance(other, method) for _, other in others)
        return self.strength != 0 and not self.early_stopping and not taken

    def _finish(self, session: Session) -> None:
        """Publish the memory."""
        elr = self.regularizers_["elr"]
        assert isinstance(elr, ELR)
        targets = elr.targets()
        self._judge(targets, session, elr.judged(targets), elr.trust())
        self.transition_matrix_ = elr.transition_matrix()
        if self.n_iter_ >= max(self.max_epochs, _MATURE) and self.strength != 0:
            self._warn_of_lost_classes(self.targets_.argmax(axis=1), session)

    def _warn_of_lost_classes(self, best: NDArray[np.intp], session: Session) -> None:
        """Warn if all rows of a class are taken for mislabelled."""
        rows = session.rows
        given, n_classes = session.target[rows.train], len(self.classes_)
        mass = np.bincount(given, rows.of_training(), minlength=n_classes)
        found = np.bincount(best[rows.train], minlength=n_classes)
        lost = self.classes_[(mass >= _FEWEST_ROWS) & (found == 0)].tolist()
        if lost:
            warnings.warn(
                f"ELRClassifier: no training row is taken for a member of the classes "
                f"{lost}, although labels say so: in targets_, others are always more "
                "likely. If these classes are real, lower strength (now "
                f"{self.strength!r}), raise beta (now {self.beta!r}) or "
                f"class_adjustment (now {self.class_adjustment!r}), or set "
                "class_weight='balanced' if they are rare.",
                UserWarning,
                stacklevel=2,
            )
