"""What the exports of labelling tools share: objects that become rows with labels and spans.

Spans are a column "spans" of JSON `[{"start", "end", "label"}]`: half-open offsets in code points into the
text, as Python counts them, whatever the tool counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, TypeVar

from headway.sources.json_array import read_values
from headway.sources.rows import BadRow, Reading, Row, bad

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text and its label; offsets are half-open code points."""

    start: int
    end: int
    label: str


def read_objects(
    file: BinaryIO, reading: Reading, convert: Callable[[int, dict[str, Any]], Row]
) -> Iterator[Row | BadRow]:
    """The objects of a JSON or JSON Lines file, each converted to a row.

    `convert` takes the line and the object and raises `ValueError` for one that makes no row.
    """
    for found in read_values(file, reading):
        if isinstance(found, BadRow):
            yield found
            continue
        try:
            yield convert(found.line, expect(found.value, dict, "the record"))
        except RecursionError:
            yield bad(found.line, "the JSON is nested too deeply", found.raw)
        except ValueError as error:
            yield bad(found.line, str(error), found.raw)


def expect(value: Any, kind: type[_T], what: str) -> _T:
    """The value, where it is of a type. Raises `ValueError` where it is not."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{what} should be {kind.__name__}, not {type(value).__name__}")
    return value


def expect_list(value: Any, kind: type[_T], what: str) -> list[_T]:
    """The list, where all in it is of a type; None is an empty one. Raises `ValueError` where it is not."""
    return [
        expect(item, kind, f"each of {what}") for item in expect([] if value is None else value, list, what)
    ]


def make_span(text: str, start: Any, end: Any, label: Any, surface: str | None = None) -> Span:
    """A span whose offsets are half-open code points.

    Raises `ValueError` where they lie outside the text, or the text there is not `surface`.
    """
    first, last = expect(start, int, "the start of a span"), expect(end, int, "the end of a span")
    name = expect(label, str, "the label of a span")
    if not 0 <= first < last <= len(text):
        raise ValueError(f"the span {first}–{last} lies outside the text of {len(text)} characters")
    if surface is not None and text[first:last] != surface:
        raise ValueError(f"the text at {first}–{last} is {text[first:last]!r}, not {surface!r}")
    return Span(first, last, name)


def from_utf16(text: str, offset: int) -> int:
    """An offset in code points, of one in UTF-16 units, in which an emoji counts two."""
    if offset < 0:
        raise ValueError(f"the offset {offset} is negative")
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * offset]
    # Beyond the end of the text it stays beyond.
    return len(units.decode("utf-16-le", "replace")) + max(0, offset - len(units) // 2)


def spans_text(spans: list[Span]) -> str:
    """Spans as the text of a field, "" where there are none."""
    return json.dumps([asdict(span) for span in spans], ensure_ascii=False) if spans else ""
