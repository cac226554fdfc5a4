"""The transformer on tables of all kinds."""

import pickle

import numpy as np
import polars as pl
import pytest
import torch
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline

from skreg.pretraining import TJEPATransformer


def test_names_and_width(small, mixed):
    encoder = TJEPATransformer(**small).set_output(transform="pandas").fit(mixed)
    frame = encoder.transform(mixed)
    assert frame.shape == (200, 7 * 8) == (200, encoder.embedding_dim_)
    # Numeric columns come first.
    tokens = ["reg0", "size", "gaps", "same", "colour", "kind", "flag"]
    assert list(frame.columns[::8]) == [f"{token}__0" for token in tokens]
    assert (frame.dtypes == np.float32).all()


@pytest.mark.parametrize(
    ("output", "width"), [("flatten", 72), ("mean", 8), ("reg", 24)]
)
def test_outputs(small, mixed, output, width):
    encoder = TJEPATransformer(output=output, n_reg_tokens=3, **small).fit(mixed)
    assert encoder.transform(mixed).shape == (200, width)
    tokens = encoder.set_params(output="tokens").transform(mixed)
    assert tokens.shape == (200, 9, 8)
    pooled = encoder.set_params(output=output).transform(mixed)
    expected = {
        "flatten": tokens.reshape(200, -1),
        "mean": tokens[:, 3:].mean(1),
        "reg": tokens[:, :3].reshape(200, -1),
    }[output]
    np.testing.assert_allclose(pooled, expected, rtol=1e-5, atol=1e-6)
    both = encoder.set_params(passthrough=True).transform(mixed)
    np.testing.assert_array_equal(both[:, :width], pooled)
    np.testing.assert_array_equal(both[:, width:], encoder.encoder_.transform(mixed))
    assert len(encoder.get_feature_names_out()) == both.shape[1]


def test_the_embedding_of_a_row_is_its_own(small, mixed):
    encoder = TJEPATransformer(**small).fit(mixed)
    whole = encoder.transform(mixed)
    order = np.random.default_rng(1).permutation(200)
    np.testing.assert_array_equal(encoder.transform(mixed.iloc[order]), whole[order])
    np.testing.assert_array_equal(encoder.transform(mixed.iloc[:3]), whole[:3])


def test_same_seed_same_bits_and_global_generators_untouched(small, mixed):
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()  # noqa: NPY002
    first, second = (TJEPATransformer(**small).fit(mixed) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state[1])  # noqa: NPY002
    np.testing.assert_array_equal(first.transform(mixed), second.transform(mixed))
    other = TJEPATransformer(**{**small, "random_state": 1}).fit(mixed)
    assert abs(other.transform(mixed) - first.transform(mixed)).max() > 0.1
    assert first.score(mixed) == second.score(mixed) < 0


def test_unknown_levels_and_gaps_that_fit_did_not_see(small, mixed):
    encoder = TJEPATransformer(**small).fit(mixed)
    changed = mixed.copy()
    changed.loc[0, "colour"] = "violet"
    changed.loc[1, "size"] = np.nan
    embedding, before = encoder.transform(changed), encoder.transform(mixed)
    assert np.isfinite(embedding).all()
    assert abs(embedding[:2] - before[:2]).max(axis=1).min() > 1e-3
    np.testing.assert_array_equal(embedding[2:], before[2:])


def test_missing_is_not_the_middle(small, mixed):
    """A gap has a vector of its own, unlike a number in the middle of its column."""
    encoder = TJEPATransformer(**small).fit(mixed)
    rows = mixed.iloc[:2].copy()
    rows.iloc[1] = rows.iloc[0]
    rows.loc[0, "gaps"], rows.loc[1, "gaps"] = np.nan, mixed["gaps"].median()
    inputs = encoder.encoder_.transform(rows)
    np.testing.assert_allclose(inputs[0, :3], inputs[1, :3], atol=1e-2)
    embedding = encoder.transform(rows)
    assert abs(embedding[0] - embedding[1]).max() > 0.05


