"""Every estimator, saved and loaded in all the ways that there are."""

import copy
import io
import pickle
import pickletools

import cloudpickle
import joblib
import numpy as np
import pytest
import skops.io
from contracts._all_estimators import (
    all_classes,
    all_estimators,
    answers,
    arguments,
    each_estimator,
    fitted,
)
from contracts._subjects import (
    TARGETS,
    X,
    bits,
    each_method_and_task,
    epochs_of,
    net,
)
from sklearn.base import clone

from skreg.persistence import TRUSTED_TYPES


def through_skops(estimator):
    return skops.io.loads(skops.io.dumps(estimator), trusted=TRUSTED_TYPES)


def through_pickle(estimator):
    return pickle.loads(pickle.dumps(estimator))


def through_cloudpickle(estimator):
    return pickle.loads(cloudpickle.dumps(estimator))


def through_joblib(estimator):
    file = io.BytesIO()
    joblib.dump(estimator, file)
    file.seek(0)
    return joblib.load(file)


WAYS = [
    through_skops,
    through_pickle,
    through_cloudpickle,
    through_joblib,
    copy.deepcopy,
    copy.copy,
]


def test_all_types_that_are_to_be_trusted_are_estimators():
    names = [f"{cls.__module__}.{cls.__name__}" for cls in all_classes()]
    assert sorted(TRUSTED_TYPES) == sorted(names)
    assert len(TRUSTED_TYPES) <= 12


@pytest.mark.parametrize("duplicate", WAYS, ids=lambda way: way.__name__)
@each_estimator()
def test_duplicates_answer_the_same_bits(estimator, duplicate):
    original = fitted(estimator)
    twin = duplicate(original)
    np.testing.assert_array_equal(answers(twin), answers(original))
    assert vars(twin).keys() == vars(original).keys()
    assert repr(twin) == repr(original)


@each_estimator()
def test_files_name_only_their_own_type(estimator):
    content = skops.io.dumps(fitted(estimator))
    cls = type(estimator)
    name = f"{cls.__module__}.{cls.__name__}"
    assert skops.io.get_untrusted_types(data=content) == [name]


@each_estimator()
def test_parameters_are_saved_too(estimator):
    twin = clone(through_skops(fitted(estimator)))
    np.testing.assert_array_equal(
        answers(twin.fit(**arguments(twin))), answers(fitted(estimator))
    )


@pytest.mark.parametrize("duplicate", [through_skops, through_pickle])
@pytest.mark.parametrize(
    "estimator",
    [e for e in all_estimators() if hasattr(e, "partial_fit")],
    ids=lambda estimator: type(estimator).__name__,
)
def test_training_goes_on_as_if_never_saved(estimator, duplicate):
    given = arguments(estimator)
    original = clone(estimator).partial_fit(**given).partial_fit(**given)
    twin = duplicate(original)
    for _ in range(2):
        original.partial_fit(**given)
        twin = duplicate(twin.partial_fit(**given))
    np.testing.assert_array_equal(answers(twin), answers(original))


@each_method_and_task()
def test_methods_go_on_as_if_never_saved(method, task):
    original = net(method, task).partial_fit(X, TARGETS[task])
    saved = through_skops(original)
    for _ in range(epochs_of(method) - 1):
        original.partial_fit(X, TARGETS[task])
        saved.partial_fit(X, TARGETS[task])
    assert bits(saved) == bits(original)
    for name, regularizer in saved.regularizers_.items():
        cls = type(regularizer)
        trusted = [f"{cls.__module__}.{cls.__name__}"]
        alone = skops.io.loads(skops.io.dumps(regularizer), trusted=trusted)
        assert vars(alone).keys() == vars(original.regularizers_[name]).keys()


@each_estimator()
def test_pickles_hold_no_tensors(estimator):
    """Those of a GPU would not come back without one."""
    pickled = pickle.dumps(fitted(estimator))
    names = [arg for _, arg, _ in pickletools.genops(pickled) if isinstance(arg, str)]
    assert "numpy" in {name.partition(".")[0] for name in names}
    assert not [name for name in names if name.startswith(("torch._", "torch.storage"))]
    assert not {"_rebuild_tensor_v2", "_load_from_bytes"} & {*names}


@each_estimator()
def test_mapped_files_predict_in_silence(estimator, tmp_path):
    """Warnings are errors here."""
    joblib.dump(fitted(estimator), tmp_path / "estimator")
    mapped = joblib.load(tmp_path / "estimator", mmap_mode="r")
    np.testing.assert_array_equal(answers(mapped), answers(fitted(estimator)))
    given = arguments(estimator)
    if hasattr(mapped, "partial_fit"):
        mapped.partial_fit(**given)
        twin = through_pickle(fitted(estimator)).partial_fit(**given)
        np.testing.assert_array_equal(answers(mapped), answers(twin))
