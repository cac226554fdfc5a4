"""Our estimators under the names and the parameters of scikit-learn's MLPs."""

from types import MappingProxyType

from skreg import RegularizedClassifier, RegularizedRegressor

# The nets of scikit-learn, as far as parameters can say it.
_PLAIN = {
    "hidden_layer_sizes": (100,),
    "activation": "relu",
    "optimizer": "adam",
    "lr": 1e-3,
    "lr_schedule": "constant",
    "max_epochs": 200,
    "dropout": 0.0,
    "numeric_embedding": None,
    "wide": False,
    "weight_decay": 1e-4,
    "scaling": None,
}
_RENAMED = {
    "alpha": "weight_decay",
    "learning_rate_init": "lr",
    "max_iter": "max_epochs",
    "solver": "optimizer",
}
# They have no counterpart, or only one value of it.
_DROPPED = {
    "learning_rate",
    "max_fun",
    "momentum",
    "nesterovs_momentum",
    "power_t",
    "shuffle",
}


def translated(params):
    """Return parameters of an MLP as those of our nets."""
    kept = {name: value for name, value in params.items() if name not in _DROPPED}
    found = {_RENAMED.get(name, name): value for name, value in kept.items()}
    if found.get("optimizer") == "lbfgs":  # first order needs longer steps
        found.update(optimizer="adam", lr=0.02, lr_schedule="cosine")
    return found


class _AsMLP:
    """Parameters and attributes of an MLP for one of our nets."""

    def __init__(self, **params):
        super().__init__(**{**_PLAIN, **self.own, **translated(params)})

    @classmethod
    def _get_param_names(cls):
        return super()._get_param_names.__func__(cls.ours)

    def set_params(self, **params):
        return super().set_params(**translated(params))

    @property
    def max_iter(self):
        return self.max_epochs

    @property
    def linear_(self):
        modules = self.net_.module_.modules()
        return [m for m in modules if type(m).__name__ == "Linear"]

    @property
    def coefs_(self):
        return [layer.weight.detach().numpy().T for layer in self.linear_]

    @property
    def intercepts_(self):
        return [layer.bias.detach().numpy() for layer in self.linear_]

    @property
    def best_loss_(self):
        return None if self.early_stopping else min(self.loss_curve_)

    @property
    def loss_curve_(self):
        return self.history_["train_loss"]

    @property
    def validation_scores_(self):
        losses = self.history_.get("valid_loss")
        return None if losses is None else [-loss for loss in losses]

    @property
    def best_validation_score_(self):
        scores = self.validation_scores_
        return None if scores is None else max(scores)


class MLPClassifier(_AsMLP, RegularizedClassifier):
    """A classifier that is called like scikit-learn's."""

    ours = RegularizedClassifier
    own = MappingProxyType({"label_smoothing": 0.0})


class MLPRegressor(_AsMLP, RegularizedRegressor):
    """A regressor that is called like scikit-learn's."""

    ours = RegularizedRegressor
    own = MappingProxyType({})
