from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.compression import equivalence
from headway.datasets import load_rows
from headway.errors import CheckFailedError, DataError, MachineError, ModelError, UsageError
from headway.inference import Predictor
from headway.project import Project
from headway.records import CleaningPolicy, Run, Split
from headway.registry import read_manifest
from headway.registry.artifacts import lay_out
from headway.store import runs as run_rows
from headway.store.cleanings import set_policy
from headway.tasks import text_classification
from headway.text import DEFAULT_STEPS
from headway.workflow import train as train_module
from headway.workflow.export import export
from tests.projects import copy_of, make_base, make_project, mixed, toy

Rows = list[tuple[str, str]]


def model_bytes(project: Project, run: Run) -> bytes:
    folder = lay_out(project.store, project.model(run.model).artifact)
    name = "model.onnx" if (folder / "model.onnx").exists() else "model.safetensors"
    return (folder / name).read_bytes()


def test_a_training_says_what_it_made_and_why(trained: Path) -> None:
    with Project.open(trained) as project:
        baseline, fp32, int8 = project.runs()
    assert [run.model for run in (baseline, fp32, int8)] == ["intents@1", "intents@2", "intents@3"]
    assert [run.state for run in (baseline, fp32, int8)] == ["done"] * 3
    assert [run.details["precision"] for run in (baseline, fp32, int8)] == ["fp32", "fp32", "int8"]
    for run in (baseline, fp32, int8):
        assert set(run.details["reason"]) == {"en", "zh"}
        assert run.details["rows"]["train"] + run.details["rows"]["validation"] < 300
        assert run.details["equivalence"]["export"]["passed"]
        assert sum(run.details["stages"].values()) > 0
        low, high = run.metrics["interval"]["accuracy"]
        assert low <= run.metrics["validation"]["accuracy"] <= high
    assert int8.details["equivalence"]["int8"]["passed"]
    assert int8.details["equivalence"]["int8"]["batch_invariance"]["largest_gap"] < 1e-5
    assert "int8" not in fp32.details["equivalence"]
    assert fp32.details["base"]["licence"] == "mit"
    assert fp32.details["baseline"] != baseline.details["baseline"]


def test_an_artefact_tells_where_it_comes_from(trained: Path) -> None:
    with Project.open(trained) as project:
        manifests = [read_manifest(lay_out(project.store, v.artifact)) for v in project.models()]
        version, run = project.dataset(), project.runs()[2]
    assert [manifest.engine for manifest in manifests] == ["linear", "onnx", "onnx"]
    for manifest in manifests:
        assert manifest.dataset == version.hash
        assert manifest.task["labels"] == list(version.labels)
        assert manifest.extra["equivalence"].keys() <= {"int8", "export"}
    assert [bool(manifest.derived_from) for manifest in manifests] == [False, False, True]
    assert manifests[2].base_model["sha256"]
    assert manifests[2].settings["c"] == 30.0
    assert run.dataset == version.hash


