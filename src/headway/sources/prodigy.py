"""Prodigy: JSON Lines of texts with an answer, and what was answered: a label, choices or spans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from headway.sources.exports import expect, expect_list, make_span, read_objects, spans_text
from headway.sources.json_values import as_fields
from headway.sources.rows import BadRow, GivenLabel, Reading, Row

_TAKEN = {"label", "accept", "spans"}
_ANSWERS = {"accept", "reject", "ignore"}


def read_prodigy(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The rows of an export. What was rejected or ignored has neither labels nor spans, but its answer."""
    yield from read_objects(file, reading, _row)


def _row(line: int, record: dict[str, Any]) -> Row:
    text = expect(record.get("text"), str, "the text")
    answer = record.get("answer", "accept")
    if not isinstance(answer, str) or answer not in _ANSWERS:
        raise ValueError(f"the answer should be accept, reject or ignore, not {answer!r}")
    fields = as_fields({name: value for name, value in record.items() if name not in _TAKEN})
    if answer != "accept":
        return Row(line, fields)
    spans = [
        make_span(text, span.get("start"), span.get("end"), span.get("label"), span.get("text"))
        for span in expect_list(record.get("spans"), dict, "the spans")
        # A highlighted part without a label is no entity.
        if span.get("label") is not None
    ]
    if spans:
        fields["spans"] = spans_text(spans)
    author, time = record.get("_annotator_id") or record.get("_session_id"), _time(record.get("_timestamp"))
    labels = [GivenLabel(label, author and str(author), time) for label in _labels(record)]
    return Row(line, fields, tuple(labels))


def _labels(record: dict[str, Any]) -> list[str]:
    """The ids of the choices made; where an id is a number, what the choice says."""
    if "accept" in record:
        options = {
            option["id"]: option.get("text")
            for option in expect_list(record.get("options"), dict, "the options")
            if isinstance(option.get("id"), (str, int))
        }
        chosen = [one for one in expect(record["accept"], list, "'accept'") if isinstance(one, (str, int))]
        return [one if isinstance(one, str) else str(options.get(one) or one) for one in chosen]
    label = record.get("label")
    return [] if label is None else [expect(label, str, "the label")]


def _time(seconds: Any) -> str | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise ValueError(f"the time {seconds!r} is no count of seconds") from error
