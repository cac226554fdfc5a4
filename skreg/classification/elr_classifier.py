"""Classification when part of the labels is wrong."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .._estimator._composition import named_regularizers
from .._estimator._inputs import GivenRows
from .._estimator._roles import NetClassifier
from .._estimator._session import Session
from .._parameters import defaults, field, parameters
from .._sklearn import check_pandas_support
from .._types import Array
from ..regularizers import ELR, Mixup, Regularizer, SwapNoise, WeightAverage
from . import _elr_parameters as declared
from ._label_report import judge_labels

# Epochs before which averages say little about rare classes.
_MATURE = 20
# Weight (in rows) below which a class may well be lost.
_FEWEST_ROWS = 10


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
class ELRClassifier(NetClassifier):
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

    strength: declared.Strength = "auto"
    beta: declared.Beta = "auto"
    class_adjustment: declared.ClassAdjustment = 0.5
    forward_correction: declared.ForwardCorrection = "auto"
    n_networks: declared.NNetworks = 1
    ema_decay: declared.EmaDecay = "auto"
    mixup_alpha: declared.MixupAlpha = 0.0
    swap_rate: declared.SwapRate = "auto"

    targets_: declared.Targets = field(init=False)
    label_quality_: declared.LabelQuality = field(init=False)
    label_issues_: declared.LabelIssues = field(init=False)
    suggested_labels_: declared.SuggestedLabels = field(init=False)
    label_noise_rate_: declared.LabelNoiseRate = field(init=False)
    transition_matrix_: declared.TransitionMatrix = field(init=False)

    def find_label_issues(self) -> Any:
        """Return what is known of the training labels, as a table.

        The columns are those of cleanlab's method of this name. Needs pandas.

        Returns
        -------
        issues : DataFrame of shape (n_samples, 4)
            A row for every training row, in their order and with the index of X, if
            it has one, with the columns

            is_label_issue : bool
                Whether another label is more likely.
            label_quality : float
                Trust in the given label, in [0, 1].
            given_label : object
                The label passed to `fit`.
            predicted_label : object
                The most likely one.

        Raises
        ------
        ImportError
            If pandas is not installed.
        sklearn.exceptions.NotFittedError
            If `fit` has not been called.

        Examples
        --------
        >>> from sklearn.datasets import load_wine
        >>> from skreg import ELRClassifier
        >>> X, y = load_wine(return_X_y=True)
        >>> y[7] = 2
        >>> issues = ELRClassifier(random_state=0).fit(X, y).find_label_issues()
        >>> int(issues["label_quality"].argmin())
        7
        """
        check_is_fitted(self)
        pandas = check_pandas_support(f"{type(self).__name__}.find_label_issues")
        return pandas.DataFrame(
            index=self._row_names,
            data={
                "is_label_issue": self.label_issues_,
                "label_quality": self.label_quality_,
                "given_label": self.classes_[self._given],
                "predicted_label": self.suggested_labels_,
            },
        )

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

    def _open(self, given: GivenRows, resume: bool, partly: bool) -> Session:
        session = super()._open(given, resume, partly)
        # As an array, which all formats of files can hold.
        has_index = hasattr(given.X, "iloc") and hasattr(given.X, "index")
        self._row_names = np.asarray(given.X.index) if has_index else None
        return session

    def _finish(self, session: Session) -> None:
        """Publish the memory."""
        elr = self.regularizers_["elr"]
        assert isinstance(elr, ELR)
        averages, given = elr.targets(), session.table.learnt
        judged, trust = elr.judged(averages), elr.trust()
        unseen = averages.sum(axis=1) == 0
        if unseen.any():
            own = self._forward(session.table.inputs[unseen])
            averages[unseen] = self.target_.probabilities(own)
        report = judge_labels(given, averages, judged, trust, unseen)
        self._given = given
        self.targets_ = report.targets
        self.label_quality_ = report.quality
        self.label_issues_ = report.is_issue
        self.suggested_labels_ = self.classes_[report.best]
        self.label_noise_rate_ = report.noise_rate(session.table.rows.counted)
        self.transition_matrix_ = elr.transition_matrix()
        if self.n_iter_ >= max(self.max_epochs, _MATURE) and self.strength != 0:
            self._warn_of_lost_classes(self.targets_.argmax(axis=1), session)

    def _warn_of_lost_classes(self, best: Array, session: Session) -> None:
        """Warn if all rows of a class are taken for mislabelled."""
        rows = session.table.rows
        given, n_classes = session.table.learnt[rows.train], len(self.classes_)
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
