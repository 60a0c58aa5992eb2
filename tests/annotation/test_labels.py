from __future__ import annotations

from pathlib import Path

import pytest

from headway.annotation.labels import (
    guideline_of,
    known_labels,
    labels_of,
    read_guideline,
    set_guideline,
    set_labels,
)
from headway.errors import DataError, UsageError
from headway.store import Store
from headway.store.tasks import add_task
from tests.annotated import TASK, annotate, import_texts


def test_the_labels_texts_have_are_proposed_the_most_frequent_first(store: Store) -> None:
    import_texts(store, ["一", "two", "三"])
    for text, label in (("一", "other"), ("two", "退款"), ("三", "退款")):
        annotate(store, text, [("import:a.csv", label)])
    assert known_labels(store, TASK) == ["退款", "other"]
    set_labels(store, TASK, ["other", "退款"])
    assert known_labels(store, TASK) == ["other", "退款"]


def test_a_retired_label_is_kept_and_can_come_back(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    set_labels(store, TASK, ["a", "b", "c"])
    set_labels(store, TASK, ["c", "a"])
    assert [(label.name, label.retired_at is None) for label in labels_of(store, TASK)] == [
        ("c", True),
        ("a", True),
        ("b", False),
    ]
    retired_at = labels_of(store, TASK)[2].retired_at
    set_labels(store, TASK, ["a", "c"])
    assert labels_of(store, TASK)[2].retired_at == retired_at
    set_labels(store, TASK, ["b", "a"])
    assert known_labels(store, TASK) == ["b", "a"]


def test_names_are_written_one_way(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    set_labels(store, TASK, [" cafe\u0301 ", "茶"])
    assert known_labels(store, TASK) == ["café", "茶"]


def test_all_that_is_wrong_with_labels_is_said_at_once(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    with pytest.raises(UsageError) as refused:
        set_labels(store, TASK, ["a", "a", "", "b\nc", "长" * 201])
    for part in ("name 3", "name 4", "name 5", "'a' is there more than once"):
        assert part in str(refused.value)
    with pytest.raises(UsageError, match="501 names"):
        set_labels(store, TASK, [str(n) for n in range(501)])
    assert labels_of(store, TASK) == []


def test_each_change_of_the_guidelines_is_a_version(store: Store, tmp_path: Path) -> None:
    add_task(store, TASK, "text-classification")
    assert guideline_of(store, TASK) is None
    first = set_guideline(store, TASK, "退款：要钱回来。\n", "李")
    assert set_guideline(store, TASK, "退款：要钱回来。", "Ann") == first
    second = set_guideline(store, TASK, "Refund: wants money.", "Ann")
    assert (first.version, second.version, guideline_of(store, TASK)) == (1, 2, second)
    with pytest.raises(UsageError, match="100,001 characters"):
        set_guideline(store, TASK, "x" * 100_001, "Ann")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_guidelines_that_are_no_text_are_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "规范.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"规范\.md"):
        read_guideline(path)
