from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from headway.errors import CorruptArtifactError, ModelError, UsageError
from headway.inference import Predictor
from headway.project import Project
from headway.registry import read_manifest
from tests.projects import make_base, make_project, toy

TEXTS = ["我要退款", "Where is my parcel?", "", "订单 order 12345"]


@pytest.mark.parametrize("model", ["intents@1", "intents@2", "intents@3"])
def test_an_exported_artefact_is_the_model(project: Project, tmp_path: Path, model: str) -> None:
    folder = tmp_path / "模型"
    project.export(folder, model)
    np.testing.assert_array_equal(
        Predictor.load(folder).predict_scores(TEXTS), project.predictor(model).predict_scores(TEXTS)
    )
    manifest = read_manifest(folder)
    assert {path.name for path in folder.iterdir()} == {*manifest.files, "manifest.json", "manifest.sha256"}


def test_a_copy_stays_what_it_was_when_it_is_written_to(project: Project, tmp_path: Path) -> None:
    project.export(tmp_path / "model", "intents@1")
    (tmp_path / "model" / "labels.json").write_text("[]")
    with pytest.raises(CorruptArtifactError, match=r"labels\.json"):
        Predictor.load(tmp_path / "model")
    assert project.predict(TEXTS, "intents@1")


@pytest.mark.parametrize("format_name", ["artifact", "transformers"])
def test_what_is_in_the_way_is_not_written_into(project: Project, tmp_path: Path, format_name: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for taken in ("full", "file"):
        with pytest.raises(UsageError, match="not empty"):
            project.export(tmp_path / taken, "intents@2", format=format_name)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
    (tmp_path / "empty").mkdir()
    project.export(tmp_path / "empty", "intents@2", format=format_name)


def test_an_unknown_format_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'pickle'"):
        project.export(tmp_path / "model", format="pickle")
    assert not (tmp_path / "model").exists()


def test_a_baseline_has_no_transformers_form(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="without a transformers encoder") as caught:
        project.export(tmp_path / "model", "intents@1", format="transformers")
    assert caught.value.exit_code == 5
    assert "--format artifact" in str(caught.value.next_step)
    assert not (tmp_path / "model").exists()


def test_a_trained_encoder_needs_its_base_no_longer(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base")
    with make_project(tmp_path / "p", toy()) as project:
        project.train("lora", base=str(base), settings={"epochs": 1})
        shutil.rmtree(base)
        project.export(tmp_path / "model", format="transformers")
        (run,) = project.runs()
        digest = run.details["encoder_files"]["model.safetensors"]
        exported = (tmp_path / "model" / "model.safetensors").read_bytes()
        assert exported == project.store.blobs.get(digest)
        laid_out = project.store.folder / "cache" / "weights" / run.id / "model.safetensors"
        laid_out.write_bytes(laid_out.read_bytes()[:-4] + b"\0\0\1\0")
        with pytest.raises(CorruptArtifactError, match="is not the one of intents@1") as caught:
            project.export(tmp_path / "again", format="transformers")
        assert "headway prune --cache" in str(caught.value.next_step)
        assert not (tmp_path / "again").exists()
        project.prune(cache=True)
        project.export(tmp_path / "again", format="transformers")
        assert (tmp_path / "again" / "model.safetensors").read_bytes() == exported


def test_a_base_with_other_weights_is_not_put_under_the_head(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base")
    with make_project(tmp_path / "p", toy()) as project:
        project.train("probe", base=str(base), precision="fp32")
        shutil.rmtree(base)
        make_base(base, seed=1)
        with pytest.raises(ModelError, match="has other weights") as caught:
            project.export(tmp_path / "model", format="transformers")
        assert "train again" in str(caught.value.next_step)
        assert not (tmp_path / "model").exists()
        project.export(tmp_path / "model")
