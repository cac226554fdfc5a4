"""scikit-learn's own tests of its MLPs, run with our nets in their place."""

import pytest
from peers._mlp import MLPClassifier, MLPRegressor
from peers._substitution import call, cases
from sklearn.neural_network.tests import test_mlp as theirs

# What does not apply, and why.
NOT_OURS = {
    "test_fit": "sets private attributes of their solver by hand",
    "test_gradient": "checks their backward pass; ours is torch's",
    "test_lbfgs_classification_maxfun": "no L-BFGS, hence no limit of its calls",
    "test_lbfgs_regression": "no L-BFGS; Adam falls just short of its fit",
    "test_lbfgs_regression_maxfun": "no L-BFGS, hence no limit of its calls",
    "test_learning_rate_warmstart": "reads the rate of their private solver",
    "test_multilabel_classification": "no targets of several labels",
    "test_predict_proba_multilabel": "no targets of several labels",
    "test_partial_fit_errors": "every optimizer of ours has partial_fit",
    "test_nonfinite_params": "ours says that it diverged in other words",
    "test_shuffle": "rows are always shuffled",
    "test_sparse_matrices": "no sparse tables; an error says so",
    "test_tolerance": "training ends early by rows set aside only",
    "test_adaptive_learning_rate": "training ends early by rows set aside only",
    "test_n_iter_no_change": "training ends early by rows set aside only",
    "test_n_iter_no_change_inf": "a number of epochs is whole",
    "test_mlp_warm_start_no_convergence": "epochs are a plan: no warning at their end",
    "test_verbose_sgd": "the lines of skorch say 'epoch', not 'Iteration'",
    "test_warm_start": "a fit that goes on may lack classes; new ones are an error",
    "test_warm_start_full_iteration": "n_iter_ counts all epochs of the weights",
    "test_early_stopping": "its second half ends by the loss of the training rows",
    "test_early_stopping_stratified": "too few rows to set aside: other words",
    "test_minimum_input_sample_size": "too few rows to set aside: other words",
    "test_mlp_param_dtypes": "the parameter dtype says the precision, not X",
    "test_mlp_partial_fit_after_fit": "partial_fit after early stopping is allowed",
    "test_mlp_diverging_loss": "divergence is an error, not weights of NaN",
    "test_mlp_vs_poisson_glm_equivalent": "no Poisson loss by name",
}
OURS = {theirs.MLPClassifier: MLPClassifier, theirs.MLPRegressor: MLPRegressor}


@pytest.fixture
def global_random_seed():
    return 0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "given"), cases(theirs, NOT_OURS))
def test_mlp(function, given, monkeypatch, request):
    for name in ("MLPClassifier", "MLPRegressor"):
        monkeypatch.setattr(theirs, name, globals()[name])
    call(function, given, request, OURS)


def test_what_does_not_apply_is_still_there():
    assert all(hasattr(theirs, name) for name in NOT_OURS)
