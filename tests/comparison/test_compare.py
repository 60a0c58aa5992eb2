from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from headway.project import Project
from headway.records import Run
from headway.registry.artifacts import lay_out
from headway.store import runs as run_rows
from headway.store.models import add_version
from tests.projects import toy, write_csv

from .test_contestants import add_run


def by_name(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in report["rows"]}


def change(project: Project, run: Run, **values: Any) -> Run:
    """Put other values on a run's record."""
    changed = dataclasses.replace(run, **values)
    run_rows.update_run(project.store, changed)
    return changed


def measured(accuracy: float, low: float, high: float) -> dict[str, Any]:
    return {"validation": {"accuracy": accuracy, "macro_f1": accuracy}, "interval": {"accuracy": [low, high]}}


def test_accuracy_and_seconds_are_those_on_record(project: Project) -> None:
    run = change(project, project.runs()[0], metrics=measured(0.123, 0.1, 0.2), seconds=987.0)
    row = by_name(project.compare())["intents@1"]
    assert (row["accuracy"], row["macro_f1"], row["interval"]) == (0.123, 0.123, [0.1, 0.2])
    assert (row["seconds"], row["run"], row["recipe"]) == (987.0, run.id, "baseline")


def test_size_is_that_of_the_files_and_speed_is_measured(project: Project) -> None:
    report = project.compare()
    for name, row in by_name(report).items():
        folder = lay_out(project.store, project.model(name).artifact)
        assert row["size_bytes"] == sum(path.stat().st_size for path in folder.iterdir())
        assert row["texts_per_second"] > 0
        assert row["problem"] is None
    assert report["speed"]["texts"] == project.dataset().sizes["validation"]
    assert by_name(report)["intents@3"]["base"] == "tiny"


def test_the_most_accurate_comes_first_and_has_the_first_number(project: Project) -> None:
    for run, accuracy in zip(project.runs(), (0.5, 0.9, 0.7), strict=True):
        change(project, run, metrics=measured(accuracy, accuracy - 0.05, accuracy + 0.05))
    rows = project.compare(["intents@1", "intents@2", "intents@3"])["rows"]
    assert [(row["number"], row["name"]) for row in rows] == [
        (1, "intents@2"),
        (2, "intents@3"),
        (3, "intents@1"),
    ]
    assert [row["overlaps_best"] for row in rows] == [None, False, False]


def test_one_that_is_worse_in_everything_is_dominated(project: Project) -> None:
    baseline = change(project, project.runs()[0], metrics=measured(0.9, 0.85, 0.95), seconds=1.0)
    worse = add_run(
        project,
        state="done",
        dataset=baseline.dataset,
        metrics=measured(0.8, 0.75, 0.86),
        seconds=100.0,
    )
    # The same files: size and speed of the two are equal, however fast this machine is just now.
    same = dataclasses.replace(project.model("intents@1"), run=worse.id, aliases=())
    assert add_version(project.store, same).reference == "intents@4"
    found = by_name(project.compare(["intents@1", "intents@4"]))
    assert found["intents@4"]["dominated_by"] == ["intents@1"]
    assert found["intents@4"]["front"] is False
    assert found["intents@4"]["overlaps_best"] is True
    assert found["intents@1"]["front"] is True
    assert found["intents@1"]["dominated_by"] == []


def test_the_most_accurate_is_on_the_front(project: Project) -> None:
    for run, accuracy in zip(project.runs(), (0.9, 0.8, 0.95), strict=True):
        change(project, run, metrics=measured(accuracy, accuracy - 0.05, accuracy + 0.05), seconds=100.0)
    assert by_name(project.compare())["intents@3"]["front"] is True


def test_the_report_is_kept_as_data_and_as_a_page(project: Project, tmp_path: Path) -> None:
    report = project.compare(["intents@1"], html=tmp_path / "页.html")
    (folder,) = (project.store.project / "reports").glob("compare-intents-*")
    kept = json.loads((folder / "report.json").read_text("utf-8"))
    assert kept == {key: value for key, value in report.items() if key != "html"}
    page = (folder / "report.html").read_text("utf-8")
    assert (tmp_path / "页.html").read_text("utf-8") == page
    assert report["html"] == str(tmp_path / "页.html")
    assert "intents@1" in page
    assert project.compare(["intents@1"])["html"].endswith("report.html")


def test_one_alone_is_a_table_of_one(project: Project) -> None:
    report = project.compare(["intents"])
    assert [row["front"] for row in report["rows"]] == [None]
    assert "only one" in report["summary"]["en"][0]
    assert report["warnings"] == []


def test_models_measured_on_other_texts_are_not_set_against_each_other(
    project: Project, tmp_path: Path
) -> None:
    rows = [(f"另外的 {text}", label) for text, label in toy(60)]
    for split in ("train", "validation"):
        part = [(f"{split} {text}", label) for text, label in rows]
        project.import_files(
            write_csv(tmp_path / f"{split}.csv", part), text="text", label="label", split=split
        )
    project.train("baseline")
    report = project.compare()
    (warning,) = report["warnings"]
    assert "dataset version 1: " in warning["en"]
    assert "dataset version 2: intents@4" in warning["en"]
    assert "数据集版本 2：intents@4" in warning["zh"]
    found = by_name(report)
    assert found["intents@4"]["front"] is None
    assert found["intents@4"]["overlaps_best"] is None
    assert found["intents@1"]["front"] is not None
    assert "intents@4" not in " ".join(name for row in report["rows"] for name in row["dominated_by"])


def test_another_version_with_the_same_validation_texts_can_be_compared(project: Project) -> None:
    project.dataset(cap=20)
    run = project.train("baseline")
    report = project.compare(["intents@1", "intents@4"])
    assert run.dataset != project.runs()[0].dataset
    assert report["warnings"] == []
    assert all(row["front"] is not None for row in report["rows"])


@pytest.mark.parametrize("state", ["failed", "interrupted", "killed", "running"])
def test_a_run_that_is_not_done_is_listed_without_figures(project: Project, state: str) -> None:
    run = add_run(project, state=state, seconds=12.0, details={"error": "the disk is full"})
    report = project.compare(["intents@1", run.id])
    row = report["rows"][-1]
    assert (row["name"], row["state"]) == (run.id, state)
    assert all(row[key] is None for key in ("accuracy", "seconds", "size_bytes", "texts_per_second", "front"))
    (warning,) = report["warnings"]
    assert ("the disk is full" in warning["en"]) == (state == "failed")
    assert run.id in warning["zh"]


def test_a_missing_figure_is_said_and_hides_nothing_else(project: Project) -> None:
    run = change(project, project.runs()[0], metrics={"validation": {}, "interval": {}})
    report = project.compare()
    row = by_name(report)["intents@1"]
    assert row["accuracy"] is None
    assert row["texts_per_second"] > 0
    assert row["seconds"] == run.seconds
    assert "no validation figure" in report["warnings"][0]["en"]
    assert [one["front"] is None for one in report["rows"]].count(True) == 1


def test_a_damaged_model_does_not_stop_the_comparison(project: Project) -> None:
    folder = lay_out(project.store, project.model("intents@2").artifact)
    with (folder / "model.onnx").open("r+b") as file:
        file.write(b"damaged")
    report = project.compare()
    row = by_name(report)["intents@2"]
    assert "model.onnx" in row["problem"]
    assert (row["size_bytes"], row["texts_per_second"], row["front"]) == (None, None, None)
    assert row["accuracy"] is not None
    assert by_name(report)["intents@1"]["texts_per_second"] > 0
    assert "cannot be opened" in report["warnings"][0]["en"]
