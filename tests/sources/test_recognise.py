from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.sources.recognise import recognise

TASK = {"id": 1, "data": {"text": "退款"}, "annotations": [{"result": []}]}
SHAPES: list[tuple[Any, str | None]] = [
    (TASK, "label-studio"),
    ({"text": "a", "id": 1, "sentiment": "good", "annotator": 1, "annotation_id": 2}, "label-studio"),
    ({"text": "a", "label": "x", "_task_hash": 1, "answer": "accept"}, "prodigy"),
    ({"text": "退款", "label": ["refund"]}, "doccano"),
    ({"text": "a", "label": [[0, 1, "PER"]]}, "doccano"),
    ({"data": "a", "labels": [[0, 1, "PER"]]}, "doccano"),
    ({"text": "a", "entities": [{"id": 1, "label": "x", "start_offset": 0, "end_offset": 1}]}, "doccano"),
    ({"text": "a", "annotations": [{"label": 1, "user": 2}]}, "doccano"),
    ({"text": "叶老桂", "label": {"name": {"叶老桂": [[0, 2]]}}}, "cluener"),
    ({"text": "a", "label": "refund"}, None),
    ({"text": "a", "label": []}, None),
    ({"text": "a", "label": {"good": 0.5}}, None),
    ({"text": ["a", "b"], "label": ["x", "y"]}, None),
    ({"text": "a", "answer": "accept"}, None),
    ({"text": "a", "annotations": {"Ann1": "-3"}}, None),
]


@pytest.mark.parametrize(("record", "expected"), SHAPES)
@pytest.mark.parametrize("indent", [None, 2])
def test_the_exports_of_tools_are_told_by_their_first_record(
    record: Any, expected: str | None, indent: int
) -> None:
    one = json.dumps(record, ensure_ascii=False, indent=indent)
    for text in (one, f"{one}\n{one}\n", f"[{one}, {one}", f"\ufeff \n[\n{one}"):
        assert recognise(text.encode()) == expected
    assert recognise(one.encode("utf-16")) == expected


def test_a_task_that_is_longer_than_what_is_looked_at() -> None:
    data = {"data": {"text": "a"}, "annotations": [{"result": [{"value": {"choices": ["x"] * 20_000}}]}]}
    assert recognise(json.dumps([data]).encode()[:65_536]) == "label-studio"


def test_tagged_tokens_are_told_by_their_tags() -> None:
    assert recognise(b"Empire\tB-location\nState\tI-location\n\nis\tO\ncut o") == "conll"
    assert recognise("-DOCSTART- -X- O\n\n叶 B-PER\n老 I-PER\n".encode()) == "conll"
    assert recognise(b"a\tO\nb\tO\nc\tO\n") is None
    assert recognise(b"text\tlabel\nVitamin\tB-12\n") is None
    assert recognise(b"1 a stirring , funny B-movie\n0 a film\n") is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"PK\x03\x04rest", "xlsx"),
        (b"PAR1rest", "parquet"),
        (b"text,label\na,b\n", None),
        (b"", None),
        (b"[" * 60_000, None),
        (b'{"a":' * 20_000, None),
        (b"[" + b"1" * 10_000 + b"]", None),
    ],
)
def test_other_beginnings(head: bytes, expected: str | None) -> None:
    assert recognise(head) == expected


@given(st.binary(max_size=200))
def test_any_bytes_give_a_format_or_none(head: bytes) -> None:
    assert recognise(head) in {
        None,
        "conll",
        "doccano",
        "label-studio",
        "prodigy",
        "cluener",
        "xlsx",
        "parquet",
    }
