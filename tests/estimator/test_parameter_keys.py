"""Keys of set_params that lead nowhere: what the message says."""

import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skreg import (
    ARNetForecaster,
    ARNetRegressor,
    ELRClassifier,
    RegularizedClassifier,
    RegularizedRegressor,
)
from skreg.pretraining import TJEPAClassifier, TJEPATransformer
from skreg.regularizers import ELR, Mixup
from skreg.targets import QuantileTarget


def net():
    return RegularizedClassifier(regularizers=[Mixup(), ELR()])


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("regularizers__mixup__strength", "'mixup__strength'?"),
        ("regularizers__strength", "'mixup__strength' or 'elr__strength'?"),
        ("regularizers__elr__beta", "'elr__beta'?"),
        ("regularizers__0__beta", "'elr__beta'?"),
        ("Mixup__strength", "'mixup__strength'?"),
        ("strength", "'mixup__strength' or 'elr__strength'?"),
        ("mixupstrength", "'mixup__strength'"),
        ("dropot", "'dropout'"),
    ],
)
def test_the_message_names_what_was_meant(key, meant):
    with pytest.raises(ValueError, match=rf"for estimator \w+.* Did you mean {meant}"):
        net().set_params(**{key: 0.5})


def test_valid_parameters_include_the_regularizers():
    with pytest.raises(ValueError, match=r"'normloss'.*'elr', .*'mixup', "):
        net().set_params(normloss__strength=1)
    with pytest.raises(ValueError, match="list regularizers; there are now: none"):
        RegularizedClassifier().set_params(mixup__strength=1)
    with pytest.raises(ValueError, match="'mixup-1__strength' or 'mixup-2__strength'"):
        RegularizedClassifier(regularizers=[Mixup(), Mixup()]).set_params(
            mixup__strength=1
        )


@pytest.mark.parametrize(
    ("estimator", "key", "value"),
    [
        (RegularizedRegressor(), "lr__factor", "lr is 'auto'"),
        (net(), "callbacks__patience", "callbacks is None"),
        (net(), "module__n_layers", "module is 'mlp'"),
        (net(), "elr__strength__first", "elr__strength is 'auto'"),
        (net(), "hidden_layer_sizes__0", "hidden_layer_sizes is a tuple"),
        (RegularizedRegressor(), "loss__quantiles", "loss is 'squared_error'"),
        (ELRClassifier(), "swap_rate__rate", "swap_rate is 'auto'"),
        (TJEPATransformer(), "regularizers__mixup", "regularizers is None"),
        (TJEPAClassifier(), "head__C", "head is 'kernel'"),
        (TJEPAClassifier(), "pretrained__max_epochs", "pretrained is None"),
        (ARNetForecaster(), "penalty__c1", "penalty is 'arnet'"),
        (ARNetRegressor(), "alpha__n", "alpha is 'ebic'"),
    ],
)
def test_a_value_without_parameters_is_named(estimator, key, value):
    before = estimator.get_params()
    with pytest.raises(ValueError, match=f"'{key}' .*{value}, which has no param"):
        estimator.set_params(random_state=3, **{key: 1})
    assert estimator.get_params() == before


def test_an_unknown_key_leaves_the_regularizers_as_they_were():
    estimator = net()
    before = estimator.regularizers
    with pytest.raises(ValueError, match="no_such"):
        estimator.set_params(regularizers=[ELR()], no_such=1)
    assert estimator.regularizers is before


def test_a_value_set_in_the_same_call_counts():
    loss = QuantileTarget()
    estimator = RegularizedRegressor().set_params(loss=loss, loss__quantiles=0.8)
    assert estimator.loss.quantiles == 0.8
    with pytest.raises(ValueError, match="loss is 'huber'"):
        estimator.set_params(loss="huber", loss__quantiles=0.8)
    head = TJEPAClassifier().set_params(head=net(), head__mixup__strength=0.3).head
    assert head.get_params()["mixup__strength"] == 0.3


def test_searches_and_pipelines_give_the_same_message():
    X, y = [[0.0], [1.0]] * 4, [0, 1] * 4
    wrong = {"regularizers__mixup__strength": [0.1]}
    with pytest.raises(ValueError, match="Did you mean 'mixup__strength'"):
        GridSearchCV(net(), wrong, cv=2, error_score="raise").fit(X, y)
    with pytest.raises(ValueError, match="Did you mean 'mixup__strength'"):
        make_pipeline(net()).set_params(
            regularizedclassifier__regularizers__mixup__strength=0.1
        )
