"""Regression where the rare targets matter."""

from collections.abc import Mapping
from numbers import Real
from typing import Annotated, Any

import numpy as np

from .._estimator._emphasis import Emphasis
from .._estimator._roles import NetRegressor
from .._estimator._session import Session
from .._parameters import Doc, Interval, StrOptions, field, parameters
from .._training._net import RegularizedNet
from .._types import Floats
from ..regularizers import ConR, Regularizer
from ..regularizers.rare_targets.conr import Push, Temperature, Window
from ..targets import BalancedTarget, Target


@parameters
class ConRRegressor(NetRegressor):
    """A neural net for regression where the rare targets matter.

    Prices, claims, counts and demand are skewed: few rows have large targets, and
    those are the ones that a net predicts worst. With a `balance` between 0 and 1 one
    fit has the whole trade between frequent and rare targets, see `predict`; weights
    by rarity (`reweight`) fix it before training, at a higher price. ConR, which keeps
    the features of rare rows apart, is weak by default: on tables it is neutral at
    best.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    skreg.regularizers.ConR : The penalty on its own.
    skreg.preprocessing.label_weights : The weights.
    skreg.metrics.balanced_mean_absolute_error : The error that they improve.

    Notes
    -----
    All parameters are free of units: rescaling or shifting y changes predictions by
    just that. The balance divides the learnt distribution of the target given the
    inputs by the density of the training targets to that power [3]_.

    References
    ----------
    .. [1] M. Keramati, L. Meng, R. D. Evans. "ConR: Contrastive Regularizer for Deep
       Imbalanced Regression", ICLR 2024.
    .. [2] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021.
    .. [3] M. Saerens, P. Latinne, C. Decaestecker. "Adjusting the Outputs of a
       Classifier to New a Priori Probabilities", Neural Computation 14, 2002.

    Examples
    --------
    >>> from skreg import ConRRegressor
    >>> from skreg.datasets import load_abalone
    >>> X, y = load_abalone(return_X_y=True)
    >>> net = ConRRegressor(balance=0, max_epochs=10, random_state=0)
    >>> net = net.fit(X[::2], y[::2])
    >>> old = y[1::2] > 20
    >>> errors = [
    ...     abs(net.predict(X[1::2], balance=balance) - y[1::2])[old].mean()
    ...     for balance in (0, 0.5, 1)
    ... ]
    >>> errors[1] < 0.9 * errors[0], errors[2] < 0.6 * errors[0]
    (np.True_, np.True_)
    """

    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc(
            "float",
            "Factor of the penalty; 0 equals the plain net of the same parameters, bit "
            "for bit. More than 1 does harm, and is refused.",
        ),
    ] = 0.05
    window: Window = ConR.window
    temperature: Temperature = ConR.temperature
    push: Push = ConR.push
    reweight: Annotated[
        str | None,
        StrOptions({"sqrt_inverse", "inverse", "lds", "dense"}),
        None,
        Doc(
            "{'sqrt_inverse', 'inverse', 'lds', 'dense'} or None",
            "Weights by the rarity of the target, which multiply the sample weights, "
            "see :func:`skreg.preprocessing.label_weights`.",
        ),
    ] = None
    monitor: Annotated[
        str,
        StrOptions({"balanced", "loss"}),
        Doc(
            "{'balanced', 'loss'}",
            "What early stopping looks at: the mean absolute error (for quantiles, "
            "the loss), averaged over 40 equal bins of the target, or the loss of the "
            "rows.",
        ),
    ] = "balanced"
    balance: Annotated[
        float | str | None,
        Interval(Real, 0, 1, closed="both"),
        StrOptions({"auto"}),
        None,
        Doc(
            "float in [0, 1], 'auto' or None",
            "Where to stand between the natural error (0), in which frequent targets "
            "count most, and the balanced one (1), in which all values count alike. "
            "The net then also learns the distribution of the target given the "
            "inputs, which is tilted in prediction: one fit has all balances, see "
            "`predict`. 'auto' is the largest that costs at most `max_cost`. None "
            "leaves the distribution out.",
        ),
    ] = None
    max_cost: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float",
            "For `balance='auto'`, by which share the mean absolute error may rise "
            "over that of balance 0: 0.02 is 2 %. It is measured on validation rows, "
            "which are set aside as for early stopping, less a standard error; "
            "`partial_fit` takes the training rows.",
        ),
    ] = 0.02

    balance_: Annotated[
        float | None,
        Doc("float or None", "The balance of predictions."),
    ] = field(init=False)

    def predict(self, X: Any, *, balance: float | None = None) -> Floats:
        """Return predictions in the units of the training targets.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.
        balance : float, default=None
            Another balance than `balance_`, at least 0; more than 1 favours rare
            targets over frequent ones. The net must have been fitted with a balance.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Of the shape of the training targets.

        Raises
        ------
        ValueError
            If a balance is asked for, but the net was fitted without.
        """
        if balance is None:
            return super().predict(X)
        output = self._output(X)
        if self.balance_ is None:
            raise ValueError(
                f"predict cannot give balance={balance!r}: the net was fitted with "
                "balance=None; fit it with a number, such as 0, or with 'auto'."
            )
        if not (isinstance(balance, Real) and 0 <= balance < np.inf):
            raise ValueError(f"balance={balance!r} must be a number of at least 0.")
        values: Floats = self.target_.decode(output, balance)
        return values

    def _preset(self) -> Mapping[str, Regularizer]:
        conr = ConR(
            strength=self.strength,
            window=self.window,
            temperature=self.temperature,
            push=self.push,
        )
        return {"conr": conr}

    def _make_target(self) -> Target:
        target = super()._make_target()
        if self.balance is None:
            return target
        given = 0.0 if isinstance(self.balance, str) else self.balance
        return BalancedTarget.of(target, given)

    def _emphasis(self) -> Emphasis:
        return Emphasis(self.reweight, self.monitor == "balanced")

    def _held_out(self) -> float | None:
        if self.balance == "auto":
            return self.validation_fraction
        return super()._held_out()

    def _fitted(self, session: Session, net: RegularizedNet) -> dict[str, Any]:
        fitted = super()._fitted(session, net)
        return {**fitted, "balance_": getattr(fitted["target_"], "balance_", None)}

    def _finish(self, session: Session) -> None:
        """Choose the balance on the validation rows."""
        if self.balance != "auto":
            return
        rows, weight = session.table.rows, session.table.rows.weight
        judges = rows.train if rows.valid is None else rows.valid
        output = self._forward(session.table.inputs[judges])
        learnt = session.table.learnt[judges]
        weight = None if weight is None else weight[judges]
        self.target_.choose_balance(output, learnt, weight, self.max_cost)
        self.balance_ = self.target_.balance_
