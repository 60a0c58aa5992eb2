from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headway.errors import CorruptArtifactError
from headway.models import resolve_base
from headway.models.bases import describe
from headway.models.encoder import Encoder
from headway.project import Project
from headway.training.fine_tuned import embed
from headway.training.token_batches import tokenise
from headway.workflow.weights import keep_weights, lay_out_weights
from tests.projects import copy_of, mixed
from tests.workflow.tuned import tuned_project


@pytest.fixture
def tuned(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Project:
    return Project.open(copy_of(tuned_project(tmp_path_factory.getbasetemp()), tmp_path / "p"))


def test_every_file_of_a_folder_comes_back(fresh: Project, base: str) -> None:
    described = resolve_base(base, "zh", fresh.store.folder / "cache")
    files = keep_weights(fresh.store, described)
    folder = lay_out_weights(fresh.store, "r1", files)
    assert folder == fresh.store.folder / "cache" / "weights" / "r1"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == files.keys()
    for name in files:
        assert (folder / name).read_bytes() == (Path(base) / name).read_bytes()
    assert keep_weights(fresh.store, described) == files


def test_it_is_laid_out_once_and_whole(fresh: Project, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = keep_weights(fresh.store, resolve_base(base, "zh", fresh.store.folder / "cache"))
    missing = dict(list(files.items())[:1]) | {"model.safetensors": "0" * 64}
    with pytest.raises(CorruptArtifactError, match="is missing"):
        lay_out_weights(fresh.store, "r1", missing)
    weights = fresh.store.folder / "cache" / "weights"
    assert list(weights.iterdir()) == []
    folder = lay_out_weights(fresh.store, "r1", files)
    (folder / "mark").write_text("the same folder")
    assert (lay_out_weights(fresh.store, "r1", files) / "mark").exists()
    assert [path.name for path in weights.iterdir()] == ["r1"]


def test_the_encoder_of_a_run_is_the_one_its_model_was_made_from(tuned: Project) -> None:
    run = tuned.runs()[0]
    folder = lay_out_weights(tuned.store, run.id, run.details["encoder_files"])
    base = describe(folder, "tuned")
    predictor = tuned.predictor("intents@1")
    assert base.sha256 == predictor.manifest.base_model["sha256"]
    texts = [text for text, _ in mixed(30)]
    ids = tokenise(base, predictor.manifest.preparation, texts)
    vectors = embed(Encoder.load(base), ids)
    before = embed(Encoder.load(resolve_base(run.details["base"]["requested"], "zh", Path())), ids)
    # The labels of the model can be told from these vectors by one matrix, and hardly move otherwise.
    assert np.abs(vectors - before).max() > 1e-2
