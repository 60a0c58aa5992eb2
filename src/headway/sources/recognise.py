"""What a file is by its first bytes, whatever its ending says."""

from __future__ import annotations

import json
import re
from typing import Any

from headway.errors import DataError

#: so many bytes of a file are looked at
HEAD = 1 << 16

#: the formats of tools, which look like plain JSON or a table by their ending
EXPORTS = frozenset({"label-studio", "prodigy", "doccano", "cluener", "conll"})
_GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
_WRITTEN_OUT = "Take the text out of it first, one text a line."
#: (first bytes, what they are, what to do): what is refused wherever it stands
_REFUSED = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it, or pack it as .zip or .gz."),
    (b"Rar!\x1a\x07", "a rar archive", "Unpack it, or pack it as .zip or .gz."),
    (b"BZh", "compressed with bzip2", "Unpack it, or pack it as .zip or .gz."),
    (b"\xfd7zXZ\x00", "compressed with xz", "Unpack it, or pack it as .zip or .gz."),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "Unpack it, or pack it as .zip or .gz."),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office file (.xls) or a workbook with a password",
        "Open it in a spreadsheet program and save it as .xlsx without a password.",
    ),
    (b"\x89PNG\r\n", "a PNG picture", _WRITTEN_OUT),
    (b"\xff\xd8\xff", "a JPEG picture", _WRITTEN_OUT),
    (b"GIF87a", "a GIF picture", _WRITTEN_OUT),
    (b"GIF89a", "a GIF picture", _WRITTEN_OUT),
    (b"%PDF-", "a PDF", _WRITTEN_OUT),
    (b"SQLite format 3\0", "a SQLite database", "Export the table you need as csv."),
)
_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<table|<meta|<\?xml)", re.IGNORECASE)
#: spreadsheet programs and web shops save tables as HTML under these endings
_HTML_ENDINGS = {".xls", ".xlsx", ".csv", ".tsv", ".html", ".htm"}
_TAGGED = re.compile(r"\S.*[\t ](?:O|[BIESLMU][-_]\S+)\s*")


def is_gzip(head: bytes) -> bool:
    """Whether a file is compressed with gzip."""
    return head.startswith(_GZIP)


def check_readable(head: bytes, name: str, suffix: str) -> None:
    """Refuse what no parser here reads. Raises `DataError` that says what the file is and what to do."""
    for magic, what, step in _REFUSED:
        if head.startswith(magic):
            raise DataError(f"{name} is {what}.", next_step=step)
    if head[257:262] == b"ustar":
        raise DataError(f"{name} is a tar archive.", next_step="Unpack it, or pack it as .zip or .gz.")
    if suffix in _HTML_ENDINGS and _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise DataError(
            f"{name} is a web page (HTML or XML), not a table.",
            next_step="Open it in a spreadsheet program and save it as .xlsx or csv.",
        )


def recognise(head: bytes) -> str | None:
    """The format that the first bytes of a file tell for sure, else None.

    These are binary formats and `EXPORTS`.
    """
    if head.startswith(ZIP):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    text = _text(head)
    first = _first_object(text)
    if first is not None:
        return _tool_of(first)
    if text.lstrip().startswith("["):
        # The first task of an export may be longer than what is looked at.
        _before, key, task = text.partition('"annotations"')
        return "label-studio" if key and '"result"' in task else None
    return "conll" if _is_tagged(text) else None


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace").removeprefix("\ufeff")


def _first_object(text: str) -> dict[str, Any] | None:
    try:
        value, _end = json.JSONDecoder().raw_decode(text.lstrip().removeprefix("[").lstrip())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _tool_of(first: dict[str, Any]) -> str | None:
    """The tool that exports objects of this shape."""
    if isinstance(first.get("data"), dict) and isinstance(first.get("annotations"), list):
        return "label-studio"
    if "annotation_id" in first and "annotator" in first:
        return "label-studio"
    if first.keys() & {"_input_hash", "_task_hash"} and "answer" in first:
        return "prodigy"
    if not isinstance(first.get("text", first.get("data")), str):
        return None
    if _is_cluener(first.get("label")):
        return "cluener"
    return "doccano" if any(map(_is_doccano, first.items())) else None


def _is_cluener(label: Any) -> bool:
    """Whether a label is `{type: {surface: [[first, last], …]}}`."""
    if not isinstance(label, dict) or not label or not all(isinstance(one, dict) for one in label.values()):
        return False
    places = [
        place
        for surfaces in label.values()
        for found in surfaces.values()
        if isinstance(found, list)
        for place in found
    ]
    return bool(places) and all(isinstance(place, list) and len(place) == 2 for place in places)


def _is_doccano(pair: tuple[str, Any]) -> bool:
    name, value = pair
    if not isinstance(value, list) or not value:
        return False
    if name in {"label", "labels"}:
        return all(isinstance(one, str) or _is_span(one) for one in value)
    if name == "entities":
        return all(isinstance(one, dict) and "start_offset" in one for one in value)
    return name == "annotations" and all(isinstance(one, dict) and "label" in one for one in value)


def _is_span(value: Any) -> bool:
    return isinstance(value, list) and [type(one) for one in value] == [int, int, str]


def _is_tagged(text: str) -> bool:
    """Whether each line but the last, which may be cut off, is blank or a token and its tag."""
    lines = [line for line in text.split("\n")[:-1] if line.strip() and not line.startswith(("-DOC", "#"))]
    tagged = [line for line in lines if _TAGGED.fullmatch(line)]
    return len(lines) > 1 and len(tagged) == len(lines) and any("-" in line.split()[-1] for line in tagged)
