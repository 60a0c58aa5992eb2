from __future__ import annotations

import json
from pathlib import Path

import pytest

from headway.store import Store
from tests.annotated import annotate, import_texts
from tests.projects import call


@pytest.fixture
def project(store: Store) -> Path:
    import_texts(store, ["我要退款", "where is\nmy [order]", "谢谢"])
    annotate(store, "我要退款", [("Ann", "退款"), ("Bob", "退款"), ("李", "退款")])
    annotate(store, "where is\nmy [order]", [("Ann", "物流"), ("Bob", "其他"), ("李", "物流")])
    return store.project


def test_the_status_is_told_in_words(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = call(capsys, "annotate", "status", "--project", project)
    assert said.code == 0
    assert "2 of 3 texts are labelled; 2 of them by more than one annotator." in said.out
    assert "Of two answers to one text 66.7% (33.3% … 100%) are equal." in said.out
    assert "Krippendorff's alpha" in said.out
    assert "Bob: 2 answers" in said.out
    assert "where is my [order] | Ann 物流, Bob 其他, 李 物流 | probably 物流" in said.out


def test_as_json_it_is_one_object(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "annotate", "status", "--project", project, "--json").json
    assert found["answered_by_several"] == 2
    assert [one["text"] for one in found["disputed"]] == ["where is\nmy [order]"]
    json.dumps(found, allow_nan=False)


def test_no_text_is_listed_where_none_is_asked_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = call(capsys, "annotate", "status", "--disputed", "0", "--project", project)
    assert "most doubtful" not in said.out


def test_without_a_second_annotator_the_next_step_is_said(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    import_texts(store, ["谢谢"])
    said = call(capsys, "annotate", "status", "--project", store.project)
    assert said.code == 0
    assert "once two of them have labelled the same texts" in said.out


def test_an_unknown_task_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = call(capsys, "annotate", "status", "--task", "nothing", "--project", project)
    assert said.code == 2


def test_labels_guidelines_and_queue_are_set_up(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("--project", project)
    assert "annotate labels NAME" in call(capsys, "annotate", "labels", *here).out
    call(capsys, "annotate", "labels", "退款", "物流", "其他", *here)
    found = call(capsys, "annotate", "labels", "退款", "其他", *here, "--json").json
    assert [(row["label"], row["retired"] is None) for row in found["rows"]] == [
        ("退款", True),
        ("其他", True),
        ("物流", False),
    ]
    assert "no guidelines yet" in call(capsys, "annotate", "guidelines", *here).out
    (tmp_path / "规范.md").write_text("退款：要钱回来。", "utf-8")
    call(capsys, "annotate", "guidelines", tmp_path / "规范.md", *here)
    assert call(capsys, "annotate", "guidelines", *here, "--json").json == {
        "version": 1,
        "text": "退款：要钱回来。",
    }
    call(capsys, "annotate", "labels", "退款", "其他", "物流", *here)
    said = call(capsys, "annotate", "queue", "--overlap", "2", "--gold-from", "Ann", *here)
    assert "1 texts were put into the queue." in said.out
    assert "It holds 3 texts, 2 of them with a known label; 0 are done, and 2 labels" in said.out
    again = call(capsys, "annotate", "queue", "--labelled", *here, "--json").json
    assert (again["added"], again["labels_left"]) == (0, 2)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["labels", "退款"], "there are 1 names"),
        (["labels", "退款", "退款", "a\tb"], "more than once"),
        (["queue", "--overlap", "0"], "1 to 100 people"),
        (["queue", "--gold-from", "nobody"], "labelled nothing"),
        (["guidelines", "nothing.md"], "cannot be read"),
    ],
)
def test_what_cannot_be_set_up_changes_nothing(
    project: Path, command: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = call(capsys, "annotate", *command, "--project", project)
    assert said.code in (2, 4)
    assert reason in said.err
    found = call(capsys, "annotate", "queue", "--project", project, "--json").json
    assert (found["added"], found["gold"]) == (1, 0)
