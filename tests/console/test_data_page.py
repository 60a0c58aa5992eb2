from __future__ import annotations

from headway.console.data_page import data_content, version_of
from headway.store import Store
from tests.annotated import annotate, import_texts


def test_labels_are_counted_the_most_frequent_first(store: Store) -> None:
    import_texts(store, ["我要退款", "where is my order", "谢谢"])
    annotate(store, "我要退款", [("Ann", "退款"), ("李", "退款")])
    annotate(store, "where is my order", [("Ann", "delivery")])
    content = data_content(store)
    (task,) = content["tasks"]
    assert content["records"] == 3
    assert task["labels"] == {"退款": 2, "delivery": 1}
    assert (task["labels_in_all"], task["given"], task["cleaned_at"]) == (2, 3, None)


def test_of_very_many_labels_the_first_are_shown(store: Store) -> None:
    import_texts(store, ["一"])
    annotate(store, "一", [("Ann", f"label {n}") for n in range(12)])
    (task,) = data_content(store)["tasks"]
    assert (len(task["labels"]), task["labels_in_all"]) == (10, 12)


def test_a_version_that_is_not_there_is_none(store: Store) -> None:
    import_texts(store, ["一"])
    assert version_of(store, "0" * 64) is None
    assert version_of(store, "") is None
