"""Damaged files: no traceback, and every record found again in a row or in quarantine.

`python -m benchmarks mutated_files` does the same to 10,000 files and imports many of them.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.machine import CHECKOUT
from benchmarks.mutants import MARK, RECORDS, TEXT_FORMATS, Mutant, mutants, valid
from benchmarks.mutated_files import Found, examine
from headway.store import Store
from headway.store.tasks import add_task

KINDS = 2 * (len(TEXT_FORMATS) + 4)


def small(count: int, seed: int) -> list[Mutant]:
    """Damaged files without those of a megabyte and more, which take most of the time."""
    return [one for one in mutants(count, seed) if len(one.data) < 200_000]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_a_file_that_is_whole_gives_all_its_records(name: str, language: str, tmp_path: Path) -> None:
    ending = {"txt": "txt", "csv": "csv", "tsv": "tsv", "conll": "conll"}.get(name, "json")
    found = examine(Mutant(0, name, f"a.{ending}", valid(name, language), ()), tmp_path)
    assert found == Found(rows=RECORDS)


def test_the_same_seed_gives_the_same_files_at_any_time() -> None:
    def digests(seed: int) -> str:
        code = (
            "import hashlib; from benchmarks.mutants import mutants\n"
            f"print(*(hashlib.sha256(one.data).hexdigest() for one in mutants(72, {seed})))"
        )
        return subprocess.run(
            [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
        ).stdout

    first = digests(5)
    assert digests(5) == first != digests(6)
    assert {one.format for one in mutants(KINDS)} > set(TEXT_FORMATS)


def test_a_record_that_is_lost_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from headway.sources import formats

    whole = formats.FORMATS["jsonl"]
    monkeypatch.setitem(formats.FORMATS, "jsonl", lambda *given: list(whole(*given))[:-1])
    found = examine(Mutant(0, "jsonl", "a.jsonl", valid("jsonl", "zh"), ()), tmp_path)
    assert found.lost == ["mk0008"]


def test_damaged_files_give_rows_or_reasons(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for mutant in small(1_500, seed=11):
        found = examine(mutant, tmp_path)
        assert found.traceback is None, (mutant.number, mutant.format, mutant.damage, found.traceback)
        assert found.lost == [], (mutant.number, mutant.format, mutant.damage)
        outcomes.update(refused=found.refused, bad=found.quarantined > 0, good=found.rows > found.quarantined)
    assert min(outcomes.values()) > 200


def test_damaged_files_are_imported_without_a_loss(tmp_path: Path, store: Store) -> None:
    add_task(store, "intents", "text-classification")
    imported = 0
    for mutant in small(150, seed=12):
        found = examine(mutant, tmp_path, store)
        assert (found.traceback, found.lost) == (None, []), (mutant.number, mutant.format, mutant.damage)
        imported += found.imported
    assert imported > 50


def test_marks_stand_once_in_each_record() -> None:
    for name in TEXT_FORMATS:
        marks = MARK.findall(valid(name, "en").decode())
        assert len(marks) == len(set(marks)) == RECORDS
