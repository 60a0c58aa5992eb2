from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from headway.compression.transformers_folder import _usage
from headway.errors import ModelError
from headway.project import Project
from tests.projects import copy_of, mixed, trained_project
from tests.workflow.tuned import tuned_project

TEXTS = [*(text for text, _ in mixed(80)), "  spaces \n and\tlines  ", "退款" * 200, "ﬁne ＡＢＣ"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    trained = trained_project(tmp_path_factory.getbasetemp())
    return Project.open(copy_of(trained, tmp_path_factory.mktemp("export") / "p"))


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Project:
    trained = tuned_project(tmp_path_factory.getbasetemp())
    return Project.open(copy_of(trained, tmp_path_factory.mktemp("tuned") / "p"))


@pytest.fixture(scope="module")
def folder(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The probe in float32 as a folder for transformers."""
    folder = tmp_path_factory.mktemp("transformers") / "model"
    project.export(folder, "intents@2", format="transformers")
    return folder


def readme_code(folder: Path) -> dict[str, Any]:
    """What the Python of a folder's README defines."""
    (code,) = re.findall(r"```python\n(.*?)```", (folder / "README.md").read_text("utf-8"), re.DOTALL)
    assert 'folder = "."' in code
    names: dict[str, Any] = {}
    exec(code.replace('folder = "."', f"folder = {str(folder)!r}"), names)
    return names


def test_the_code_in_the_readme_says_what_the_model_says(project: Project, folder: Path) -> None:
    shown = readme_code(folder)
    assert shown["predict"](TEXTS) == [prediction.label for prediction in project.predict(TEXTS, "intents@2")]


def test_of_a_trained_encoder_the_code_gives_the_probabilities_of_the_artefact(
    tuned: Project, tmp_path: Path
) -> None:
    tuned.export(tmp_path / "model", "intents@1", format="transformers")
    shown, predictor = readme_code(tmp_path / "model"), tuned.predictor("intents@1")
    assert predictor.manifest.extra["temperature"] != 1.0
    expected = predictor.predict_scores(TEXTS)
    np.testing.assert_allclose(shown["probabilities"](TEXTS).numpy(), expected, atol=1e-5)
    assert shown["predict"](TEXTS) == [predictor.labels[best] for best in expected.argmax(axis=1)]
    # The base under the same head says something else, so it is the trained encoder that was exported.
    base = Path(tuned.runs()[0].details["base"]["requested"]) / "model.safetensors"
    shutil.copyfile(base, tmp_path / "model" / "model.safetensors")
    untrained = readme_code(tmp_path / "model")["probabilities"](TEXTS).numpy()
    assert np.abs(untrained - expected).max() > 0.01


def test_of_merged_adapters_in_int8_the_float32_encoder_is_exported(tuned: Project, tmp_path: Path) -> None:
    tuned.export(tmp_path / "model", "intents@2", format="transformers")
    shown = readme_code(tmp_path / "model")["predict"](TEXTS)
    own = [prediction.label for prediction in tuned.predict(TEXTS, "intents@2")]
    assert sum(a == b for a, b in zip(shown, own, strict=True)) >= 0.95 * len(TEXTS)
    assert not [name for name in load_file(tmp_path / "model" / "model.safetensors") if "lora" in name]


def test_a_head_of_two_layers_has_no_form_for_transformers(tuned: Project, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not one matrix and a bias") as caught:
        tuned.export(tmp_path / "model", "intents@3", format="transformers")
    assert "--format artifact" in str(caught.value.next_step)
    assert not (tmp_path / "model").exists()
    tuned.export(tmp_path / "model", "intents@3")
    assert (tmp_path / "model" / "model.onnx").exists()


def test_steps_that_the_code_does_not_take_are_named(project: Project, folder: Path) -> None:
    manifest = project.predictor("intents@2").manifest
    steps = (*manifest.preparation, "html@1")
    shown = _usage(dataclasses.replace(manifest, preparation=steps))
    assert f"`headway.text.prepare(text, {list(steps)})`" in shown
    assert "headway.text.prepare" not in (folder / "README.md").read_text("utf-8")


def test_the_folder_holds_encoder_head_labels_and_card(project: Project, folder: Path) -> None:
    labels = list(project.predictor("intents@2").labels)
    assert {path.name for path in folder.iterdir()} == {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "head.safetensors",
        "labels.json",
        "README.md",
    }
    assert json.loads((folder / "labels.json").read_text("utf-8")) == labels
    head = load_file(folder / "head.safetensors")
    assert head["weight"].shape == (len(labels), 64)
    assert head["bias"].shape == (len(labels),)


def test_of_an_int8_model_the_float32_encoder_is_exported(project: Project, tmp_path: Path) -> None:
    project.export(tmp_path / "model", "intents@3", format="transformers")
    shown = readme_code(tmp_path / "model")["predict"](TEXTS)
    own = [prediction.label for prediction in project.predict(TEXTS, "intents@3")]
    assert sum(a == b for a, b in zip(shown, own, strict=True)) >= 0.95 * len(TEXTS)
    assert "int8: passed" in (tmp_path / "model" / "README.md").read_text("utf-8")
