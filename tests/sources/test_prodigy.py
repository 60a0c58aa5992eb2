from __future__ import annotations

import io
import json
from typing import Any

import pytest

from headway.sources.prodigy import read_prodigy
from headway.sources.rows import BadRow, GivenLabel, Reading, Row


def read(*records: Any) -> list[Row | BadRow]:
    content = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return list(read_prodigy(io.BytesIO(content.encode()), Reading()))


def labels_of(row: Row | BadRow) -> tuple[GivenLabel, ...]:
    assert isinstance(row, Row), row
    return row.labels


def test_an_accepted_label_has_its_author_and_time() -> None:
    record = {
        "text": "我要退款",
        "label": "refund",
        "answer": "accept",
        "meta": {"shop": "北京"},
        "_annotator_id": "set-anna",
        "_session_id": "session",
        "_timestamp": 1_700_000_000,
    }
    (row,) = read(record)
    assert labels_of(row) == (GivenLabel("refund", "set-anna", "2023-11-14T22:13:20+00:00"),)
    assert isinstance(row, Row)
    assert row.fields["meta"] == '{"shop": "北京"}'
    assert "label" not in row.fields


@pytest.mark.parametrize("answer", ["reject", "ignore"])
def test_what_was_rejected_or_ignored_gives_no_label(answer: str) -> None:
    spans = [{"start": 0, "end": 1, "label": "X"}]
    (row,) = read({"text": "a", "label": "refund", "accept": ["b"], "spans": spans, "answer": answer})
    assert row == Row(1, {"text": "a", "answer": answer})


def test_choices_are_labels_by_their_id_or_what_a_number_says() -> None:
    options = [{"id": 1, "text": "Positive 👍"}, {"id": "负面", "text": "Negative"}]
    record = {"text": "a", "options": options, "accept": [1, "负面", 7], "answer": "accept"}
    (row,) = read(record)
    assert [label.label for label in labels_of(row)] == ["Positive 👍", "负面", "7"]
    (row,) = read({**record, "accept": []})
    assert labels_of(row) == ()


def test_spans_are_code_points() -> None:
    spans = [
        {"start": 2, "end": 7, "label": "LOC", "token_start": 1, "token_end": 1},
        {"start": 0, "end": 1, "text": "😀"},
    ]
    (row,) = read({"text": "😀 Paris", "spans": spans, "answer": "accept"})
    assert isinstance(row, Row)
    assert json.loads(row.fields["spans"]) == [{"start": 2, "end": 7, "label": "LOC"}]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"answer": "accept"}, "the text should be str"),
        ({"text": "a", "answer": "maybe"}, "accept, reject or ignore, not 'maybe'"),
        ({"text": "a", "label": ["x"], "answer": "accept"}, "the label should be str"),
        ({"text": "a", "accept": "x", "answer": "accept"}, "'accept' should be list"),
        ({"text": "a", "spans": [{"start": 0, "end": 5, "label": "X"}]}, "outside the text"),
        ({"text": "a", "spans": [{"start": 0, "end": 1, "label": "X", "text": "b"}]}, "is 'a', not 'b'"),
        ({"text": "a", "_timestamp": "now"}, "no count of seconds"),
        ({"text": "a", "_timestamp": 10**30}, "no count of seconds"),
        ({"text": "a", "answer": ["accept"]}, "accept, reject or ignore"),
    ],
)
def test_what_is_no_export_is_told(record: Any, reason: str) -> None:
    bad_row, good = read(record, {"text": "退款", "label": "a", "answer": "accept"})
    assert isinstance(bad_row, BadRow)
    assert reason in bad_row.reason
    assert isinstance(good, Row)
