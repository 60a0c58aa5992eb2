from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from headway.errors import CorruptArtifactError, ModelError, UsageError
from headway.inference import Embedder, EmbeddingCache
from headway.text import DEFAULT_STEPS
from tests.compression.tiny import TEXTS


def test_vectors_have_length_one_and_the_callers_order(encoders: dict[str, Path]) -> None:
    embedder = Embedder.load(encoders["int8"])
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(embedder.embed(TEXTS[::-1])[::-1], vectors, atol=1e-5)
    assert embedder.embed([]).shape == (0, 32)


def test_texts_are_prepared(encoders: dict[str, Path]) -> None:
    embedder = Embedder.load(encoders["fp32"])
    messy, clean = embedder.embed(["  包裹\u200b \n parcel", "包裹 parcel"])
    np.testing.assert_allclose(messy, clean, atol=1e-6)


def test_another_preparation_than_the_encoders_can_be_asked_for(encoders: dict[str, Path]) -> None:
    own = Embedder.load(encoders["fp32"])
    stripped = Embedder.load(encoders["fp32"], preparation=(*DEFAULT_STEPS, "html@1"))
    assert own.manifest.preparation == DEFAULT_STEPS
    assert stripped.manifest.preparation == (*DEFAULT_STEPS, "html@1")
    raw, clean = ["<b>包裹</b> parcel"], ["包裹 parcel"]
    np.testing.assert_array_equal(stripped.embed(raw), own.embed(clean))
    assert np.abs(own.embed(raw) - own.embed(clean)).max() > 0.01
    assert own.space != stripped.space
    assert own.space == Embedder.load(encoders["fp32"], preparation=DEFAULT_STEPS).space


def test_cached_vectors_are_the_computed_ones(encoders: dict[str, Path], tmp_path: Path) -> None:
    plain = Embedder.load(encoders["int8"]).embed(TEXTS)
    for _ in range(2):
        embedder = Embedder.load(encoders["int8"], cache=EmbeddingCache(tmp_path))
        embedder.embed(TEXTS[:3])
        np.testing.assert_allclose(embedder.embed(TEXTS), plain, atol=1e-5)
    assert len(list((tmp_path / embedder.space).iterdir())) == 2
    assert embedder.embed([]).shape == (0, 32)


def test_spaces_tell_precisions_apart(encoders: dict[str, Path]) -> None:
    assert Embedder.load(encoders["int8"]).space != Embedder.load(encoders["fp32"]).space
    assert Embedder.load(encoders["int8"]).space == Embedder.load(encoders["int8"]).space


def test_statistics_are_those_of_raw_texts(encoders: dict[str, Path]) -> None:
    found = Embedder.load(encoders["int8"]).statistics(["包裹", "包裹 " * 100, "☃"])
    assert found.n == 3
    assert found.truncation_rate == pytest.approx(1 / 3)
    assert found.unknown_rate > 0


def test_what_is_not_an_encoder_is_refused(
    encoders: dict[str, Path], classifiers: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="an encoder was expected"):
        Embedder.load(classifiers["int8"])
    with pytest.raises(UsageError, match="Text number 0 is of type int"):
        Embedder.load(encoders["int8"]).embed([3])  # type: ignore[list-item]
    folder = Path(shutil.copytree(encoders["int8"], tmp_path / "encoder"))
    (folder / "extra.txt").write_text("stray", "utf-8")
    with pytest.raises(CorruptArtifactError, match=r"extra\.txt"):
        Embedder.load(folder)