def test_frames_of_other_libraries(small, mixed):
    columns = {name: mixed[name].astype(object).tolist() for name in mixed}
    columns["kind"] = [None if level != level else level for level in columns["kind"]]
    frame = pl.DataFrame(columns)
    frame = frame.with_columns(pl.col("kind").cast(pl.Categorical))
    ours = TJEPATransformer(**small).fit(frame).transform(frame)
    theirs = TJEPATransformer(**small).fit(mixed).transform(mixed)
    np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match="feature names"):
        TJEPATransformer(**small).fit(mixed).transform(mixed[mixed.columns[::-1]])


def test_epoch_by_epoch(small, mixed):
    options = {**small, "max_epochs": 3, "lr_schedule": "constant"}
    at_once = TJEPATransformer(**options).fit(mixed)
    partly = TJEPATransformer(**options)
    for _ in range(3):
        partly.partial_fit(mixed)
    np.testing.assert_array_equal(partly.transform(mixed), at_once.transform(mixed))
    assert partly.history_ == at_once.history_
    warm = TJEPATransformer(warm_start=True, **small).fit(mixed)
    before = warm.transform(mixed)
    again = pickle.loads(pickle.dumps(warm)).fit(mixed)
    np.testing.assert_array_equal(
        warm.fit(mixed).transform(mixed), again.transform(mixed)
    )
    assert len(warm.history_["epoch"]) == 4
    # The target encoder goes on learning after the planned epochs.
    assert abs(warm.transform(mixed) - before).max() > 1e-4


def test_pickle_and_clone(small, mixed):
    encoder = TJEPATransformer(**small).fit(mixed)
    data = pickle.dumps(encoder)
    assert len(data) < 200_000
    loaded = pickle.loads(data)
    np.testing.assert_array_equal(loaded.transform(mixed), encoder.transform(mixed))
    assert not hasattr(clone(encoder), "net_")


def test_few_columns_and_none_to_predict(small):
    X = np.random.default_rng(0).normal(size=(40, 3))
    for n_columns in (2, 3):
        encoder = TJEPATransformer(**small).fit(X[:, :n_columns])
        assert encoder.transform(X[:, :n_columns]).shape == (40, 8 * (n_columns + 1))
    with pytest.raises(ValueError, match=r"n_features = 1\)"):
        TJEPATransformer(**small).fit(X[:, :1])
    with pytest.raises(ValueError, match="none of X does"):
        TJEPATransformer(**small).fit(np.ones((5, 3)))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"n_heads": 3}, "hidden_dim=8 must be a multiple of n_heads=3"),
        ({"context_share": (0.5,)}, "context_share"),
        ({"target_share": (0.5, None)}, "target_share"),
        ({"context_share": (0.7, 0.8), "target_share": (0.6, 0.7)}, "more than all"),
        ({"ema": (0.9, 1.1)}, "ema"),
        ({"ema": ("low", "high")}, "ema"),
        ({"output": "reg", "n_reg_tokens": 0}, "n_reg_tokens=0"),
        ({"target_norm": "rows"}, "target_norm"),
    ],
)
def test_wrong_parameters_are_named(small, mixed, wrong, words):
    encoder = TJEPATransformer(**{**small, **wrong})
    with pytest.raises(ValueError, match=words):
        encoder.fit(mixed)
    assert not hasattr(encoder, "net_")


def test_many_columns_and_large_embeddings_are_warned_of(small, monkeypatch):
    X = np.random.default_rng(0).normal(size=(8, 101))
    with pytest.warns(UserWarning, match="X has 101 columns"):
        encoder = TJEPATransformer(**{**small, "max_epochs": 0}).fit(X)
    monkeypatch.setattr("skreg.pretraining._readout._LARGE", 8 * 102 * 8 * 4 - 1)
    with pytest.warns(UserWarning, match="embedding of 8 rows takes"):
        encoder.transform(X)


def test_in_a_pipeline_without_labels(small, mixed):
    pipeline = make_pipeline(TJEPATransformer(**small), KMeans(2, n_init=1))
    assert set(pipeline.fit_predict(mixed)) == {0, 1}
