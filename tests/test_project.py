from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import headway
from headway.errors import DataError, NoProjectError, UsageError
from headway.project import Project
from headway.records import Split
from tests.projects import call, copy_of, make_project, tiny_base, toy, trained_project, write_csv


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    trained = trained_project(tmp_path_factory.getbasetemp())
    with headway.open(copy_of(trained, tmp_path / "copy")) as project:
        yield project


def test_the_whole_thread_in_python(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = str(tiny_base(tmp_path_factory.getbasetemp()))
    with headway.create(tmp_path / "p", name="意图") as project:
        (done,) = project.import_files(write_csv(tmp_path / "rows.csv", toy()), text="text", label="label")
        assert (done.read, done.added, done.labels) == (40, 40, 40)
        version = project.dataset()
        run = project.train("probe", base=base, settings={"c": 10}, precision="fp32", budget="10m", seed=1)
        assert (run.dataset, run.model, run.seed) == (version.hash, "意图@1", 1)
        assert project.predict(["退款 refund"])[0].label == "refund"
        report = project.evaluate(html=tmp_path / "report.html")
        assert report["n"] == version.sizes["test"]
        project.train("baseline")
        assert project.model().version == 1
        assert project.promote("意图@2").aliases == ("champion",)
        assert project.rollback().version == 1
        project.export(tmp_path / "model", "意图@2")
        assert (tmp_path / "model" / "manifest.json").is_file()
        with pytest.raises(UsageError, match="is done"):
            project.resume(run.id)
        assert [run.recipe for run in project.runs()] == ["probe", "baseline"]
        assert [model.reference for model in project.models()] == ["意图@1", "意图@2"]
        assert repr(project) == f"<Headway project {tmp_path / 'p'}, 2 model versions>"


def test_its_verbs_are_those_of_the_commands(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(project.store.project)

    def run(*arguments: str) -> dict[str, object]:
        return call(capsys, *arguments, "--json", "--project", folder).json

    shown = run("predict", str(project.store.project / "rows.csv"), "--text", "text")["predictions"]
    assert isinstance(shown, list)
    own = project.predict([line["text"] for line in shown])
    assert [(line["label"], line["scores"]) for line in shown] == [(each.label, each.scores) for each in own]
    measured, again = run("evaluate", "intents@3"), project.evaluate("intents@3")
    for changing in ("created_at", "html", "cost", "data", "looks", "summary"):
        del measured[changing], again[changing]
    assert json.loads(json.dumps(again)) == measured
    assert run("dataset", "create")["hash"] == project.dataset().hash
    trained = project.train("baseline", seed=5)
    commanded = run("train", "--recipe", "baseline", "--seed", "5")
    assert commanded["metrics"] == json.loads(json.dumps(trained.metrics))
    assert run("models", "show", "intents@2")["artifact"] == project.model("intents@2").artifact


def test_settings_of_the_project_are_used(tmp_path: Path) -> None:
    make_project(tmp_path / "p", toy()).close()
    (tmp_path / "p" / "headway.toml").write_text("[split]\ntest = 0.3\nvalidation = 0.0\n")
    with headway.open(tmp_path / "p") as project:
        assert project.dataset().sizes == {"train": 28, "validation": 0, "test": 12}


def test_a_split_and_a_task_can_be_named(tmp_path: Path) -> None:
    make_project(tmp_path / "p", toy(), name="first").close()
    file = write_csv(tmp_path / "test.csv", [("新 text", "refund")])
    with Project.create(tmp_path / "p", name="second") as project:
        with pytest.raises(UsageError, match="2 tasks"):
            project.task()
        project.import_files(file, text="text", label="label", split="test", task="second")
        assert project.dataset("second").sizes[Split.TEST] == 1
        assert project.dataset("first").sizes[Split.TRAIN] == 32
        with pytest.raises(UsageError, match="no split 'tset'"):
            project.import_files(file, text="text", split="tset", task="first")


def test_where_one_of_several_files_is_bad_none_is_read(tmp_path: Path) -> None:
    good = write_csv(tmp_path / "good.csv", toy())
    with headway.create(tmp_path / "p") as project:
        with pytest.raises(DataError, match="no file"):
            project.import_files(good, tmp_path / "none.csv", text="text", label="label")
        with pytest.raises(DataError, match="no labelled text"):
            project.dataset()


@pytest.mark.parametrize("name", ["a@1", "../up", "a b"])
def test_a_name_that_no_reference_can_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="may hold letters"):
        headway.create(tmp_path / "p", name=name)
    assert not (tmp_path / "p").exists()


def test_a_folder_without_a_project_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(NoProjectError, match="holds no Headway project"):
        headway.open(tmp_path)
    with pytest.raises(UsageError, match="no task kind"):
        headway.create(tmp_path / "p", kind="ranking")
    assert not (tmp_path / "p").exists()


def test_data_are_cleaned_on_request(tmp_path: Path) -> None:
    rows = [*toy(), toy()[0], ("快递 &amp; parcel", "delivery")]
    with make_project(tmp_path / "p", rows) as project:
        found = {one["key"]: one["count"] for one in project.clean()["findings"]}
        assert (found["duplicates"], found["html"]) == (1, 1)
        done = project.clean(["html", "duplicates"])
        assert done["next_version"]["left_out"] == {"duplicates": 1}
        assert "html@1" in project.dataset().preparation
        assert project.clean(undo=True)["next_version"]["rows"] == len(rows)
        with pytest.raises(UsageError, match="both given"):
            project.clean(["html"], undo=True)
