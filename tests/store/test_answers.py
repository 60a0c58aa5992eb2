from __future__ import annotations

from dataclasses import replace

from headway.access.users import add_user
from headway.records import Answer
from headway.store import Store
from headway.store.answers import (
    add_answer,
    all_answers,
    count_answered,
    current_answer,
    find_submission,
    last_version,
    recent_answers,
)
from headway.store.queue import add_items, count_items, get_item
from tests.annotated import TASK, import_texts


def test_one_version_is_current_and_drafts_never_are(store: Store) -> None:
    (record,) = import_texts(store, ["一"])
    user = add_user(store, "Ann")[0].id
    first = Answer(TASK, record, user, 1, "label", "key-1", "2026-01-01", label="退款", shown={"a": [1]})
    draft = replace(first, version=2, action="late", key="key-2", current=False, created_at="2026-01-02")
    third = replace(first, version=3, action="skip", key="key-3", label=None, created_at="2026-01-03")
    with store.writing() as connection:
        add_items(connection, TASK, 1)
        item = get_item(connection, TASK, record)
        assert item is not None
        assert current_answer(connection, item, user) is None
        assert last_version(connection, item, user) == 0
        add_answer(connection, first)
        add_answer(connection, draft)
        assert current_answer(connection, item, user) == first
        assert count_items(connection, TASK)["done"] == 1
        add_answer(connection, third)
        assert count_items(connection, TASK) == {"items": 1, "gold": 0, "done": 0, "labels_left": 1}
        assert last_version(connection, item, user) == 3
        assert find_submission(connection, TASK, user, "key-2") == draft
        assert find_submission(connection, TASK, "another", "key-2") is None
        assert find_submission(connection, f"{TASK}.v2", user, "key-2") is None
        assert [one.version for one in all_answers(connection, TASK)] == [1, 2, 3]
        assert count_answered(connection, TASK, user) == (1, 0)
        assert [(answer.version, one.text) for answer, one in recent_answers(connection, TASK, user, 5)] == [
            (3, "一")
        ]
        add_answer(connection, replace(third, version=4, action="withdraw", key="key-4"))
        assert recent_answers(connection, TASK, user, 5) == []
        assert count_answered(connection, TASK, user) == (0, 0)
