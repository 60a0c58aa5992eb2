"""txt: one text a line, with its label before or after it where one is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from headway.sources.rows import BadRow, Reading, Row, bad, read_lines


def read_txt(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The lines that are not blank as the column "text", with a column "label" where lines hold one.

    `reading.label_after` is what stands before a label at the end of a line, which may stand in the text too:
    the last one counts. `reading.label_before` is what follows a label at its beginning: the first counts.
    """
    for line in read_lines(file, reading.encoding):
        text = line.text.rstrip("\r\n")
        if line.problem:
            yield bad(line.number, line.problem, line.text)
        elif text.strip():
            fields = _fields(text, reading)
            if isinstance(fields, str):
                yield bad(line.number, fields, text)
            else:
                yield Row(line.number, fields)


def _fields(text: str, reading: Reading) -> dict[str, str] | str:
    """The fields of a line, or the reason why there are none."""
    if reading.label_after:
        text, found, label = text.rpartition(reading.label_after)
    elif reading.label_before:
        label, found, text = text.partition(reading.label_before)
    else:
        return {"text": text}
    separator = reading.label_after or reading.label_before
    return {"text": text, "label": label} if found else f"no {separator!r} parts the text from a label"
