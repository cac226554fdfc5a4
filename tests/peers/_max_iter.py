"""Our regressor under the name and the parameters of scikit-learn's dummy."""

from sklearn.datasets import make_regression

from skreg import RegularizedRegressor

# What tests of theirs fit that give no data.
DATA = make_regression(n_samples=100, n_features=2, random_state=0)


class MaxIterEstimator(RegularizedRegressor):
    """A net of as many epochs as the dummy has rounds; a fit could end at each."""

    def __init__(self, max_iter=20, computation_intensity=0.001):
        self.max_iter = max_iter
        self.computation_intensity = computation_intensity
        super().__init__(
            max_epochs=max_iter,
            hidden_layer_sizes=(4,),
            numeric_embedding=None,
            lr_schedule="constant",
            random_state=0,
        )

    def set_params(self, **params):
        if "max_iter" in params:
            self.max_epochs = params["max_iter"]
        return super().set_params(**params)

    def fit(self, X=None, y=None, *, sample_weight=None):
        X, y = DATA if X is None or y is None else (X, y)
        return super().fit(X, y, sample_weight)
