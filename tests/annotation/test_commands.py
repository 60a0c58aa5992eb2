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
    assert "Of two answers to one text 66.7 % (33.3 % … 100.0 %) are equal." in said.out
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
