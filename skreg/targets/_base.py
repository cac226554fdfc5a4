"""The contract of a target: from y to what a net learns, and back to answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from torch import Tensor

from .._fitted_state import Savable
from .._training._losses import squared_error
from .._types import Array, Floats


class Target(Savable, BaseEstimator, ABC):
    """What a net learns of y, and how its outputs become predictions.

    A target is to `loss` what a regularizer is to `regularizers`: one object. The
    constructor stores parameters and does nothing else; a fit works on a clone, which
    ends up in the estimator's ``target_``. Members stand here in the order of a fit,

    ``read -> learn -> encode -> weigh -> strata -> scale -> transform -> (n_outputs,
    criterion) -> combine -> decode -> score``

    where a fit that goes on from another one calls :meth:`resume` in place of
    :meth:`learn` and :meth:`scale`. What is learnt is kept in attributes that end
    with an underscore. Most targets are numbers: derive from :class:`NumericTarget`,
    which needs a criterion and, if outputs are not in the units of the scaled
    targets, a link.

    Attributes
    ----------
    has_head : bool
        Whether outputs are made by the last layer of the net.
    prior_rows : int
        Rows that weight decay is worth by default.
    n_classes : int or None
        Number of classes; None if the target is not one of several classes.

    See Also
    --------
    NumericTarget : Numbers; the base of most targets of one's own.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}
    has_head: ClassVar[bool] = True
    prior_rows: ClassVar[int] = 1000
    n_classes: Any = None

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuse a class that decodes in its own way and averages in another's.

        Outputs of several members would be averaged before they are decoded, which
        for logarithms, say, is silently wrong.
        """
        super().__init_subclass__(**options)
        if "decode" in vars(cls) and "combine" not in vars(cls):
            raise TypeError(
                f"{cls.__name__} has its own decode, so it needs its own combine: what "
                "makes one output of those of several members."
            )

    @abstractmethod
    def read(self, y: ArrayLike) -> Array:
        """Return y as a checked array.

        Parameters
        ----------
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            As users pass it.

        Returns
        -------
        values : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Labels, or a matrix of finite numbers.

        Raises
        ------
        ValueError
            If y is not what the target is for.
        """

    @abstractmethod
    def learn(self, values: Array, classes: ArrayLike | None = None) -> None:
        """Learn the classes or the number of targets, in a first fit.

        Parameters
        ----------
        values : ndarray of shape (n_samples,) or (n_samples, n_targets)
            What :meth:`read` returned.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever be seen.
        """

    def resume(self, previous: Any, classes: ArrayLike | None = None) -> None:
        """Take over what an earlier fit learnt.

        Parameters
        ----------
        previous : Target
            The target of the earlier fit.
        classes : array-like of shape (n_classes,), default=None
            Labels that users named again.

        Raises
        ------
        ValueError
            If the earlier fit had another kind of target.
        """
        if type(previous) is not type(self):
            raise ValueError(
                "loss or balance ask for another kind of output than in the first "
                "fit; set them back, or fit anew with warm_start=False."
            )
        for name, value in vars(previous).items():
            if name.endswith("_"):
                setattr(self, name, value)

    @abstractmethod
    def encode(self, values: Array) -> Array:
        """Return class indices or numbers, checked against what was learnt.

        Parameters
        ----------
        values : ndarray of shape (n_samples,) or (n_samples, n_targets)
            What :meth:`read` returned.

        Returns
        -------
        encoded : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Of one of the types that torch knows.
        """

    def weigh(self, encoded: Array, sample_weight: Floats | None) -> Floats | None:
        """Return the weights of the rows, here those of the user.

        Parameters
        ----------
        encoded : ndarray of shape (n_samples,) or (n_samples, n_targets)
            What :meth:`encode` returned.
        sample_weight : ndarray of shape (n_samples,) or None
            Weights of the user, None for equal ones.
        """
        return sample_weight

    def strata(self, encoded: Array) -> Array | None:
        """Return classes whose shares a split keeps, None to split at random.

        Parameters
        ----------
        encoded : ndarray of shape (n_samples,) or (n_samples, n_targets)
            What :meth:`encode` returned.
        """
        return None

    def scale(self, encoded: Array, weight: Floats | None) -> None:
        """Learn scales from the rows that train, in a first fit.

        Parameters
        ----------
        encoded : ndarray of shape (n_train,) or (n_train, n_targets)
            Targets of these rows.
        weight : ndarray of shape (n_train,) or None
            Their weights, None for equal ones.
        """

    def transform(self, encoded: Array) -> Array:
        """Return the targets as the net learns them, here as they are.

        Parameters
        ----------
        encoded : ndarray of shape (n_samples,) or (n_samples, n_targets)
            What :meth:`encode` returned.
        """
        return encoded

    @property
    @abstractmethod
    def n_outputs(self) -> int:
        """Columns of the net's output."""

    @abstractmethod
    def criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the loss that is trained.

        Parameters
        ----------
        output : Tensor of shape (..., batch, n_outputs)
            Outputs of the net; those of several members have a leading axis.
        target : Tensor of shape (batch,) or (batch, n_targets)
            What :meth:`transform` returned, or what a regularizer made of it.
        reduction : {'none', 'mean'}, default='none'
            The losses of the rows, or their mean.

        Returns
        -------
        losses : Tensor of shape (..., batch) or (...,)
            Rows are averaged, members are not.
        """

    def validation_criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the loss of validation rows: by default the one that is trained."""
        return self.criterion(output, target, reduction=reduction)

    def error(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the error that is averaged over bins of the target, see ConR."""
        return self.validation_criterion(output, target, reduction=reduction)

    def visible(self, learnt: Array) -> Array | None:
        """Return the numbers that regularizers may compare rows by, None for classes.

        Parameters
        ----------
        learnt : ndarray of shape (n_samples,) or (n_samples, n_targets)
            What :meth:`transform` returned.
        """
        return None

    def predictions(self, output: Tensor) -> Tensor:
        """Return the predictions of each target, along a last axis of their own.

        Parameters
        ----------
        output : Tensor of shape (..., batch, n_outputs)
            Outputs of the net.

        Returns
        -------
        predictions : Tensor of shape (..., batch, n_targets, n_each)
            In the units of the learnt targets.
        """
        return output.unsqueeze(-1)

    @abstractmethod
    def combine(self, outputs: Tensor) -> Tensor:
        """Return one output for those of several members.

        Parameters
        ----------
        outputs : Tensor of shape (n_members, batch, n_outputs)
            Outputs of the members.

        Returns
        -------
        output : Tensor of shape (batch, n_outputs)
            What, decoded, is the prediction of all of them.
        """

    @abstractmethod
    def decode(self, output: Array) -> Array:
        """Return predictions, in the units and the shape of y.

        Parameters
        ----------
        output : ndarray of shape (n_samples, n_outputs)
            Outputs of the net.
        """

    @abstractmethod
    def score(self, y: ArrayLike, prediction: Array, weight: ArrayLike | None) -> float:
        """Return how good predictions are; 1 is best.

        Parameters
        ----------
        y : array-like
            As users pass it.
        prediction : ndarray
            What the estimator predicts.
        weight : array-like of shape (n_samples,) or None
            Sample weights.
        """

    def soften(self, output: Array) -> Array:
        """Return what a student learns of its teacher's output, here all of it.

        Parameters
        ----------
        output : ndarray of shape (n_samples, n_outputs)
            Outputs of the teacher.
        """
        return np.asarray(output)

    def student_criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the loss of a student, between its outputs and the softened ones."""
        return squared_error(output, target, reduction=reduction)

    def shown(self) -> str:
        """Return what users wrote to get this target."""
        return repr(self)
