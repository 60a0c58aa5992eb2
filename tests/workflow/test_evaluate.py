from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.datasets import create_version, load_rows
from headway.errors import DataError, UsageError
from headway.project import Project
from headway.records import CleaningPolicy, Split
from headway.store.cleanings import set_policy
from headway.store.runs import update_run
from headway.workflow.evaluate import labelled_file
from tests.projects import make_project, messages, mixed, write_csv


def test_the_test_split_is_measured_through_the_predictor(project: Project) -> None:
    report = project.evaluate("intents@3")
    rows = load_rows(project.store, project.dataset(), [Split.TEST])
    predicted = [prediction.label for prediction in project.predict([row.text for row in rows], "intents@3")]
    right = np.mean([label == row.label for label, row in zip(predicted, rows, strict=True)])
    assert report["n"] == len(rows)
    assert report["metrics"]["accuracy"] == pytest.approx(right, abs=1e-6)
    low, high = report["interval"]["accuracy"]
    assert low <= right <= high
    assert sum(figures["support"] for figures in report["per_class"]) == len(rows)
    assert report["training"]["recipe"] == "probe"
    assert report["equivalence"]["int8"]["passed"]


def test_looks_at_the_test_split_are_counted_whatever_the_model(project: Project) -> None:
    looks = [project.evaluate(model)["data"]["looks"] for model in ("intents@1", "intents@2", "intents@1")]
    assert looks == [1, 2, 3]


def test_a_split_that_has_grown_is_not_new(project: Project, tmp_path: Path) -> None:
    first = project.evaluate("intents@1")
    write_csv(tmp_path / "more.csv", [("发票什么时候开，昨天就申请了", "complaint")])
    project.import_files(tmp_path / "more.csv", text="text", label="label", split="test")
    create_version(project.store, "intents")
    second = project.evaluate("intents@1")
    assert (second["n"], second["data"]["looks"]) == (first["n"] + 1, 2)


def test_earlier_looks_are_remembered_the_newest_first(project: Project) -> None:
    first, second = project.evaluate("intents@1"), project.evaluate("intents@2")
    assert first["looks"]["earlier"] == []
    assert second["looks"] | {"optimism": 0} == {
        "n": 2,
        "models": 2,
        "optimism": 0,
        "earlier": second["looks"]["earlier"],
    }
    (look,) = second["looks"]["earlier"]
    assert look["model"] == "intents@1"
    assert look["accuracy"] == pytest.approx(first["metrics"]["accuracy"], abs=1e-6)
    assert look["at"] < second["created_at"]


def test_another_version_is_compared_with_the_champion_on_the_same_rows(project: Project) -> None:
    champion = project.evaluate("intents@1")
    assert champion["champion"] is None
    report = project.evaluate("intents@3")
    found = report["champion"]
    assert found["model"] == "intents@1"
    assert found["accuracy"] == pytest.approx(champion["metrics"]["accuracy"], abs=1e-6)
    gap = report["metrics"]["accuracy"] - champion["metrics"]["accuracy"]
    assert found["difference"] == pytest.approx(gap, abs=2e-6)
    assert found["only_this_right"] - found["only_champion_right"] == pytest.approx(
        gap * report["n"], abs=0.01
    )
    assert found["verdict"] in {"better", "worse", "unclear"}
    assert any("intents@1" in sentence for sentence in report["summary"]["zh"])


