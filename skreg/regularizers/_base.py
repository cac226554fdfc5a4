"""The regularizer and its six hooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Real
from typing import Annotated, Any, ClassVar

from sklearn.base import BaseEstimator
from torch import Tensor, nn

from .._fitted_state import Savable
from .._parameters import Doc, Interval, StrOptions, parameters
from ._fit_state import FitInfo, Step
from ._requirements import Requirement
from ._schedules import SCHEDULES, Schedule, checked_schedule

ScheduleName = str


class Regularizer(Savable, BaseEstimator):
    """Base class of every method: an object that plugs into a training step.

    The constructor stores hyper-parameters and nothing else, so an instance can be
    cloned and searched over. A fit works on its own clone: :meth:`setup` prepares
    it once, then every training step runs through the hooks in this order,

    ``mix -> forward -> refine -> reduce(criterion) -> + penalty -> backward ->
    transform_gradient -> optimizer``

    and :meth:`transform_module` is called once before the first step. All hooks do
    nothing by default; a method overrides those it needs. The set-up clones end up
    in the estimator's ``regularizers_``.

    Attributes
    ----------
    requires : frozenset of Requirement
        What must hold for the method to make sense; checked at ``fit``, before any
        training, with a message that names the class and the remedy.
    remembers : bool
        Whether :meth:`penalty` also updates a memory of the training rows. Such a
        penalty is still evaluated, without gradient, at strength 0.

    See Also
    --------
    Penalty : A regularizer that adds a term to the loss.

    Examples
    --------
    A method is one class. This one flips the sign of a random tenth of the inputs:

    >>> import torch
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import Regularizer
    >>> class SignFlip(Regularizer):
    ...     def mix(self, step):
    ...         keep = torch.rand(step.inputs.shape, generator=step.generator) > 0.1
    ...         step.inputs = torch.where(keep, step.inputs, -step.inputs)
    >>> RegularizedClassifier(regularizers=[SignFlip()]).get_params()["signflip"]
    SignFlip()
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}
    requires: ClassVar[frozenset[Requirement]] = frozenset()
    remembers: ClassVar[bool] = False

    def setup(self, info: FitInfo) -> None:
        """Prepare for one fit, for instance allocate memory.

        Parameters
        ----------
        info : FitInfo
            Sizes, device, precision and random numbers of the fit.
        """

    def resume(self, info: FitInfo) -> None:
        """Go on after an earlier fit (``warm_start``, ``partial_fit``).

        Fitted attributes are those of the earlier fit; by default they are set up
        anew. A method that remembers rows is resumed for the same rows only.

        Parameters
        ----------
        info : FitInfo
            As in :meth:`setup`; the device may have changed.
        """
        self.setup(info)

    def transform_module(self, module: nn.Module) -> nn.Module:
        """Change the net before training: its weights, layers or head.

        Parameters
        ----------
        module : torch.nn.Module
            The net.

        Returns
        -------
        module : torch.nn.Module
            The net to train; may be the same object.
        """
        return module

    def finish(self, module: nn.Module) -> nn.Module:
        """Clean up after training: undo transformations, drop what is not kept.

        Parameters
        ----------
        module : torch.nn.Module
            The trained net.

        Returns
        -------
        module : torch.nn.Module
            The net that predicts and that is pickled.
        """
        return module

    def mix(self, step: Step) -> None:
        """Change inputs, targets or weights of a batch before the forward pass.

        Parameters
        ----------
        step : Step
            Its ``inputs``, ``target`` and ``weight`` may be replaced.
        """

    def refine(self, step: Step) -> None:
        """Change the targets after the forward pass.

        Parameters
        ----------
        step : Step
            Its ``target`` may be replaced; ``output`` is known.
        """

    def reduce(self, losses: Tensor, step: Step) -> Tensor:
        """Combine the losses of the rows into one number.

        Parameters
        ----------
        losses : Tensor of shape (batch,)
            Loss of every row.
        step : Step
            For the sample weights.

        Returns
        -------
        loss : Tensor of shape ()
            The default is the weighted mean.
        """
        return step.mean(losses)

    def penalty(self, step: Step) -> Tensor:
        """Return the term to add to the loss, before ``strength`` and ``schedule``.

        Parameters
        ----------
        step : Step
            After the forward pass and the reduction of the losses.

        Returns
        -------
        term : Tensor of shape ()
            Differentiable with respect to the net's parameters.
        """
        raise NotImplementedError(f"{type(self).__name__} has no penalty")

    def transform_gradient(self, step: Step, terms: Mapping[str, Tensor]) -> None:
        """Change the gradients between the backward pass and the optimizer.

        Parameters
        ----------
        step : Step
            Gradients are in ``param.grad`` of ``step.module.parameters()``.
        terms : dict of str to Tensor
            The summands of the loss by name: ``"data"`` and the penalties.
        """


@parameters
class Penalty(Regularizer):
    """Base class of regularizers that add a term to the loss.

    Parameters
    ----------
    {parameters}
    """

    strength: Annotated[
        float | Tensor,
        Interval(Real, 0, None, closed="left"),
        Tensor,
        Doc("float", "Factor of the penalty. 0 equals the plain net bit for bit."),
    ] = 1.0
    schedule: Annotated[
        ScheduleName | Schedule,
        StrOptions(set(SCHEDULES)),
        callable,
        Doc(
            "str or callable",
            "Factor over the course of the fit: 'constant', 'linear_ramp', "
            "'quadratic_ramp', 'sigmoid_ramp', 'cosine_decay', or a function of the "
            "progress in [0, 1].",
        ),
    ] = "constant"


def scheduled_strength(regularizer: Regularizer) -> Callable[[float], Any]:
    """Return the factor of a penalty as a function of the progress."""
    strength = getattr(regularizer, "strength", 1.0)
    if isinstance(strength, str):  # then the method finds its factor itself
        strength = 1.0
    schedule = getattr(regularizer, "schedule", "constant")
    if schedule == "constant":
        return lambda progress: strength
    if isinstance(schedule, str):
        schedule = SCHEDULES[schedule]
    else:
        owner = f"schedule of {type(regularizer).__name__}"
        schedule = checked_schedule(schedule, owner)
    return lambda progress: strength * schedule(progress)


def is_off(regularizer: Regularizer) -> bool:
    """Whether the strength is the number 0, which switches a method off."""
    strength = getattr(regularizer, "strength", None)
    return isinstance(strength, Real) and strength == 0
