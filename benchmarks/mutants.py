"""Broken files: small valid ones of every format in both languages, damaged in ways that files are.

Every record of a file that is text holds a mark of its own, `mk0007`, by which it can be found again whatever
else became of it. The same seed gives the same files.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

RECORDS = 9
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MARK = re.compile(r"mk\d{4}")
_TEXTS = {
    "en": 'Where is my order, it\'s late? {} "Refund" me; 50% 😀',
    "zh": "我的订单在哪里，{}已经“三天”了；退款 😀",
}
_LABELS = {"en": ("delivery", "refund", "other"), "zh": ("物流", "退款", "其他")}
#: formats whose records can be counted by their marks
TEXT_FORMATS = (
    "csv",
    "tsv",
    "txt",
    "jsonl",
    "json",
    "json-pretty",
    "json-keyed",
    "json-wrapped",
    "label-studio",
    "label-studio-min",
    "prodigy",
    "doccano",
    "cluener",
    "conll",
)
_ENDINGS = {
    "txt": "txt",
    "csv": "csv",
    "tsv": "tsv",
    "jsonl": "jsonl",
    "prodigy": "jsonl",
    "doccano": "jsonl",
    "conll": "conll",
}


@dataclass(frozen=True)
class Mutant:
    """A damaged file; `format` is what it was made from, `name` has that format's ending."""

    number: int
    format: str
    name: str
    data: bytes
    #: how it was damaged, in order
    damage: tuple[str, ...]


def mutants(count: int, seed: int = 0) -> Iterator[Mutant]:
    """So many damaged files of all formats and both languages in turn."""
    kinds = [(name, language) for name in (*TEXT_FORMATS, *_PACKED) for language in _TEXTS]
    for number in range(count):
        random_ = random.Random(f"{seed}:{number}")
        name, language = kinds[number % len(kinds)]
        if name in _PACKED:
            data, damage = _PACKED[name](language, random_)
            ending = name
        else:
            data, damage = _damaged(valid(name, language), random_)
            ending = _ENDINGS.get(name, "json")
        yield Mutant(number, name, f"{number:05d}.{ending}", data, damage)


@cache
def valid(name: str, language: str) -> bytes:
    """A whole file of a text format."""
    texts = [_TEXTS[language].format(f"mk{number:04d}") for number in range(RECORDS)]
    labels = [_LABELS[language][number % 3] for number in range(RECORDS)]
    records = [{"text": text, "label": label} for text, label in zip(texts, labels, strict=True)]
    if name in {"csv", "tsv"}:
        return _table(records, "," if name == "csv" else "\t")
    if name == "txt":
        return "".join(f"{text}\n" for text in texts).encode()
    if name == "conll":
        return "\n".join(map(_sentence, texts)).encode()
    made: list[Any] = [_exported(name, record, number) for number, record in enumerate(records)]
    return _as_json(name, made)


def _table(records: list[dict[str, str]], delimiter: str) -> bytes:
    lines = [f"text{delimiter}label"]
    lines += ['"{}"{}{}'.format(one["text"].replace('"', '""'), delimiter, one["label"]) for one in records]
    return "".join(f"{line}\n" for line in lines).encode()


def _sentence(text: str) -> str:
    tokens = [text[0], *text[1:].split()]
    return "".join(f"{token}\t{'B-X' if token.startswith('mk') else 'O'}\n" for token in tokens)


def _exported(name: str, record: dict[str, str], number: int) -> dict[str, Any]:
    """A record as a tool would write it."""
    text, label = record["text"], record["label"]
    if name == "label-studio":
        results = [
            {"from_name": "intent", "type": "choices", "value": {"choices": [label]}},
            {
                "from_name": "ner",
                "type": "labels",
                "value": {"start": 0, "end": 2, "labels": ["X"], "text": text[:2]},
            },
        ]
        annotation = {"completed_by": 1, "result": results, "updated_at": "2024-01-02T03:04:05Z"}
        return {"id": number, "data": {"text": text}, "annotations": [annotation]}
    if name == "label-studio-min":
        return {"text": text, "id": number, "intent": label, "annotator": 1, "annotation_id": number}
    if name == "prodigy":
        return {**record, "answer": "accept", "_task_hash": number, "_timestamp": 1_700_000_000}
    if name == "doccano":
        return {"id": number, "text": text, "label": [label]}
    if name == "cluener":
        return {"text": text, "label": {"x": {text[:2]: [[0, 1]]}}}
    return record


