from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from headway.sources.cluener import read_cluener
from headway.sources.rows import BadRow, Reading, Row

RECORD = {
    "text": "浙商银行的叶老桂，叶老桂😀",
    "label": {"name": {"叶老桂": [[5, 7], [9, 11]]}, "company": {"浙商银行": [[0, 3]]}},
}


def read(*records: Any, indent: int | None = None) -> list[Row | BadRow]:
    content = "\n".join(json.dumps(record, ensure_ascii=False, indent=indent) for record in records)
    return list(read_cluener(io.BytesIO(content.encode()), Reading()))


@pytest.mark.parametrize("indent", [None, 2])
def test_inclusive_ends_become_half_open(indent: int | None) -> None:
    first, second = read(RECORD, {"id": 7, "text": "nothing here", "label": {}}, indent=indent)
    assert isinstance(first, Row)
    assert first.fields["text"] == RECORD["text"]
    assert json.loads(first.fields["spans"]) == [
        {"start": 0, "end": 4, "label": "company"},
        {"start": 5, "end": 8, "label": "name"},
        {"start": 9, "end": 12, "label": "name"},
    ]
    assert isinstance(second, Row)
    assert second.fields == {"id": "7", "text": "nothing here", "spans": ""}


@pytest.mark.parametrize(
    "label",
    [
        {"name": {"叶老桂": [[5, 8]]}},
        {"name": {"叶老桂": [[4, 6]]}},
        {"name": {"叶老桂": [[50, 52]]}},
        {"name": {"叶老桂": [[7, 5]]}},
        {"name": {"叶老桂": [5, 7]}},
        {"name": {"叶老桂": [["5", "7"]]}},
        {"name": ["叶老桂"]},
        "name",
    ],
)
def test_offsets_that_do_not_match_their_surface_are_told(label: Any) -> None:
    bad_row, good = read({**RECORD, "label": label}, RECORD)
    assert isinstance(bad_row, BadRow)
    assert bad_row.line == 1
    assert isinstance(good, Row)


@pytest.mark.parametrize(("name", "rows"), [("train.json", 10_748), ("dev.json", 1_343)])
def test_the_whole_of_it_matches(shared: Path, name: str, rows: int) -> None:
    with (shared / "data" / "cluener_zh" / name).open("rb") as file:
        found = list(read_cluener(file, Reading()))
    assert sum(isinstance(row, Row) and bool(row.fields["spans"]) for row in found) == len(found) == rows
