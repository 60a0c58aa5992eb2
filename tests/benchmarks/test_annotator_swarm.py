from __future__ import annotations

from pathlib import Path

from benchmarks.annotator_swarm import swarm, wrong_overlap
from benchmarks.annotators import Person, make_queue, opened, refused_by_lock


def test_a_small_swarm_labels_everything_exactly_as_often_as_asked(tmp_path: Path) -> None:
    """The short form of C5."""
    found = swarm(tmp_path, people=5, texts=12, overlap=2, think=0.02, lease=0.5)
    assert (found["wrong_overlap"], found["seen_twice"], found["locked"]) == (0, 0, 0)
    assert found["saved"] == 24
    assert found["refused"] == []


def test_a_text_with_too_few_and_one_with_too_many_labels_are_counted(tmp_path: Path) -> None:
    (person,) = make_queue(tmp_path, ["一", "two", "三"], ["a", "b"], 1, overlap=1)
    assert isinstance(person, Person)
    with opened(tmp_path) as store, store.writing() as connection:
        records = connection.exec_driver_sql("SELECT record FROM items ORDER BY record").scalars().all()
        for number, (record, author) in enumerate([(0, "Ann"), (0, "Bob"), (1, "Ann")]):
            connection.exec_driver_sql(
                "INSERT INTO annotations (id, task, record, label, author, created_at) VALUES (?,?,?,?,?,?)",
                (str(number), "intents", records[record], "a", author, "2026"),
            )
    assert wrong_overlap(tmp_path, 1) == 2


def test_a_locked_database_is_found_in_the_log() -> None:
    assert refused_by_lock("fine\nsqlite3.OperationalError: database is locked\n") == 1
