from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from headway.errors import DataError
from headway.sources import parquet as room
from headway.sources.files import source_files
from headway.sources.parquet import read_parquet
from headway.sources.rows import BadRow, Reading, Row
from tests.sources.conftest import Write


def saved(table: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, **options)
    return out.getvalue()


def read(data: bytes) -> list[Row | BadRow]:
    return list(read_parquet(io.BytesIO(data), Reading()))


def column(values: Any, kind: Any = None) -> list[str]:
    rows = read(saved(pa.table({"c": pa.array(values, kind)})))
    return [row.fields["c"] for row in rows if isinstance(row, Row)]


def test_rows_are_numbered_and_nulls_are_empty() -> None:
    assert read(saved(pa.table({"text": ["我要退款", None], "n": [1, 2]}))) == [
        Row(1, {"text": "我要退款", "n": "1"}),
        Row(2, {"text": "", "n": "2"}),
    ]


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([1.0, 0.5, float("nan")], pa.float64(), ["1", "0.5", ""]),
        ([True, None], pa.bool_(), ["true", ""]),
        ([Decimal("1.10")], pa.decimal128(9, 2), ["1.10"]),
        ([date(2024, 1, 2)], pa.date32(), ["2024-01-02"]),
        ([datetime(2024, 1, 2, 8)], pa.timestamp("us"), ["2024-01-02T08:00:00"]),
        (
            [1_700_000_000_123_456_789],
            pa.timestamp("ns", "Asia/Shanghai"),
            ["2023-11-14T22:13:20.123456+00:00"],
        ),
        (["退款", "b", "退款"], pa.dictionary(pa.int8(), pa.string()), ["退款", "b", "退款"]),
        ([["a", "退"], []], pa.list_(pa.string()), ['["a", "退"]', "[]"]),
        ([{"a": {"b": 1}}], pa.struct([("a", pa.struct([("b", pa.int8())]))]), ['{"a": {"b": 1}}']),
        ([[("k", 1)]], pa.map_(pa.string(), pa.int64()), ['[["k", 1]]']),
        (["退".encode(), b"\xff\x00"], pa.binary(), ["退", "/wA="]),
        ([datetime(2024, 1, 1, tzinfo=UTC)], pa.timestamp("ms", "UTC"), ["2024-01-01T00:00:00+00:00"]),
    ],
)
def test_types_become_text(values: list[Any], kind: Any, texts: list[str]) -> None:
    assert column(values, kind) == texts


def test_a_value_that_python_cannot_hold_costs_its_row_only() -> None:
    table = pa.table({"at": pa.array([0, 2**62, 1], pa.timestamp("us")), "text": ["a", "b", "c"]})
    first, broken, last = read(saved(table))
    assert isinstance(broken, BadRow)
    assert broken.line == 2
    assert "cannot be read" in broken.reason
    assert [row.fields["text"] for row in (first, last) if isinstance(row, Row)] == ["a", "c"]


def test_bytes_that_are_no_utf8_in_a_column_of_text_cost_their_row_only() -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0"), pa.py_buffer(b"a\xff")]
    )
    rows = read(saved(pa.table({"text": broken})))
    assert [type(row) for row in rows] == [Row, BadRow]


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd"])
def test_a_truncated_or_damaged_file_is_refused_in_words(compression: str) -> None:
    table = pa.table({"text": [f"text {n} 退款" for n in range(5_000)]})
    data = saved(table, compression=compression, write_page_checksum=True)
    damaged = bytearray(data)
    damaged[len(data) // 3] ^= 0xFF
    for broken in (data[:-1], data[:100], data[len(data) // 2 :], b"", b"PAR1", b"text\na\n", bytes(damaged)):
        with pytest.raises(DataError, match="damaged, cut off or none") as caught:
            read(broken)
        assert caught.value.next_step


def test_each_column_has_a_name_of_its_own() -> None:
    assert read(saved(pa.table([["a"], ["b"], ["c"]], names=["text", "text", ""]))) == [
        Row(1, {"text": "a", "text (2)": "b", "column_3": "c"})
    ]


def test_in_an_archive_it_is_held_in_memory(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(pa.table({"text": ["退款", "b"]}))
    (found,) = source_files(write("a.parquet.gz", gzip.compress(data)))
    with found.open() as file:
        assert len(list(read_parquet(file, Reading()))) == 2
    monkeypatch.setattr(room, "LARGEST_PACKED", 10)
    with found.open() as file, pytest.raises(DataError, match="may have 10 bytes"):
        list(read_parquet(file, Reading()))


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = tmp_path / "large.parquet"
    with parquet.ParquetWriter(path, pa.schema([("text", pa.string())])) as writer:
        for part in range(10):
            writer.write_table(pa.table({"text": [f"{part} {n} {'退' * 300}" for n in range(3_000)]}))
    before = pa.total_allocated_bytes()
    peak = rows = 0
    with path.open("rb") as file:
        for row in read_parquet(file, Reading()):
            assert isinstance(row, Row)
            rows += 1
            peak = max(peak, pa.total_allocated_bytes() - before) if rows % 100 == 0 else peak
    assert rows == 30_000
    assert peak < 8_000_000


def test_ten_thousand_columns() -> None:
    (row,) = read(saved(pa.table({f"c{n}": [n] for n in range(10_000)})))
    assert isinstance(row, Row)
    assert len(row.fields) == 10_000
    assert json.loads(row.fields["c9999"]) == 9_999