def test_slices_know_language_source_and_the_users_columns(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p", name="intents") as project:
        for name, language in (("邮件.csv", "zh"), ("chat.csv", "en")):
            rows = list(enumerate(messages(language)))
            lines = [["id", "text", "label", "channel"]]
            lines += [[f"{name}-{n}", text, label, ("phone", "网页")[n % 2]] for n, (text, label) in rows]
            with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(lines)
            project.import_files(tmp_path / name, text="text", label="label", id="id")
        project.train("baseline")
        report = project.evaluate()
        found = {(entry["kind"], entry["name"]): entry["slices"] for entry in report["slices"]}
        assert {one["value"] for one in found["source", ""]} == {"chat.csv", "邮件.csv"}
        assert {one["value"] for one in found["column", "channel"]} == {"phone", "网页"}
        assert {one["value"] for one in found["language", ""]} >= {"en", "zh"}
        assert sum(one["n"] for one in found["source", ""]) == report["n"]
        assert ("column", "id") not in found
        # A key by which a person finds the row again.
        texts = {
            f"id:{name}-{n}": text
            for name, language in (("邮件.csv", "zh"), ("chat.csv", "en"))
            for n, (text, _) in enumerate(messages(language))
        }
        for row in report["label_errors"]["rows"] + report["mistakes"]:
            assert texts[row["key"]][:150] == row["text"][:150]


def test_a_learning_curve_that_was_kept_with_the_run_is_in_the_report(project: Project) -> None:
    run = project.runs()[0]
    points = [
        {"rows": rows, "labels": 8, "n": 50, "accuracy": accuracy, "interval": [0.3, 0.9], "seconds": 0.1}
        for rows, accuracy in ((50, 0.5), (100, 0.6), (200, 0.7))
    ]
    update_run(project.store, dataclasses.replace(run, details={**run.details, "learning_curve": points}))
    report = project.evaluate("intents@1")
    assert report["learning_curve"]["points"] == points
    assert "标注数据翻倍" in "".join(report["summary"]["zh"])
    update_run(project.store, dataclasses.replace(run, details={**run.details, "learning_curve": []}))
    assert project.evaluate("intents@1")["learning_curve"] is None


def test_looks_at_a_file_are_counted_by_its_content(project: Project, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [("我要退款", "refund_request"), ("late", "delivery_status")])
    second = tmp_path / "b.csv"
    second.write_bytes(first.read_bytes())
    other = write_csv(tmp_path / "c.csv", [("late", "delivery_status")])
    looks = [
        project.evaluate(data=file, text="text", label="label")["data"]["looks"]
        for file in (first, second, other)
    ]
    assert looks == [1, 2, 1]


def test_what_is_returned_is_what_is_written(project: Project, tmp_path: Path) -> None:
    page = tmp_path / "pages" / "报告.html"
    report = project.evaluate(html=page)
    (folder,) = (project.store.project / "reports").iterdir()
    written = json.loads((folder / "report.json").read_text("utf-8"))
    assert written == {key: value for key, value in report.items() if key != "html"}
    assert report["html"] == str(page)
    assert page.read_bytes() == (folder / "report.html").read_bytes()
    again = project.evaluate()
    assert Path(again["html"]).parent != folder
    assert Path(again["html"]).is_file()


def test_the_baseline_stands_beside_the_model(project: Project) -> None:
    beside = project.evaluate("intents@2")["baseline"]
    alone = project.evaluate("intents@1")
    assert beside["metrics"]["accuracy"] == pytest.approx(alone["metrics"]["accuracy"], abs=1e-6)
    assert alone["baseline"] is None


def test_a_damaged_baseline_costs_the_comparison_only(trained: Path, tmp_path: Path) -> None:
    from headway.store import Store
    from headway.workflow.evaluate import evaluate
    from tests.projects import copy_of

    said: list[str] = []
    store = Store.open(copy_of(trained, tmp_path / "copy"), notify=said.append)
    project = Project(store, Project.open(store.project).settings)
    baseline = project.runs()[1].details["baseline"]
    store.blobs.path(baseline).unlink()
    assert evaluate(store, project.model("intents@2"))["baseline"] is None
    assert "cannot be shown" in said[0]
    store.close()


def warnings(project: Project, file: Path, **columns: Any) -> str:
    columns = {"text": "text", "label": "label", **columns}
    return "\n".join(project.evaluate("intents@1", data=file, **columns)["warnings"])


def test_labels_the_model_does_not_know_count_as_wrong_and_are_named(
    project: Project, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "a.csv", [("退款", "refund_request"), ("发票", "发票"), ("发票二", "发票")])
    report = project.evaluate(data=file, text="text", label="label")
    assert report["outside"] == {"n": 2, "labels": {"发票": 2}}
    assert report["metrics"]["accuracy"] <= 1 / 3 + 1e-6


def test_texts_seen_in_training_are_flagged(project: Project, tmp_path: Path) -> None:
    seen = load_rows(project.store, project.dataset(), [Split.TRAIN])[:2]
    new = [("从来没有见过的一句话", "complaint"), ("never seen before", "complaint")]
    file = write_csv(tmp_path / "a.csv", [(f" {row.text}  ", row.label) for row in seen] + new)
    assert "2 of 4 texts were in the training data" in warnings(project, file)
    assert "training data" not in warnings(project, write_csv(tmp_path / "b.csv", new))


def test_a_text_that_the_model_cannot_tell_from_one_it_learned_from_was_seen(
    fresh: Project, tmp_path: Path
) -> None:
    set_policy(fresh.store, fresh.task().name, CleaningPolicy(steps=("html@1",)))
    fresh.train("baseline")
    (seen,) = load_rows(fresh.store, fresh.dataset(), [Split.TRAIN])[:1]
    file = write_csv(tmp_path / "a.csv", [(f"<p>{seen.text}</p>", seen.label), ("新的 new", seen.label)])
    assert "1 of 2 texts were in the training data" in warnings(fresh, file)


def test_rows_that_cannot_be_used_are_counted(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"text": "退款呢", "label": "refund_request"}\n{"text": "", "label": "a"}\n'
        '{"text": "no label"}\nnot json\n{"text": "\\ud83d", "label": "a"}\n',
        "utf-8",
    )
    assert "4 rows of a.jsonl were left out" in warnings(project, file)


def test_a_file_without_usable_rows_or_columns_is_refused(project: Project, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", [("text without label", "")])
    with pytest.raises(DataError, match="no row with both"):
        project.evaluate(data=file, text="text", label="label")
    with pytest.raises(DataError, match="no column 'message'"):
        project.evaluate(data=file, text="message", label="label")
    assert project.evaluate()["data"]["looks"] == 1  # what was refused was not looked at


@pytest.mark.parametrize(("text", "label"), [(None, "label"), ("text", None)])
def test_columns_of_a_file_have_to_be_named(tmp_path: Path, text: str | None, label: str | None) -> None:
    with pytest.raises(UsageError, match="Which columns"):
        labelled_file(tmp_path / "a.csv", text, label)
    assert labelled_file(None, text, label) is None


def test_without_test_rows_there_is_nothing_to_measure_on(tmp_path: Path) -> None:
    with make_project(tmp_path / "p", [("退款", "a"), ("快递", "b")]) as project:
        project.train("baseline")
        with pytest.raises(DataError, match="no test rows") as caught:
            project.evaluate()
    assert "--split test" in str(caught.value.next_step)


def test_a_report_speaks_the_language_of_the_texts(tmp_path: Path) -> None:
    rows = [row for row in mixed(240) if any("\u4e00" <= sign <= "\u9fff" for sign in row[0])]
    with make_project(tmp_path / "p", rows) as project:
        project.train("baseline")
        report = project.evaluate()
    assert report["language"] == "zh"
    assert {"en", "zh"} <= report["summary"].keys()
