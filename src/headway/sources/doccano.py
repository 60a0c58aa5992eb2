"""doccano: JSON Lines or JSON of texts with labels, spans, or both, in the shapes of its versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from headway.sources.exports import Span, expect_list, make_span, read_objects, spans_text
from headway.sources.json_values import as_fields
from headway.sources.rows import BadRow, GivenLabel, Reading, Row

_LABELS = ("label", "labels", "cats", "entities", "annotations")
_SPAN_PARTS = 3


def read_doccano(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The rows of an export: "label" and "labels" with names or `[start, end, name]`, "cats" with names,
    "entities" and "annotations" with objects.
    """  # noqa: D205 - one sentence
    yield from read_objects(file, reading, _row)


def _row(line: int, record: dict[str, Any]) -> Row:
    text = record.get("text", record.get("data"))
    if not isinstance(text, str):
        raise ValueError("there is no text under 'text' or 'data'")
    labels: list[GivenLabel] = []
    spans: list[Span] = []
    for name in _LABELS:
        value = record.get(name)
        for one in [value] if isinstance(value, str) else expect_list(value, object, f"{name!r}"):
            found = _label(text, one)
            if isinstance(found, Span):
                spans.append(found)
            else:
                labels.append(found)
    rest = {name: value for name, value in record.items() if name not in {*_LABELS, "text", "data"}}
    fields = {"text": text, **as_fields(rest)}
    if spans:
        fields["spans"] = spans_text(spans)
    return Row(line, fields, tuple(labels))


def _label(text: str, value: Any) -> GivenLabel | Span:
    """A label or a span. Raises `ValueError` for what is neither."""
    if isinstance(value, str):
        return GivenLabel(value)
    if isinstance(value, list) and len(value) == _SPAN_PARTS:
        return make_span(text, *value)
    if not isinstance(value, dict) or not isinstance(value.get("label"), (str, int)):
        raise ValueError(f"{value!r} is neither a label nor a span")
    if "start_offset" in value:
        return make_span(text, value["start_offset"], value.get("end_offset"), str(value["label"]))
    user, time = value.get("user"), value.get("updated_at") or value.get("created_at")
    return GivenLabel(str(value["label"]), None if user is None else str(user), time and str(time))