@pytest.mark.parametrize("recipe", ["baseline", "probe"])
def test_validation_figures_come_from_the_exported_artefact(
    project: Project, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: str
) -> None:
    kept: list[Path] = []

    def keep(*given: Any) -> Path:
        kept.append(copy_of(export(*given), tmp_path / f"kept-{len(kept)}"))
        return given[2]  # type: ignore[no-any-return]

    monkeypatch.setattr("headway.workflow.validate.export", keep)
    run = project.train(recipe, base=base)
    rows = load_rows(project.store, project.dataset(), [Split.VALIDATION])
    predictor = Predictor.load(kept[0])
    assert predictor.manifest.precision == run.details["precision"]
    names = list(predictor.labels)
    scores = predictor.predict_scores([row.text for row in rows])
    truth = np.array([names.index(row.label) for row in rows])
    expected = text_classification.metrics(truth, scores.argmax(axis=1), scores, names)
    assert run.metrics["validation"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("recipe", ["baseline", "probe"])
def test_a_model_prepares_what_it_is_asked_as_its_dataset_version_says(
    fresh: Project, base: str, recipe: str
) -> None:
    clean, raw = "退款 refund 钱", "<b>退款</b> refund &#38065;"
    without = fresh.train(recipe, base=base)
    set_policy(fresh.store, fresh.task().name, CleaningPolicy(steps=("html@1",)))
    run = fresh.train(recipe, base=base)
    predictor = fresh.predictor(run.model)
    steps = predictor.manifest.preparation
    assert steps == fresh.dataset().preparation
    assert set(steps) == {*DEFAULT_STEPS, "html@1"}
    assert predictor.predict([raw])[0] == predictor.predict([clean])[0]
    assert predictor.predict([raw])[0].label == "refund"
    beside = Predictor.load(lay_out(fresh.store, run.details["baseline"]))
    assert beside.manifest.preparation == steps
    unaware = fresh.predictor(without.model)
    assert unaware.manifest.preparation == DEFAULT_STEPS
    assert unaware.predict([raw])[0] != unaware.predict([clean])[0]


def test_the_last_refit_learns_from_validation_rows_too(tmp_path: Path) -> None:
    with make_project(tmp_path / "p", toy()) as project:
        run = project.train("baseline", settings={"c": "1000"})
        rows = load_rows(project.store, project.dataset(), [Split.VALIDATION])
        folder = lay_out(project.store, project.model().artifact)
        vocabulary = (folder / "vocabulary.json").read_text("utf-8")
    assert run.details["rows"]["validation"] == len(rows) > 0
    # The word at a validation text's end stands in two texts, that one and the other label's.
    assert any(row.text[-4:] in vocabulary for row in rows)


@pytest.mark.parametrize("recipe", ["baseline", "probe"])
def test_the_same_seed_gives_the_same_bytes(fresh: Project, base: str, recipe: str) -> None:
    first, second = (project_train(fresh, recipe, base) for _ in range(2))
    assert first.model != second.model
    assert model_bytes(fresh, first) == model_bytes(fresh, second)
    assert first.metrics["validation"] == second.metrics["validation"]


def project_train(project: Project, recipe: str, base: str) -> Run:
    return project.train(recipe, base=base, seed=3)


def test_int8_outside_tolerance_is_refused_and_fp32_published(
    fresh: Project, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(equivalence.INT8_TOLERANCES, "label_agreement", 1.01)
    run = fresh.train("probe", base=base)
    assert run.details["precision"] == "fp32"
    refused = run.details["equivalence"]["int8"]
    assert not refused["passed"]
    assert any("int8 was refused" in w and refused["reasons"][0] in w for w in run.details["warnings"])
    manifest = read_manifest(lay_out(fresh.store, fresh.model().artifact))
    assert (manifest.precision, manifest.derived_from) == ("fp32", "")


def test_an_export_that_says_something_else_is_not_registered(
    fresh: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(equivalence.EXPORT_TOLERANCES, "label_agreement", 1.01)
    with pytest.raises(CheckFailedError, match="does not say what the trained one says"):
        fresh.train("baseline")
    assert fresh.models() == []
    assert fresh.runs()[-1].state == "failed"


def test_a_failed_run_is_on_record_with_its_error(fresh: Project) -> None:
    with pytest.raises(ModelError):
        fresh.train("probe", base="nothing of the kind")
    (run,) = fresh.runs()
    assert run.state == "failed"
    assert "'nothing of the kind' is not a base model" in run.details["error"]
    assert not list((fresh.store.folder / "tmp").iterdir())


def test_an_interrupted_run_says_so(fresh: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(train_module, "_choose", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fresh.train("baseline")
    assert fresh.runs()[-1].state == "interrupted"
    monkeypatch.undo()
    assert fresh.train("baseline").state == "done"


def test_an_unknown_setting_starts_no_run(fresh: Project) -> None:
    with pytest.raises(UsageError, match="'epochs' is unknown"):
        fresh.train("baseline", settings={"epochs": 3})
    assert fresh.runs() == []


def test_an_unknown_recipe_starts_no_run(fresh: Project) -> None:
    with pytest.raises(UsageError, match="no recipe 'fulll'"):
        fresh.train("fulll")
    assert fresh.runs() == []


def test_a_run_whose_process_is_gone_is_marked_killed_at_the_next_training(fresh: Project) -> None:
    done = fresh.train("baseline")
    for process in (gone_process(), 0):
        dead = dataclasses.replace(done, id=f"{process:020}", state="running", details={"process": process})
        run_rows.add_run(fresh.store, dead)
    alive = dataclasses.replace(done, id="z" * 20, state="running", details={"process": os.getpid()})
    run_rows.add_run(fresh.store, alive)
    fresh.train("baseline")
    states = sorted(run.state for run in fresh.runs())
    assert states == ["done", "done", "killed", "killed", "running"]


def gone_process() -> int:
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    return process.pid


def test_a_killed_training_leaves_a_usable_project(trained: Path, base: str, tmp_path: Path) -> None:
    folder = copy_of(trained, tmp_path / "copy")
    # It stands still where the trained model is about to be exported, and is killed there.
    code = (
        "import time, headway.cli, headway.workflow.train as training\n"
        "training._export = lambda *_: (print('now', flush=True), time.sleep(600))\n"
        f"headway.cli.main(['train', '--recipe', 'probe', '--base', {base!r}, '--project', {str(folder)!r}])"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while (line := process.stdout.readline()) and line != "now\n":
            pass
        process.kill()
    assert (line, process.returncode) == ("now\n", -signal.SIGKILL)
    with Project.open(folder) as project:
        assert [run.state for run in project.runs()] == ["done"] * 3 + ["running"]
        assert len(project.models()) == 3
        assert project.model().version == 1
        assert project.train("baseline").model == "intents@4"
        assert [run.state for run in project.runs()] == ["done"] * 3 + ["killed", "done"]
        assert project.evaluate()["model"] == "intents@1"


@pytest.mark.parametrize(
    ("rows", "words"),
    [([(f"文 {n}", "refund") for n in range(8)], "label"), ([("no label at all", "")], "no labelled text")],
)
def test_too_little_to_learn_from_is_bad_data(tmp_path: Path, rows: Rows, words: str) -> None:
    with make_project(tmp_path / "p", rows) as project:
        with pytest.raises(DataError, match=words) as caught:
            project.train("baseline")
        assert caught.value.exit_code == 4
        assert project.models() == []


def test_a_label_with_one_example_is_learned_and_noted(tmp_path: Path) -> None:
    with make_project(tmp_path / "p", [*toy(), ("发票 invoice", "发票")]) as project:
        run = project.train("baseline")
        assert "发票" in project.predict(["发票 invoice"])[0].scores
        assert any("single example" in warning and "发票" in warning for warning in run.details["warnings"])


@pytest.mark.parametrize("recipe", ["baseline", "probe", "auto"])
@pytest.mark.parametrize(
    "rows",
    [
        [("退款", "refund"), ("parcel", "delivery")],
        [("退", "r"), ("快", "d")],
        [("same text", "a"), ("same text", "b")],
    ],
)
def test_two_texts_are_enough(tmp_path: Path, base: str, recipe: str, rows: Rows) -> None:
    with make_project(tmp_path / "p", rows) as project:
        run = project.train(recipe, base=base)
        assert run.metrics["validation"] == {}
        assert any("no validation rows" in warning for warning in run.details["warnings"])
        assert {project.predict([text])[0].label for text, _ in rows} <= {label for _, label in rows}


def test_hundreds_of_labels_with_two_examples_each(tmp_path: Path, base: str) -> None:
    rows = [(f"{text} {n} {n}", f"标签-{n}") for n in range(400) for text in ("退款 refund", "快递 parcel")]
    with make_project(tmp_path / "p", rows) as project:
        run = project.train("probe", base=base)
        assert run.state == "done"
        assert len(project.predict(["退款 refund 7 7"])[0].scores) == 400


def test_an_english_base_on_chinese_texts_is_warned_of(tmp_path: Path) -> None:
    english = make_base(tmp_path / "english", readme="---\nlanguage: en\nlicense: cc-by-nc-4.0\n---\n")
    silent = make_base(tmp_path / "silent")
    with make_project(tmp_path / "p", [row for row in mixed(60) if not row[0].isascii()]) as project:
        warned = project.train("probe", base=str(english)).details["warnings"]
        assert any("was not trained on Chinese" in warning for warning in warned)
        assert any("does not allow commercial use" in warning for warning in warned)
        unknown = project.train("probe", base=str(silent))
        assert any("does not say its licence" in warning for warning in unknown.details["warnings"])
        assert unknown.details["base"]["licence"] == "unknown"


def test_a_folder_that_cannot_be_made_is_the_machines_refusal(fresh: Project) -> None:
    (fresh.store.folder / "tmp").write_text("in the way")
    with pytest.raises(MachineError):
        fresh.train("baseline")
    assert fresh.runs()[-1].state == "failed"


def test_a_disk_that_is_full_ends_a_training_and_harms_nothing(fresh: Project, small_disk: Path) -> None:
    folder = copy_of(fresh.store.project, small_disk / "p")
    with Project.open(folder) as project:
        project.train("baseline")
        (small_disk / "filler").write_bytes(b"x" * free(small_disk))
        with pytest.raises(MachineError):
            project.train("baseline", settings={"ngram_high": 10, "min_texts": 1})
        (small_disk / "filler").unlink()
        assert [version.reference for version in project.models()] == ["intents@1"]
        assert project.predict(["退款 refund"])[0].label == "refund"
        assert project.train("baseline").model == "intents@2"


def free(folder: Path) -> int:
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize
