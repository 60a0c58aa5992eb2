from __future__ import annotations

from pathlib import Path

from benchmarks.annotators import label_texts, make_queue, opened
from benchmarks.repeated_submissions import LABELS, compare, send_all


def test_what_is_sent_again_counts_once(tmp_path: Path) -> None:
    """The short form of C6."""
    found = send_all(tmp_path, n_answers=60, n_people=3, seed=1)
    assert found["answers"] == 60
    assert found["sent"] > 120
    assert found["others_refused"] == 1.0
    wrong = ("unexpected", "missing", "doubled", "labels_missing", "labels_doubled", "changed")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)


def test_what_is_missing_doubled_or_changed_is_counted(tmp_path: Path) -> None:
    texts = ["一", "二", "three", "four"]
    (person,) = make_queue(tmp_path, texts, LABELS, 1, overlap=1)
    with opened(tmp_path) as store:
        records = label_texts(store, person, dict.fromkeys(texts, LABELS[0]), 4)
    given = [{"key": f"key-{record}", "record": record, "label": LABELS[0]} for record in records]
    with opened(tmp_path) as store, store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM answers WHERE key = ?", (given[0]["key"],))
        connection.exec_driver_sql("DELETE FROM annotations WHERE record = ?", (given[1]["record"],))
        connection.exec_driver_sql(
            "INSERT INTO annotations (id, task, record, label, author, created_at) "
            "SELECT 'again', task, record, label, author, created_at FROM annotations WHERE record = ?",
            (given[2]["record"],),
        )
    found = compare(tmp_path, [*given[:3], {**given[3], "label": "never given"}])
    assert found == {"missing": 1, "doubled": 0, "labels_missing": 1, "labels_doubled": 1, "changed": 2}
