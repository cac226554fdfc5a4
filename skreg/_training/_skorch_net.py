"""What callbacks of skorch, and users of ``net_``, ask of a net besides its weights.

These are methods of :class:`RegularizedNet`: what is left of skorch's interface, to
predict and to be scored. They speak of encoded rows and of what the net has learnt:
class indices, or numbers in standardised units.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import ClassifierTags, RegressorTags, Tags
from skorch import NeuralNet
from torch import Tensor

from ._data import BatchIterator, TableDataset
from ._predict import block_rows, forward_blocks


class OutputReader(Protocol):
    """What reads outputs of a net: the target of the estimator."""

    n_classes: int | None

    def combine(self, outputs: Tensor, /) -> Tensor:
        """Return one output for those of several members."""

    def predictions(self, output: Tensor, /) -> Tensor:
        """Return the numbers that outputs stand for, along a last axis."""


def is_trained(net: Any) -> bool:
    """Whether the training is over, and what only it needs has been dropped."""
    return hasattr(net, "module_") and net.chain is None


def forward_iter(
    net: Any, X: Any, training: bool = False, device: str = "cpu"
) -> Iterator[Tensor]:
    """Yield the output for all rows; scoring callbacks put theirs in its place.

    Parameters
    ----------
    X : TableDataset or array-like of shape (n_samples, width)
        Encoded rows.
    training : bool, default=False
        Ignored: outputs are those of predictions.
    device : str, default='cpu'
        Where the output is to lie.
    """
    inputs = X.X if isinstance(X, TableDataset) else X
    if isinstance(inputs, Tensor):
        inputs = inputs.cpu().numpy()
    module = net.module_
    like = next(module.parameters())
    rows = np.ascontiguousarray(inputs, torch.empty(0, dtype=like.dtype).numpy().dtype)
    was_training = module.training
    try:
        output = forward_blocks(module.eval(), rows, block_rows(module), None)
    finally:
        module.train(was_training)
    yield torch.from_numpy(output).to(device)


def predict_proba(net: Any, X: Any) -> NDArray[Any]:
    """Return the probabilities of the classes; numbers where there are none.

    Parameters
    ----------
    X : TableDataset or array-like of shape (n_samples, width)
        Encoded rows.
    """
    output = torch.cat(list(net.forward_iter(X, training=False))).cpu()
    if net.target.n_classes is None:
        each = net.target.predictions(output)
        # Of several quantiles, the one in the middle.
        numbers: NDArray[Any] = each[..., each.shape[-1] // 2].numpy()
        return numbers
    probabilities: NDArray[Any] = net.target.probabilities(output.numpy())
    return probabilities


def predict(net: Any, X: Any) -> NDArray[Any]:
    """Return class indices, or numbers in the units that the net has learnt.

    Parameters
    ----------
    X : TableDataset or array-like of shape (n_samples, width)
        Encoded rows.
    """
    found = net.predict_proba(X)
    return found if net.target.n_classes is None else found.argmax(axis=1)


def score(net: Any, X: Any, y: Any) -> float:
    """Return the accuracy, or the share of the variation that is explained.

    Parameters
    ----------
    X : TableDataset or array-like of shape (n_samples, width)
        Encoded rows.
    y : array-like
        Class indices or learnt numbers.
    """
    judge = r2_score if net.target.n_classes is None else accuracy_score
    return float(judge(np.asarray(y), net.predict(X)))


def class_indices(net: Any) -> NDArray[Any]:
    """Class indices."""
    if net.target.n_classes is None:
        raise AttributeError("a net that predicts numbers has no classes_")
    return np.arange(net.target.n_classes)


def get_params_for_optimizer(net: Any, prefix: str, named_parameters: Any) -> Any:
    """Return what the optimizer takes: only parameters that gradients train.

    Parameters
    ----------
    prefix : str
        Of the options of the optimizer.
    named_parameters : iterable of (str, torch.nn.Parameter)
        All of the net. Callbacks see all of them, since they may unfreeze some.
    """
    trained = [pair for pair in named_parameters if pair[1].requires_grad]
    return NeuralNet.get_params_for_optimizer(net, prefix, trained)


def get_iterator(net: Any, dataset: TableDataset, training: bool = False) -> Any:
    """Return batches of encoded rows and targets.

    Parameters
    ----------
    dataset : TableDataset
        Rows.
    training : bool, default=False
        Ignored: rows keep their order.
    """
    return _Pairs(dataset, net.batch_size)


def get_loss(net: Any, y_pred: Tensor, y_true: Tensor, **kwargs: Any) -> Tensor:
    """Return the mean loss by which rows set aside are judged.

    Parameters
    ----------
    y_pred : Tensor of shape (n_samples, n_outputs)
        Outputs of the module.
    y_true : Tensor of shape (n_samples, ...)
        Class indices or learnt numbers.
    **kwargs
        Ignored.
    """
    return net.criterion_fn(y_pred, y_true, reduction="mean")


def refuse(net: Any, *args: Any, **kwargs: Any) -> NoReturn:
    """Refuse: a net is trained by its estimator."""
    raise RuntimeError(
        "net_ is a part of its estimator, which knows the rows, the losses and the "
        "regularizers: it cannot be trained, initialized, changed or cloned by "
        "itself. Call fit, partial_fit or set_params of the estimator, "
        "sklearn.base.clone(estimator) for a new one, or copy.deepcopy(estimator) "
        "for a fitted one."
    )


def initialize(net: Any) -> Any:
    """Prepare for training, which the estimator does once."""
    return refuse(net) if net.is_trained else NeuralNet.initialize(net)


def set_params(net: Any, **params: Any) -> Any:
    """Set parameters while training, and how much is printed.

    Parameters
    ----------
    **params : dict
        Names and values.
    """
    if net.is_trained and set(params) - {"verbose"}:
        refuse(net)
    return NeuralNet.set_params(net, **params)


def sklearn_tags(net: Any) -> Tags:
    """Say whether the net predicts classes or numbers: scorers ask."""
    tags = NeuralNet.__sklearn_tags__(net)
    if net.target.n_classes is None:
        tags.estimator_type = "regressor"
        tags.regressor_tags = RegressorTags()
    else:
        tags.estimator_type = "classifier"
        tags.classifier_tags = ClassifierTags()
    return tags


class _Pairs:
    """Batches as skorch has them, of encoded rows and targets alone."""

    def __init__(self, dataset: TableDataset, batch_size: int) -> None:
        self.batches = BatchIterator(dataset, batch_size)
        self.batch_size = batch_size

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return ((batch.inputs, batch.target) for batch in self.batches)