def _as_json(name: str, records: list[Any]) -> bytes:
    dump: Callable[[Any], str] = lambda value: json.dumps(value, ensure_ascii=False)  # noqa: E731
    pretty: Callable[[Any], str] = lambda value: json.dumps(value, ensure_ascii=False, indent=2)  # noqa: E731
    if name in {"jsonl", "prodigy", "doccano"}:
        text = "\n".join(map(dump, records)) + "\n"
    elif name in {"json-pretty", "cluener"}:
        text = "\n".join(map(pretty, records))
    elif name == "json-keyed":
        text = pretty({str(number): record for number, record in enumerate(records)})
    elif name == "json-wrapped":
        text = dump({"version": "1.0", "data": records})
    else:
        text = pretty(records) if name == "label-studio" else dump(records)
    return text.encode()


def _damaged(data: bytes, random_: random.Random) -> tuple[bytes, tuple[str, ...]]:
    """One to three kinds of damage, one after another."""
    done = []
    for _ in range(random_.choice((1, 1, 2, 3))):
        kind = random_.choice(list(_DAMAGE))
        data = _DAMAGE[kind](data, random_)
        done.append(kind)
    return data, tuple(done)


def _place(data: bytes, random_: random.Random) -> int:
    return random_.randrange(len(data) + 1)


def _flip(data: bytes, random_: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random_.choice((1, 3, 20))):
        if changed:
            changed[random_.randrange(len(changed))] = random_.randrange(256)
    return bytes(changed)


def _insert(data: bytes, random_: random.Random) -> bytes:
    place = _place(data, random_)
    what = random_.choice(_FRAGMENTS) * random_.choice((1, 1, 2, 50))
    return data[:place] + what + data[place:]


def _delete(data: bytes, random_: random.Random) -> bytes:
    place = _place(data, random_)
    return data[:place] + data[place + random_.choice((1, 1, 5, 100)) :]


def _truncate(data: bytes, random_: random.Random) -> bytes:
    return data[: _place(data, random_)]


def _duplicate(data: bytes, random_: random.Random) -> bytes:
    start, end = sorted((_place(data, random_), _place(data, random_)))
    return data[:end] + data[start:end] + data[end:]


