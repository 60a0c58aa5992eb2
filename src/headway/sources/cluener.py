"""CLUENER and its like: objects with a text and its entities by type and surface, ends inclusive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from headway.sources.exports import Span, expect, make_span, read_objects, spans_text
from headway.sources.json_values import as_fields
from headway.sources.rows import BadRow, Reading, Row


def read_cluener(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The rows of a file of `{"text", "label": {type: {surface: [[first, last]]}}}`, JSON or JSON Lines.

    A row whose offsets do not match its surfaces is bad.
    """
    yield from read_objects(file, reading, _row)


def _row(line: int, record: dict[str, Any]) -> Row:
    text = expect(record.get("text"), str, "the text")
    spans = list(_spans(text, expect(record.get("label", {}), dict, "the label")))
    rest = {name: value for name, value in record.items() if name != "label"}
    return Row(line, {**as_fields(rest), "spans": spans_text(sorted(spans, key=lambda span: span.start))})


def _spans(text: str, entities: dict[str, Any]) -> Iterator[Span]:
    for label, surfaces in entities.items():
        for surface, places in expect(surfaces, dict, f"the entities of {label!r}").items():
            for place in expect(places, list, f"the places of {surface!r}"):
                if not isinstance(place, list) or len(place) != 2:
                    raise ValueError(f"a place of {surface!r} should be [first, last], not {place!r}")
                first, last = place
                yield make_span(text, first, expect(last, int, "the end of a span") + 1, label, surface)
