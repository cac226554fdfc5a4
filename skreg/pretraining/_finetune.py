"""Fine-tuning: labels train the pretrained encoder, too."""

from __future__ import annotations

import copy
from typing import Any

from sklearn.base import clone
from torch import Tensor, nn

from .._estimator._table_net import hidden_widths
from .._training._random import initialize
from ..modules import JEPA, MLP, TableEncoder
from ._heads import HasHead, net_class
from .tjepa_transformer import TJEPATransformer

# For a pretrained encoder and few labels.
_GENTLE = {"lr": 1e-3, "max_epochs": 40, "weight_decay": 0.05}
# The estimator's own ways with a table are left out: rows come encoded.
_AS_IT_IS = {
    "scaling": None,
    "min_frequency": None,
    "numeric_embedding": None,
    "wide": False,
    "n_members": 1,
}


class FineTuned(nn.Module):
    """A table encoder and a net on all its latents.

    Parameters
    ----------
    encoder : TableEncoder
        Pretrained.
    net : torch.nn.Module
        Reads the latents of a row side by side; its last layer is that of the whole.
    """

    def __init__(self, encoder: TableEncoder, net: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs for encoded rows."""
        out: Tensor = self.net(self.encoder(x).flatten(1))
        return out


class _Builder:
    """Builds the net when the number of outputs is known; can be pickled."""

    def __init__(self, jepa: JEPA, how: str, sizes: Any, seed: int) -> None:
        self.jepa = jepa
        self.how = how
        self.sizes = sizes
        self.seed = seed

    def __call__(self, n_inputs: int, n_outputs: int) -> FineTuned:
        encoder = copy.deepcopy(self.jepa.target_encoder)
        tune(encoder, self.how)
        n_latents = encoder.tokenizer.n_tokens * self.jepa.width

        def build() -> nn.Module:
            return MLP(n_latents, n_outputs, hidden_layer_sizes=self.sizes)

        net = initialize(build, self.seed).to(self.jepa.predictor.query)
        return FineTuned(encoder, net)


def tune(encoder: TableEncoder, how: str) -> None:
    """Let labels train all of the encoder, or its last layer and what follows."""
    encoder.requires_grad_(how == "full")
    if how == "partial":
        trunk = encoder.trunk
        for part in (trunk.layers[-1], trunk.norm_in, trunk.project, trunk.norm_out):
            part.requires_grad_(True)


def fine_tuner(predictor: HasHead, transformer: TJEPATransformer, seed: int) -> Any:
    """Return the estimator that trains encoder and head, not fitted.

    Parameters
    ----------
    predictor : estimator
        Its ``head`` and ``finetune`` say how; checked before.
    transformer : TJEPATransformer
        Fitted.
    seed : int
        For the head and the training.
    """
    given = predictor.head
    tuner = net_class(predictor)(**_GENTLE) if isinstance(given, str) else clone(given)
    plain = isinstance(given, str) and given != "mlp"
    sizes = () if plain else hidden_widths(tuner.hidden_layer_sizes)
    names = ("device", "dtype", "n_threads")
    build = _Builder(transformer.module_, predictor.finetune, sizes, seed)
    return tuner.set_params(
        **_AS_IT_IS,
        **{name: getattr(transformer, name) for name in names},
        module=build,
        random_state=seed,
    )