def _lines(data: bytes, random_: random.Random) -> bytes:
    """Lines that are doubled, left out, in another order, or joined."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    one, other = random_.randrange(len(lines)), random_.randrange(len(lines))
    kind = random_.randrange(5)
    if kind == 0:
        lines.insert(one, lines[other])
    elif kind == 1:
        del lines[one]
    elif kind == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 3:
        lines[one] = lines[one].rstrip(b"\r\n")
    else:
        random_.shuffle(lines)
    return b"".join(lines)


def _splice(data: bytes, random_: random.Random) -> bytes:
    """Two formats in one file."""
    other = valid(random_.choice(TEXT_FORMATS), random_.choice(list(_TEXTS)))
    place, cut = _place(data, random_), _place(other, random_)
    return random_.choice((data + other, data[:place] + other[cut:], data[:place] + other + data[place:]))


def _recode(data: bytes, random_: random.Random) -> bytes:
    """All of the file, or a part of it, in another encoding."""
    encoding = random_.choice(("gb18030", "utf-16", "utf-16-be", "big5", "cp1252", "utf-8-sig", "utf-32"))
    start, end = random_.choice(((0, len(data)), sorted((_place(data, random_), _place(data, random_)))))
    part = data[start:end].decode("utf-8", "replace").encode(encoding, "replace")
    return data[:start] + part + data[end:]


def _ends(data: bytes, random_: random.Random) -> bytes:
    return data.replace(b"\n", random_.choice((b"\r\n", b"\r", b"\n\n", b"\n\r")))


def _huge(data: bytes, random_: random.Random) -> bytes:
    """A value of a million characters or more."""
    place = _place(data, random_)
    return data[:place] + random_.choice((b"x", "退".encode(), b" ", b'"')) * 1_100_000 + data[place:]


def _nest(data: bytes, random_: random.Random) -> bytes:
    place, depth = _place(data, random_), random_.choice((10, 990, 10_000))
    opened, closed = random_.choice(((b"[", b"]"), (b'{"text":', b"}"), (b"[", b"")))
    return data[:place] + opened * depth + closed * depth + data[place:]


_FRAGMENTS = (
    *(b"\0", b'"', b"'", b",", b"\t", b"\n", b"\r", b"\\", b"{", b"}", b"[", b"]", b":", b"\xff", b"\x1a"),
    *("\ufeff".encode(), "\u2028".encode(), "退".encode("gb18030"), b"\\ud800", b"NaN", b"1e999"),
    *(b"=1+1", b"-DOCSTART-", b"O\n\n", b'"text": "x", ', b"null", b"<html>", b"\x1f\x8b", b"PK\x03\x04"),
    b"9" * 5_000,
)
_DAMAGE: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flip": _flip,
    "insert": _insert,
    "delete": _delete,
    "truncate": _truncate,
    "duplicate": _duplicate,
    "lines": _lines,
    "splice": _splice,
    "recode": _recode,
    "ends": _ends,
    "huge": _huge,
    "nest": _nest,
}


@cache
def _workbook(language: str) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["text", "label", "n"])
    for number in range(RECORDS):
        text = _TEXTS[language].format(f"mk{number:04d}")
        book.active.append([text, _LABELS[language][number % 3], number / 2])
    book.active.merge_cells("C3:C4")
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    # The moment at which it was saved stands in it.
    return _zipped({name: _MOMENT.sub(b"2026-01-02T03:04:05Z", data) for name, data in members.items()})


def _zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive whose files are all of the same moment."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


@cache
def _parquet(language: str) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    texts = [_TEXTS[language].format(f"mk{number:04d}") for number in range(RECORDS)]
    nested = [{"n": [number]} for number in range(RECORDS)]
    out = io.BytesIO()
    parquet.write_table(pa.table({"text": texts, "nested": nested}), out, write_page_checksum=True)
    return out.getvalue()


def _damaged_workbook(language: str, random_: random.Random) -> tuple[bytes, tuple[str, ...]]:
    """Damage of the archive, or of one of the files in it."""
    whole = _workbook(language)
    if random_.random() < 0.4:
        return _damaged(whole, random_)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    chosen = "xl/worksheets/sheet1.xml" if random_.random() < 0.6 else random_.choice(list(members))
    members[chosen], damage = _damaged(members[chosen], random_)
    return _zipped(members), (chosen, *damage)


def _damaged_parquet(language: str, random_: random.Random) -> tuple[bytes, tuple[str, ...]]:
    return _damaged(_parquet(language), random_)


def _damaged_gzip(language: str, random_: random.Random) -> tuple[bytes, tuple[str, ...]]:
    data = valid("csv", language)
    if random_.random() < 0.5:
        return _damaged(gzip.compress(data, mtime=0), random_)
    data, damage = _damaged(data, random_)
    return gzip.compress(data, mtime=0), damage


def _damaged_zip(language: str, random_: random.Random) -> tuple[bytes, tuple[str, ...]]:
    inner, damage = _damaged(valid("jsonl", language), random_)
    name = random_.choice(("a.jsonl", "a.jsonl", "深/a.jsonl", "../a.jsonl", "b.zip", "__MACOSX/a.jsonl"))
    method = random_.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    whole = _zipped({"whole.csv": valid("csv", language), name: inner}, method)
    if random_.random() < 0.5:
        return whole, (name, *damage)
    data, further = _damaged(whole, random_)
    return data, (name, *damage, *further)


_PACKED: dict[str, Callable[[str, random.Random], tuple[bytes, tuple[str, ...]]]] = {
    "xlsx": _damaged_workbook,
    "parquet": _damaged_parquet,
    "csv.gz": _damaged_gzip,
    "zip": _damaged_zip,
}
