from __future__ import annotations

from pathlib import Path

import pytest

from headway.errors import UsageError
from headway.store.tasks import list_tasks
from headway.workflow.create import create_project


def test_a_project_begins_with_a_task_named_by_its_kind(tmp_path: Path) -> None:
    store, task = create_project(tmp_path / "新项目", "text-classification")
    assert (task.name, task.kind) == ("text-classification", "text-classification")
    assert (store.folder / "headway.db").is_file()
    store.close()


def test_a_further_task_is_added_to_the_project_that_is_there(tmp_path: Path) -> None:
    for name in ("意图", "intents", "意图"):
        store, task = create_project(tmp_path, "text-classification", name)
        assert task.name == name
        store.close()
    assert [task.name for task in list_tasks(store)] == ["意图", "intents"]
    store.close()


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [("ranking", None, "no task kind 'ranking'"), ("text-classification", "a/b", "may hold letters")],
)
def test_what_cannot_be_made_leaves_no_folder(
    tmp_path: Path, kind: str, name: str | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        create_project(tmp_path / "p", kind, name)
    assert not (tmp_path / "p").exists()
