from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from headway.compression import make_classifier, make_linear
from headway.errors import ModelError, UsageError
from headway.inference import Embedder, Predictor
from headway.registry.manifest import read_manifest
from headway.text import DEFAULT_STEPS
from tests.compression.tiny import LABELS, TEXTS, classifier_manifest, random_head


def test_probabilities_are_the_softmax_of_the_head(
    encoders: dict[str, Path], classifiers: dict[str, Path]
) -> None:
    weights, bias = random_head()
    for precision in ("fp32", "int8"):
        logits = Embedder.load(encoders[precision]).embed(TEXTS) @ weights.T + bias
        powers = np.exp(logits - logits.max(1, keepdims=True))
        expected = powers / powers.sum(1, keepdims=True)
        scores = Predictor.load(classifiers[precision]).predict_scores(TEXTS)
        np.testing.assert_allclose(scores, expected, atol=1e-5)


@pytest.mark.parametrize("temperature", [0.5, 1.7])
def test_a_temperature_divides_the_logits_and_stands_in_the_manifest(
    encoders: dict[str, Path], tmp_path: Path, temperature: float
) -> None:
    weights, bias = random_head()
    folder = make_classifier(
        encoders["fp32"], weights, bias, classifier_manifest(), tmp_path / "model", temperature=temperature
    )
    logits = (Embedder.load(encoders["fp32"]).embed(TEXTS) @ weights.T + bias) / temperature
    powers = np.exp(logits - logits.max(1, keepdims=True))
    scores = Predictor.load(folder).predict_scores(TEXTS)
    np.testing.assert_allclose(scores, powers / powers.sum(1, keepdims=True), atol=1e-5)
    assert read_manifest(folder).extra["temperature"] == temperature


def test_the_baseline_has_a_temperature_too(tmp_path: Path) -> None:
    vocabulary = {"退": 0, "re": 1}
    weights, bias = random_head(2)
    manifest = classifier_manifest(settings={"ngram_range": [1, 2]})

    def scores(temperature: float) -> np.ndarray:
        folder = tmp_path / str(temperature)
        make_linear(vocabulary, np.ones(2), weights, bias, manifest, folder, temperature=temperature)
        assert read_manifest(folder).extra["temperature"] == temperature
        return Predictor.load(folder).predict_scores(TEXTS)

    cooled = scores(1.0) ** (1 / 2.5)
    np.testing.assert_allclose(scores(2.5), cooled / cooled.sum(axis=1, keepdims=True), rtol=1e-4)


@pytest.mark.parametrize("temperature", [0.0, -2.0, float("nan"), float("inf")])
def test_an_impossible_temperature_is_refused(
    encoders: dict[str, Path], tmp_path: Path, temperature: float
) -> None:
    weights, bias = random_head()
    with pytest.raises(ModelError, match="temperature"):
        make_classifier(
            encoders["fp32"], weights, bias, classifier_manifest(), tmp_path / "a", temperature=temperature
        )
    manifest = classifier_manifest(settings={"ngram_range": [1, 2]})
    with pytest.raises(ModelError, match="temperature"):
        make_linear({"退": 0}, np.ones(1), weights, bias, manifest, tmp_path / "b", temperature=temperature)
    assert not list(tmp_path.iterdir())


def test_artefact_is_one_graph_with_a_float_head(classifiers: dict[str, Path]) -> None:
    folder = classifiers["int8"]
    manifest = read_manifest(folder)
    assert (manifest.kind, manifest.engine, manifest.precision) == ("classifier", "onnx", "int8")
    assert (manifest.name, manifest.recipe, manifest.base_model["name"]) == ("support", "probe", "bert")
    assert sorted(manifest.files) == ["labels.json", "model.onnx", "tokenizer.json"]
    assert json.loads((folder / "labels.json").read_text("utf-8")) == LABELS
    model = onnx.load(folder / "model.onnx")
    onnx.checker.check_model(model)
    assert [output.name for output in model.graph.output] == ["probabilities"]
    names = [constant.name for constant in model.graph.initializer]
    assert len(names) == len(set(names))
    kinds = {constant.name: constant.data_type for constant in model.graph.initializer}
    assert kinds["head.weight"] == onnx.TensorProto.FLOAT


def test_the_preparation_is_that_of_the_manifest_else_of_the_encoder(
    encoders: dict[str, Path], tmp_path: Path
) -> None:
    for steps, expected in (((), DEFAULT_STEPS), (("control@1",), ("control@1",))):
        manifest = classifier_manifest(preparation=steps)
        folder = make_classifier(encoders["fp32"], *random_head(), manifest, tmp_path / str(len(steps)))
        assert read_manifest(folder).preparation == expected


def test_a_head_that_does_not_fit_is_refused(encoders: dict[str, Path], tmp_path: Path) -> None:
    weights, bias = random_head(31)
    with pytest.raises(ModelError, match=r"\(3, 31\)"):
        make_classifier(encoders["fp32"], weights, bias, classifier_manifest(), tmp_path / "model")
    weights, bias = random_head()
    unlabelled = classifier_manifest(task={"labels": ["a", "a", "b"]})
    with pytest.raises(ModelError, match="labels"):
        make_classifier(encoders["fp32"], weights, bias, unlabelled, tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_an_artefact_is_never_overwritten(encoders: dict[str, Path], classifiers: dict[str, Path]) -> None:
    weights, bias = random_head()
    with pytest.raises(UsageError, match="already exists"):
        make_classifier(encoders["fp32"], weights, bias, classifier_manifest(), classifiers["fp32"])


def test_linear_artefact_must_fit_its_vocabulary(tmp_path: Path) -> None:
    vocabulary = {"退": 0, "re": 1}
    weights, bias = random_head(2)
    manifest = classifier_manifest(settings={"ngram_range": [1, 2]})
    with pytest.raises(ModelError, match="2 features"):
        make_linear(vocabulary, np.ones(3), weights, bias, manifest, tmp_path / "model")
    folder = make_linear(vocabulary, np.ones(2), weights, bias, manifest, tmp_path / "model")
    assert (read_manifest(folder).engine, read_manifest(folder).max_length) == ("linear", 0)
    assert sorted(read_manifest(folder).files) == ["labels.json", "model.safetensors", "vocabulary.json"]
