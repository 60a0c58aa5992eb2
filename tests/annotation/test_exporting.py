from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from headway.annotation.exporting import FORMATS, escape_formula, export, labelled, unescape_formula
from headway.datasets.labelled import given_by_people
from headway.errors import DataError, UsageError
from headway.project import Project
from headway.store import Store
from tests.annotated import TASK, annotate, import_texts

NASTY = [
    "=1+1",
    "'=1+1",
    "@SUM(A1)",
    "-5",
    "+86 138",
    "\t=1",
    "tab\there",
    'quote " and, comma',
    "two\nlines",
]
TEXTS = [*NASTY, "我要退款", "👩‍👩‍👧 e\u0301 مرحبا", "<script>alert(1)</script>", "x" * 5_000]


@pytest.fixture
def told(store: Store) -> Store:
    """A project whose texts have labels of two people, one of them changed once."""
    import_texts(store, TEXTS)
    for number, text in enumerate(TEXTS):
        annotate(store, text, [("Ann", "退款"), ("李", "=label" if number % 2 else "other")])
    annotate(store, "我要退款", [("Ann", "delivery")])
    return store


def said_in(project: Path) -> dict[str, dict[str, str]]:
    """Text → annotator → label, of whatever a project has imported."""
    with Project.open(project) as opened:
        found, texts = given_by_people(opened.store, opened.task().name, "9999")
    return {
        texts[record]: {author.rpartition("/")[2]: label for author, label in said.items()}
        for record, said in found.items()
    }


@pytest.mark.parametrize("name", ["label-studio", "prodigy", "doccano"])
def test_what_other_tools_are_given_is_read_back_the_same(told: Store, tmp_path: Path, name: str) -> None:
    file = tmp_path / ("labels.json" if name == "label-studio" else "labels.jsonl")
    found = export(told, TASK, file, name)
    assert (found["texts"], found["labels"]) == (len(TEXTS), 2 * len(TEXTS))
    with Project.create(tmp_path / "other") as other:
        # Prodigy has a line for each answer: an id tells which are about the same text.
        other.import_files(file, text="text", id="id" if name == "prodigy" else None)
    expected, texts = given_by_people(told, TASK, "9999")
    assert said_in(tmp_path / "other") == {texts[record]: said for record, said in expected.items()}


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "jsonl"])
def test_labels_of_rules_are_exported_by_the_format_without_loss_alone(
    told: Store, tmp_path: Path, name: str
) -> None:
    before = export(told, TASK, tmp_path / f"before.{name}", name)
    annotate(told, "我要退款", [("rule:钱", "退款")])
    after = export(told, TASK, tmp_path / f"after.{name}", name)
    assert (after["texts"], after["labels"]) == (before["texts"], before["labels"])
    export(told, TASK, tmp_path / "all.jsonl")
    assert "rule:钱" in (tmp_path / "all.jsonl").read_text("utf-8")


def test_a_csv_is_no_program_and_loses_nothing(told: Store, tmp_path: Path) -> None:
    export(told, TASK, tmp_path / "labels.csv")
    raw = (tmp_path / "labels.csv").read_bytes()
    assert raw.startswith("\ufeffid,text,label,annotator,created_at".encode())
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@\t\r"]
    found = {
        (unescape_formula(row["text"]), row["annotator"]): unescape_formula(row["label"]) for row in rows
    }
    assert found == {
        (one.record.text, a.author): a.label for one in labelled(told, TASK) for a in one.annotations
    }


def test_a_workbook_holds_texts_alone(told: Store, tmp_path: Path) -> None:
    import openpyxl

    annotate(told, "-5", [("Ann", "bell\x07 _x0041_")])
    export(told, TASK, tmp_path / "labels.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "labels.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    rows = CalamineWorkbook.from_path(tmp_path / "labels.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0] == ["id", "text", "label", "annotator", "created_at"]
    assert {row[1] for row in rows[1:]} == set(TEXTS)
    assert {row[2] for row in rows[1:] if row[1] == "-5" and row[3] == "Ann"} == {"bell\x07 _x0041_"}


def test_a_text_that_no_cell_can_hold_is_named(store: Store, tmp_path: Path) -> None:
    import_texts(store, ["长" * 40_000])
    annotate(store, "长" * 40_000, [("Ann", "退款")])
    with pytest.raises(DataError, match="40,000 characters"):
        export(store, TASK, tmp_path / "labels.xlsx")
    assert not (tmp_path / "labels.xlsx").exists()


def test_an_empty_task_makes_files_without_rows(store: Store, tmp_path: Path) -> None:
    import_texts(store, ["一"])
    for name in FORMATS:
        assert export(store, TASK, tmp_path / name, name)["texts"] == 0


@pytest.mark.parametrize(("file", "name"), [("labels.txt", None), ("labels.csv", "excel")])
def test_a_format_that_is_unknown_is_refused(store: Store, tmp_path: Path, file: str, name: Any) -> None:
    import_texts(store, ["一"])
    with pytest.raises(UsageError, match="format"):
        export(store, TASK, tmp_path / file, name)


@given(st.text("='+-@\t\rab", max_size=6) | st.text())
def test_escaping_can_be_undone_and_leaves_no_formula(value: str) -> None:
    escaped = escape_formula(value)
    assert unescape_formula(escaped) == value
    assert escaped[:1] not in tuple("=+-@\t\r")
