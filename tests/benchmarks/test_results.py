"""Results as files and as a table."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from benchmarks.machine import CHECKOUT
from benchmarks.results import save_result, table

MOMENT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


def test_a_result_is_kept_under_its_name_and_time_in_utc(tmp_path: Path) -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=8)))
    path = save_result(tmp_path / "results", "rate", {"cpu": "处理器", "ratio": 1.5}, elsewhere)
    assert path == tmp_path / "results" / "rate-20260304T050607.000089Z.json"
    content = json.loads(path.read_text("utf-8"))
    assert content == {"cpu": "处理器", "ratio": 1.5, "measured_at": "2026-03-04T05:06:07.000089+00:00"}


def test_results_are_ignored_by_git() -> None:
    done = subprocess.run(["git", "check-ignore", "-q", "results/rate-1.json"], cwd=CHECKOUT, check=False)
    assert done.returncode == 0


def test_table_flattens_and_aligns() -> None:
    lines = table({"ratio": 1.23456, "machine": {"cores": 2, "gpu": None, "flags": ["a", "b"]}, "n": 12345.6})
    assert lines.splitlines() == [
        "ratio          1.235",
        "machine.cores  2",
        "machine.gpu    –",
        "machine.flags  a, b",
        "n              12,346",
    ]


def test_an_empty_table_is_empty() -> None:
    assert table({}) == ""
