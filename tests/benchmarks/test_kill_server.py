from __future__ import annotations

import json
from pathlib import Path

from benchmarks.annotators import label_texts, make_queue, opened
from benchmarks.kill_server import Ledger, compare, is_sound, kill_all


def test_two_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """The short form of C1."""
    found = kill_all(tmp_path, kills=2, people=4, seed=1)
    assert found["kills"] == 2
    assert (found["lost"], found["duplicated"], found["beyond_overlap"], found["unsound"]) == (0, 0, 0, 0)
    assert found["acknowledged"] > 0


def test_a_label_that_is_gone_is_seen_as_lost(tmp_path: Path) -> None:
    (person,) = make_queue(tmp_path, ["一", "two"], ["a", "b"], 1, overlap=1)
    with opened(tmp_path) as store:
        records = label_texts(store, person, {"一": "a", "two": "a"}, 2)
    said = {f"key-{record}": (person.id, record, "a") for record in records}
    assert compare(tmp_path, said) == {"lost": 0, "duplicated": 0, "beyond_overlap": 0}
    with opened(tmp_path) as store, store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM annotations WHERE record = ?", (records[0],))
    assert compare(tmp_path, said)["lost"] == 1
    with opened(tmp_path) as store, store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO annotations (id, task, record, label, author, created_at) "
            "SELECT 'again', task, record, label, author, created_at FROM annotations"
        )
    assert compare(tmp_path, said)["duplicated"] == 1
    assert is_sound(tmp_path)


def test_the_ledger_is_on_disk_line_by_line(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        ledger.write("key", "person", "record", "退款", attempts=2)
    assert json.loads((tmp_path / "ledger.jsonl").read_text("utf-8")) == ["key", "person", "record", "退款"]
    assert ledger.sent_again == 1
