"""The shipped tables: right numbers, right types, with and without pandas."""

import sys

import numpy as np
import pandas as pd
import pytest

from skreg.datasets import load_abalone, load_adult, load_letter

LOADERS = {
    load_letter: (20_000, 16),
    load_adult: (48_842, 14),
    load_abalone: (4_177, 8),
}
each_table = pytest.mark.parametrize("load", LOADERS, ids=lambda load: load.__name__)


@each_table
def test_bunch_holds_what_scikit_learn_loaders_hold(load):
    bunch = load()
    n_rows, n_features = LOADERS[load]
    assert isinstance(bunch.data, np.ndarray)
    assert bunch.data.shape == (n_rows, n_features)
    assert bunch.target.shape == (n_rows,)
    assert len(bunch.feature_names) == n_features
    assert bunch.frame is None


@each_table
def test_frame_and_arrays_hold_the_same_values(load):
    arrays, frames = load(), load(as_frame=True)
    assert list(frames.data.columns) == arrays.feature_names
    as_objects = frames.data.astype(object)
    as_objects = as_objects.where(frames.data.notna(), None).to_numpy()
    np.testing.assert_array_equal(as_objects, arrays.data.astype(object))
    np.testing.assert_array_equal(frames.target.to_numpy(), arrays.target)
    pd.testing.assert_frame_equal(frames.frame.iloc[:, :-1], frames.data)
    pd.testing.assert_series_equal(frames.frame.iloc[:, -1], frames.target)


@each_table
@pytest.mark.parametrize("as_frame", [False, True])
def test_return_X_y_is_data_and_target(load, as_frame):
    X, y = load(return_X_y=True, as_frame=as_frame)
    bunch = load(as_frame=as_frame)
    assert type(X) is type(bunch.data)
    np.testing.assert_array_equal(np.asarray(y), np.asarray(bunch.target))
    assert X.shape == bunch.data.shape


@each_table
def test_two_loads_share_no_memory(load):
    first, second = load(), load()
    first.data[0, 0] = -1
    assert second.data[0, 0] != -1


@each_table
def test_description_credits_source_and_licence(load):
    text = load().DESCR
    assert "UCI Machine Learning Repository" in text
    assert "https://doi.org/10.24432/" in text
    assert "CC BY 4.0" in text


def test_letter_is_the_published_table():
    letter = load_letter()
    assert letter.data.dtype == np.float64
    # First row of the file, by hand.
    np.testing.assert_array_equal(
        letter.data[0], [2, 4, 4, 3, 2, 7, 8, 2, 9, 11, 7, 7, 1, 8, 5, 6]
    )
    assert letter.target[0] == "Z"
    assert (letter.data.min(), letter.data.max()) == (0, 15)
    assert letter.target_names == [chr(c) for c in range(ord("A"), ord("Z") + 1)]
    counts = np.unique(letter.target, return_counts=True)[1]
    assert (counts.min(), counts.max()) == (734, 813)


def test_adult_frame_has_eight_categories_and_their_missing_values():
    X, y = load_adult(return_X_y=True, as_frame=True)
    categories = X.select_dtypes("category")
    assert categories.shape[1] == 8
    assert X.select_dtypes(np.float64).shape[1] == 6
    missing = X.isna().sum()
    assert missing[missing > 0].to_dict() == {
        "workclass": 2_799,
        "occupation": 2_809,
        "native-country": 857,
    }
    assert not any("?" in column.cat.categories for _, column in categories.items())
    assert y.value_counts().to_dict() == {"<=50K": 37_155, ">50K": 11_687}


def test_adult_array_keeps_numbers_as_numbers_and_marks_missing_with_none():
    X = load_adult().data
    assert X.dtype == object
    assert X[0].tolist() == [
        *(25.0, "Private", 226_802.0, "11th", 7.0, "Never-married"),
        *("Machine-op-inspct", "Own-child", "Black", "Male", 0.0, 0.0, 40.0),
        "United-States",
    ]
    assert (X == None).sum() == 6_465  # noqa: E711  (elementwise)


def test_abalone_target_is_leading_column_of_the_file_and_not_a_feature():
    abalone = load_abalone(as_frame=True)
    assert abalone.target.iloc[:3].tolist() == [15, 7, 9]
    assert "Rings" not in abalone.data
    assert abalone.frame.columns[-1] == "Rings"
    assert abalone.target_names == ["Rings"]
    assert set(abalone.data["Sex"].cat.categories) == {"F", "I", "M"}


def test_arrays_do_not_need_pandas_and_frames_say_that_they_do(monkeypatch):
    # None in sys.modules makes `import pandas` fail, as if it were not installed.
    monkeypatch.setitem(sys.modules, "pandas", None)
    X, _ = load_abalone(return_X_y=True)
    assert X.shape == (4_177, 8)
    with pytest.raises(ImportError, match="load_abalone with as_frame=True requires"):
        load_abalone(as_frame=True)
