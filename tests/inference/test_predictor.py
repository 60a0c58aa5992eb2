from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from headway.errors import CorruptArtifactError, ModelError, UsageError
from headway.inference import Predictor
from headway.registry.manifest import read_manifest, write_manifest
from tests.compression.tiny import LABELS, TEXTS

HARD = ["", "   \n", "\x00", "a\x00b", "\ud800 lone", "e\u0301 \u200b", "字" * 1_000_000, "word " * 200_000]


@pytest.fixture(scope="module", params=["fp32", "int8", "linear"])
def folder(request: pytest.FixtureRequest, classifiers: dict[str, Path], linear: Path) -> Path:
    return {**classifiers, "linear": linear}[request.param]


@pytest.fixture(scope="module")
def predictor(folder: Path) -> Predictor:
    return Predictor.load(folder)


def test_predictions_rank_every_label(predictor: Predictor) -> None:
    scores = predictor.predict_scores(TEXTS)
    assert scores.shape == (len(TEXTS), len(LABELS))
    assert predictor.labels == tuple(LABELS)
    for row, prediction in zip(scores, predictor.predict(TEXTS), strict=True):
        assert prediction.label == LABELS[row.argmax()]
        assert prediction.score == row.max()
        assert prediction.scores == {label: row[index] for index, label in enumerate(LABELS)}
        assert list(prediction.scores.values()) == sorted(prediction.scores.values(), reverse=True)


def test_neighbours_do_not_matter(predictor: Predictor) -> None:
    together = predictor.predict_scores(TEXTS)
    alone = np.concatenate([predictor.predict_scores([text]) for text in TEXTS])
    padded = predictor.predict_scores([*TEXTS, "long 长 " * 100], one_batch=True)[:-1]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(padded, alone, atol=1e-5)


def test_none_give_none_and_what_is_not_a_text_is_named(predictor: Predictor) -> None:
    assert predictor.predict([]) == []
    assert predictor.predict_scores([]).shape == (0, len(LABELS))
    with pytest.raises(UsageError, match="Text number 1 is of type NoneType"):
        predictor.predict(["a", None])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="single text"):
        predictor.predict("退款")


def test_hard_texts_are_answered(predictor: Predictor) -> None:
    scores = predictor.predict_scores(HARD)
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-4)


def test_a_text_that_is_cut_is_told(classifiers: dict[str, Path], linear: Path) -> None:
    texts = ["退款", "退款" * 100]
    assert Predictor.load(classifiers["int8"]).truncated(texts) == [False, True]
    assert Predictor.load(linear).truncated(texts) == [False, False]


def test_every_flipped_byte_is_found_and_its_file_named(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    for path in sorted(copy.iterdir()):
        content = path.read_bytes()
        for place in {0, len(content) // 2, len(content) - 1}:
            flipped = bytearray(content)
            flipped[place] ^= 1
            path.write_bytes(flipped)
            with pytest.raises(CorruptArtifactError, match=path.name):
                Predictor.load(copy)
        path.write_bytes(content)
    assert len(Predictor.load(copy).predict(TEXTS)) == len(TEXTS)


def test_a_missing_file_is_named(classifiers: dict[str, Path], tmp_path: Path) -> None:
    copy = Path(shutil.copytree(classifiers["int8"], tmp_path / "copy"))
    (copy / "labels.json").unlink()
    for verify in (True, False):
        with pytest.raises(CorruptArtifactError, match=r"labels\.json"):
            Predictor.load(copy, verify=verify)


def test_only_classifiers_of_known_engines_are_opened(
    classifiers: dict[str, Path], encoders: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="a classifier was expected"):
        Predictor.load(encoders["int8"])
    copy = Path(shutil.copytree(classifiers["int8"], tmp_path / "copy"))
    write_manifest(copy, replace(read_manifest(copy), engine="quantum"))
    with pytest.raises(ModelError, match="'quantum'"):
        Predictor.load(copy)


def test_predicting_loads_nothing_heavy(classifiers: dict[str, Path], linear: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from headway.inference import Predictor\n"
        "for folder in sys.argv[1:]: Predictor.load(Path(folder)).predict(['退款'])\n"
        "heavy = {'torch', 'transformers', 'onnx', 'sklearn', 'scipy', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, str(classifiers["int8"]), str(linear)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
