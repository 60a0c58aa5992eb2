"""The rows of an evaluation: keys, columns and sources stay with their texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from headway.datasets import load_rows
from headway.errors import DataError
from headway.project import Project
from headway.records import Split
from headway.registry.versions import manifest_of
from headway.sources import Columns
from headway.workflow.evaluated_rows import LabelledFile, file_rows, seen_in_training, split_rows
from tests.projects import make_project, toy


def test_a_file_keeps_its_columns_and_names_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "考试.csv"
    file.write_text("text,label,channel\n退款,refund,phone\n,refund,web\nwhere is it,delivery,web\n", "utf-8")
    rows = file_rows(LabelledFile(file, Columns("text", "label")))
    assert rows.texts == ["退款", "where is it"]
    assert rows.labels == ["refund", "delivery"]
    assert rows.keys == ["考试.csv:2", "考试.csv:4"]
    assert rows.columns == {"channel": ["phone", "web"]}
    assert rows.sources == []
    assert rows.used["n"] == 2
    assert "1 rows of 考试.csv were left out" in rows.warnings[0]


def test_rows_that_lack_a_column_have_no_value_in_it(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"text": "退款", "label": "a", "channel": "phone"}\n{"text": "late", "label": "b"}\n', "utf-8"
    )
    assert file_rows(LabelledFile(file, Columns("text", "label"))).columns == {"channel": ["phone", ""]}


def test_the_test_split_comes_with_keys_and_sources(project: Project) -> None:
    rows = split_rows(project.store, "intents")
    expected = load_rows(project.store, project.dataset(), [Split.TEST])
    assert rows.texts == [row.text for row in expected]
    assert set(rows.sources) == {"rows.csv"}
    assert all(key.startswith("row:") for key in rows.keys)
    assert len(set(rows.keys)) == len(rows.keys)
    assert rows.look_key.startswith("test:")


def test_without_test_rows_there_is_a_way_out(tmp_path: Path) -> None:
    with make_project(tmp_path / "p", toy(2)) as project:
        project.dataset()
        with pytest.raises(DataError, match="no test rows"):
            split_rows(project.store, "intents")


def test_texts_are_compared_as_the_model_reads_them(project: Project) -> None:
    version = project.model("intents@1")
    seen = load_rows(project.store, project.dataset(), [Split.TRAIN])[0].text
    manifest = manifest_of(project.store, version)
    assert seen_in_training(project.store, version, manifest, [f"  {seen} ", "全新的一句话", "new"]) == 1
