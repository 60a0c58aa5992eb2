from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from headway.errors import MachineError
from headway.records import Import
from headway.sources.quarantine import Quarantine, read_reasons
from headway.sources.rows import BadRow


def test_each_row_is_kept_with_its_line_and_reason(tmp_path: Path) -> None:
    with Quarantine(tmp_path / "quarantine", Import("id1", "客服 数据.csv")) as quarantine:
        quarantine.add(BadRow(3, "the text is empty", "退款,\ud800\n"))
        quarantine.add(BadRow(9, "the text is empty", ""))
        quarantine.add(BadRow(10, "2 fields", ""))
        quarantine.sync()
        assert quarantine.relative_path == "quarantine/id1-客服_数据.csv.jsonl"
        lines = (tmp_path / quarantine.relative_path).read_text("ascii").splitlines()
    assert json.loads(lines[0]) == {"line": 3, "reason": "the text is empty", "raw": "退款,\ud800\n"}
    assert len(lines) == quarantine.count == 3
    assert quarantine.summary() == "Reasons: 2 × the text is empty; 1 × 2 fields."


def test_without_bad_rows_there_is_no_file(tmp_path: Path) -> None:
    with Quarantine(tmp_path / "quarantine", Import("id1", "a.csv")) as quarantine:
        quarantine.sync()
    assert quarantine.relative_path is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("source", ["客" * 85, "../../etc/passwd", "a/b\\c:d*e?.csv", "😀" * 60, "\ud800\0"])
def test_any_name_of_a_source_gives_a_file_in_the_folder(tmp_path: Path, source: str) -> None:
    with Quarantine(tmp_path / "quarantine", Import("0" * 20, source)) as quarantine:
        quarantine.add(BadRow(1, "why", "raw"))
    assert [path.parent for path in tmp_path.rglob("*.jsonl")] == [tmp_path / "quarantine"]


def test_a_full_disk_is_told(small_disk: Path) -> None:
    def fill_the_disk() -> None:
        with Quarantine(small_disk / "quarantine", Import("id1", "a.csv")) as quarantine:
            quarantine.add(BadRow(1, "why", "raw"))
            (small_disk / "filler").write_bytes(bytes(shutil.disk_usage(small_disk).free))
            quarantine.add(BadRow(2, "why", "x" * 5_000))

    with pytest.raises(MachineError, match="No space left"):
        fill_the_disk()


def test_the_reasons_are_told_from_the_file_the_most_frequent_first(tmp_path: Path) -> None:
    with Quarantine(tmp_path / "quarantine", Import("id1", "a.csv")) as quarantine:
        quarantine.add(BadRow(2, "2 fields", ""))
        for line in range(3, 23):
            quarantine.add(BadRow(line, "文本为空", "x\ud800"))
    found = read_reasons(quarantine.path, 1_000)
    assert found == [("文本为空", 20, list(range(3, 13))), ("2 fields", 1, [2])]
    assert read_reasons(quarantine.path, 2) == [("2 fields", 1, [2]), ("文本为空", 1, [3])]


def test_of_a_file_that_is_gone_or_damaged_there_are_no_reasons(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    assert read_reasons(path, 10) == []
    path.write_text('{"line": 1}\n[]\n{"line": 2, "reason": "two", "raw": ""}\n{"li')
    assert read_reasons(path, 10) == [("two", 1, [2])]
