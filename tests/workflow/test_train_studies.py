"""Search, folds, repeats, sinks and metrics of one's own, from the command line to the run on record."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from headway.project import Project
from headway.training.events import Event
from headway.workflow.request import read_request
from headway.workflow.train import resume, train
from tests.projects import call, make_project, mixed

SOURCE = '''
def refunds_found(y_true, y_pred, scores, names):
    """Share of the most frequent label that was found."""
    most = max(set(y_true), key=y_true.count)
    return sum(t == p for t, p in zip(y_true, y_pred) if t == most) / y_true.count(most)

def broken(y_true, y_pred, scores, names):
    raise ValueError("坏了")
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the current folder, with a module of the user's in it."""
    make_project(tmp_path / "p", mixed(150)).close()
    (tmp_path / "p" / "study_metrics.py").write_text(SOURCE, "utf-8")
    monkeypatch.chdir(tmp_path / "p")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "study_metrics", raising=False)
    return tmp_path / "p"


def test_everything_at_once_is_on_record(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(
        capsys,
        *("train", "--recipe", "baseline", "--search", "--trials", "3", "--folds", "2", "--repeats", "2"),
        *("--metric", "study_metrics:refunds_found", "--metric", "study_metrics:broken"),
        *("--log-to", "jsonl=events.jsonl", "--json"),
    )
    assert done.code == 0, done.err
    run = done.json
    assert len(run["details"]["trials"]) == 3
    assert run["metrics"]["search"]["best"] in range(3)
    assert run["metrics"]["folds"]["folds"] == 2
    assert run["metrics"]["repeats"]["seeds"] == [0, 1]
    assert set(run["details"]["studies"]) == {"search", "folds", "repeats"}
    assert 0 <= run["metrics"]["validation"]["study_metrics:refunds_found"] <= 1
    assert any("study_metrics:broken raised ValueError: 坏了" in one for one in run["details"]["warnings"])
    # The best settings are those the model was trained with.
    with Project.open(folder) as project:
        manifest = project.predictor().manifest
    best = run["metrics"]["search"]["settings"]
    assert {name: manifest.settings[name] for name in best} == best
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
    assert [event["kind"] for event in events] == ["note"] * 3
    assert {event["run"] for event in events} == {run["run"]}
    shown = call(capsys, "runs", "show", run["run"])
    for part in (
        "trial 0: done",
        "trial 2: ",
        "The search tried 3 sets of settings",
        "Cross-validation in 2 folds",
    ):
        assert part in shown.out


def test_folds_and_seeds_stand_beside_a_model_that_trains_the_encoder(
    folder: Path, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(
        capsys,
        *("train", "--recipe", "full", "--base", base, "--set", "epochs=1", "--set", "learning_rate=1e-3"),
        *("--search", "--trials", "2", "--repeats", "2", "--folds", "2", "--log-to", "tensorboard=board"),
    )
    assert done.code == 0, done.err
    assert "is registered" in done.out
    assert "Over 2 seeds (0 to 1)" in done.out
    assert "Trial 1 (batch_size=" in done.out
    with Project.open(folder) as project:
        (run,) = project.runs()
    assert run.metrics["repeats"]["accuracy"]["values"][0] == run.metrics["validation"]["accuracy"]
    assert (folder / "board" / run.id).is_dir()
    assert list((folder / ".headway" / "tmp").iterdir()) == []


def test_what_cannot_be_done_is_refused_before_a_run_is_on_record(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = call(capsys, "train", "--search", "--trials", "0", "--folds", "1", "--log-to", "wandb=x")
    assert typed.code == 2
    for part in ("--search needs a recipe", "--trials 0", "--folds 1", "'wandb=x'"):
        assert part in typed.err
    data = call(capsys, "train", "--recipe", "baseline", "--folds", "200", "--search", "--set", "c=1")
    assert data.code == 2
    assert "--folds 200 is more than the label" in data.err
    unknown = call(capsys, "train", "--recipe", "baseline", "--metric", "study_metrics:no")
    assert unknown.code == 2
    assert "has no 'no'" in unknown.err
    with Project.open(folder) as project:
        assert [run.state for run in project.runs()] in ([], ["failed"])


def test_a_metric_of_the_users_stands_in_the_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "train", "--recipe", "baseline").code == 0
    report = call(capsys, "evaluate", "--metric", "study_metrics:refunds_found", "--json").json
    assert 0 <= report["metrics"]["study_metrics:refunds_found"] <= 1
    assert "study_metrics:refunds_found" in Path(report["html"]).read_text("utf-8")
    assert call(capsys, "evaluate", "--metric", "accuracy").code == 2


def test_a_run_that_is_resumed_does_not_search_again(folder: Path) -> None:
    def interrupt(stage: str, done: int, total: int | None = None) -> None:
        if stage.startswith("Cross-validation"):
            raise KeyboardInterrupt

    with Project.open(folder) as project:
        request = read_request(recipe="baseline", search=True, trials=3, folds=2)
        with pytest.raises(KeyboardInterrupt):
            train(project.store, project.task(), request, project.settings.split, interrupt)
        (begun,) = project.runs()
        heard: list[Event] = []
        done = resume(project.store, begun.id, on_event=heard.append)
    assert begun.state == "interrupted"
    assert (done.id, done.state) == (begun.id, "done")
    assert heard == []
    assert len(done.details["trials"]) == 3
    assert done.metrics["folds"]["folds"] == 2
