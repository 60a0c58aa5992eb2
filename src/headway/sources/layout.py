"""How a table of text is laid out: what parts its fields, whether quotes count, whether it has a header."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from typing import BinaryIO

from headway.errors import UsageError
from headway.sources.delimited import count_records
from headway.sources.guess import is_known_name, is_number
from headway.sources.rows import Reading, read_lines

#: What parts fields in files that people have; the last ones only where every row agrees.
_COMMON, _RARE = (",", "\t", ";", "|"), ("\x01", "\x1f", "^", "~", "¦")
_NAMES = {
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "\\x01": "\x01",
    "\\x1f": "\x1f",
}
_WORDS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars (|)"}


def parse_delimiter(name: str) -> str:
    """The delimiter of a name such as ";" or "tab". Raises `UsageError` for what can be none."""
    delimiter = _NAMES.get(name, name)
    if len(delimiter) != 1 or delimiter in '"\r\n ':
        raise UsageError(
            f"{name!r} cannot part the fields of a table; one character can, other than a quote or space.",
            next_step="Use --delimiter tab, or for lines of a text and its label --label-after SEP.",
        )
    return delimiter


def in_words(delimiter: str) -> str:
    """A delimiter as people call it."""
    return _WORDS.get(delimiter, repr(delimiter))


def find_delimiter(lines: Sequence[str], usual: str) -> str:
    """What parts the fields of these lines: the usual one, unless only another cuts them evenly."""
    if _evenness(lines, usual) >= 0.6:
        return usual
    best = max(_COMMON, key=lambda one: _evenness(lines, one))
    if _evenness(lines, best) >= 0.8:
        return best
    rare = [one for one in _RARE if _evenness(lines, one) == 1.0]
    return rare[0] if rare and len(lines) > 2 else usual


def is_tabbed(lines: Sequence[str]) -> bool:
    """Whether these lines of what may be plain text are rows of fields that tabs part."""
    counts = Counter(line.count("\t") for line in lines if line.strip())
    return (
        len(lines) > 2 and bool(counts) and 0 not in counts and max(counts.values()) >= 0.98 * counts.total()
    )


def _evenness(lines: Sequence[str], delimiter: str) -> float:
    """Share of the rows with as many fields as the first, which must have two or more."""
    counts: Counter[int] = Counter()
    first = 0
    try:
        for values in csv.reader(lines, delimiter=delimiter):
            first = first or len(values)
            counts[len(values)] += bool(values)
    except csv.Error:
        # A quote that never closes: what was read up to it must do.
        pass
    return counts[first] / counts.total() if first > 1 else 0.0


def is_quoted(opened: Callable[[], BinaryIO], reading: Reading) -> bool:
    """Whether double quotes hold fields together in this file; in many a tsv they are ordinary characters.

    They are ordinary where nearly every single line has as many fields as the first, and several rows more
    can be used than with quotes that count, which swallow all lines up to the next quote: more than there are
    fields in quotes. Reads the file through.
    """
    fields = lines = even = wrapped = 0
    seen = False
    with opened() as file:
        for line in read_lines(file, reading.encoding):
            text = line.text.strip("\r\n")
            if text.strip() and not line.problem:
                values = text.split(reading.delimiter)
                fields = fields or len(values)
                lines += 1
                even += len(values) == fields
                if fields == 1 or lines - even > 20 + lines // 50:
                    return True
                if '"' in text:
                    seen = True
                    wrapped += sum(len(value) > 1 and value[0] == value[-1] == '"' for value in values)
    if not seen or lines - even > 1 + lines // 50:
        return True
    return even - count_records(opened, reading, fields) <= wrapped + 1


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of these rows names the columns.

    It does, unless it looks like the others: with a number in a column of numbers, or with a value that comes
    again in its column. A name that is known, or numbers that only count the columns, settle it.
    """
    first = [value.strip() for value in rows[0]]
    others = [row for row in rows[1:] if [value.strip() for value in row] != first]
    if any(map(is_known_name, first)) or first == list(map(str, range(len(first)))) or not others:
        return True
    columns = [[row[place].strip() for row in others] for place in range(len(first))]
    return not any(_looks_like(value, column) for value, column in zip(first, columns, strict=True) if value)


def _looks_like(value: str, others: Sequence[str]) -> bool:
    filled = [other for other in others if other]
    numbers = sum(map(is_number, filled))
    return value in filled or (is_number(value) and 0 < len(filled) <= 1.1 * numbers)
