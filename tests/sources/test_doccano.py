from __future__ import annotations

import io
import json
from typing import Any

import pytest

from headway.sources import Columns, check_files
from headway.sources.doccano import read_doccano
from headway.sources.rows import BadRow, GivenLabel, Reading, Row
from tests.sources.conftest import Write

SPAN = [{"start": 5, "end": 10, "label": "LOC"}]


def read(*records: Any) -> list[Row | BadRow]:
    content = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return list(read_doccano(io.BytesIO(content.encode()), Reading()))


def test_names_are_labels() -> None:
    assert read(
        {"id": 1, "text": "我要退款", "label": ["refund", "urgent"]}, {"id": 2, "data": "hi", "label": []}
    ) == [
        Row(1, {"text": "我要退款", "id": "1"}, (GivenLabel("refund"), GivenLabel("urgent"))),
        Row(2, {"text": "hi", "id": "2"}),
    ]
    assert read({"text": "a", "label": "x"}) == [Row(1, {"text": "a"}, (GivenLabel("x"),))]


@pytest.mark.parametrize(
    "given",
    [
        {"label": [[5, 10, "LOC"]]},
        {"labels": [[5, 10, "LOC"]]},
        {"entities": [{"id": 3, "label": "LOC", "start_offset": 5, "end_offset": 10}], "relations": []},
        {"annotations": [{"label": "LOC", "start_offset": 5, "end_offset": 10, "user": 1}]},
    ],
)
def test_the_spans_of_all_versions(given: dict[str, Any]) -> None:
    (row,) = read({"text": "😀 在 北Paris".replace("北", " "), **given})
    assert isinstance(row, Row)
    assert json.loads(row.fields["spans"]) == SPAN
    assert row.fields["text"][5:10] == "Paris"
    assert row.labels == ()


def test_categories_beside_spans_and_labels_with_their_author() -> None:
    (row,) = read({"text": "Paris is fine", "entities": [], "cats": ["good"], "Comments": ["hm"]})
    assert row == Row(1, {"text": "Paris is fine", "Comments": '["hm"]'}, (GivenLabel("good"),))
    (row,) = read(
        {"text": "a", "annotations": [{"label": 2, "user": 7, "created_at": "2019-01-02T03:04:05Z"}]}
    )
    assert row == Row(1, {"text": "a"}, (GivenLabel("2", "7", "2019-01-02T03:04:05Z"),))


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"label": ["a"]}, "no text"),
        ({"text": ["a"], "label": ["a"]}, "no text"),
        ({"text": "abc", "label": [[1, 9, "X"]]}, "outside the text"),
        ({"text": "abc", "label": [["1", 2, "X"]]}, "should be int"),
        ({"text": "abc", "label": [{"no": 1}]}, "neither a label nor a span"),
        ({"text": "abc", "label": [1]}, "neither a label nor a span"),
        ({"text": "abc", "label": {"a": 1}}, "should be list"),
        ([1], "should be dict"),
    ],
)
def test_what_is_no_export_is_told(record: Any, reason: str) -> None:
    bad_row, good = read(record, {"text": "退款", "label": ["a"]})
    assert isinstance(bad_row, BadRow)
    assert reason in bad_row.reason
    assert isinstance(good, Row)


def test_it_is_said_what_it_is_and_the_column_of_labels_may_be_named(write: Write) -> None:
    path = write(
        "a.jsonl", '{"text": "我要退款", "label": ["refund"]}\n{"text": "late", "label": ["delivery"]}\n'
    )
    (plan,) = check_files([path], Columns("text", "label"))
    assert (plan.format, plan.columns) == ("doccano", Columns("text"))
    assert "It is read as doccano, which it is by its content." in plan.notes
    assert "Its rows bring their labels along; there is no column 'label' to look at." in plan.notes
    assert [row.labels for row in plan.rows() if isinstance(row, Row)] == [
        (GivenLabel("refund"),),
        (GivenLabel("delivery"),),
    ]
