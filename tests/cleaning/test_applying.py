from __future__ import annotations

import pytest

from headway.cleaning.applying import apply_options, undo
from headway.cleaning.policy import OPTIONS
from headway.datasets import create_version, load_rows
from headway.errors import CheckFailedError, UsageError
from headway.records import CleaningPolicy, Split
from headway.store import Store
from headway.store.cleanings import get_policy, list_policies
from headway.store.records import iter_texts
from headway.store.tasks import add_task
from tests.cleaning.texts import TASK, Row, add_rows

ROWS: list[Row] = [
    *((f"我要退掉第{n}件商品，请告诉我怎么办理", "退款") for n in range(12)),
    *((f"where is parcel number {n} of mine", "delivery") for n in range(12)),
    ("我要退掉第3件商品，请告诉我怎么办理", "退款"),
    ("where is parcel number 5 of mine", "Delivery"),
    ("退", "退款"),
    ("<b>我要退款</b>，电话13800138000", "退款"),
    ("我要退款，电话13900139000", "退款"),
    ("没有标签", None),
]


@pytest.mark.parametrize(
    "options",
    [
        ["duplicates"],
        ["html", "personal-data", "duplicates"],
        ["label-variants", "duplicates", "short"],
        ["contradictions"],
        list(OPTIONS),
    ],
)
def test_the_next_version_is_what_was_said(store: Store, options: list[str]) -> None:
    add_rows(store, ROWS)
    said = apply_options(store, TASK, options)["next_version"]
    version = create_version(store, TASK)
    rows = load_rows(store, version, Split)
    assert said["labelled"] == len(ROWS) - 1
    assert said["rows"] == len(rows)
    assert said["left_out"] == version.statistics["left_out"]


def test_the_raw_texts_stay(store: Store) -> None:
    add_rows(store, ROWS)
    apply_options(store, TASK, OPTIONS)
    create_version(store, TASK)
    assert [text for _, text, _, _ in iter_texts(store)] == [text for text, _ in ROWS]


def test_texts_labels_and_rows_are_counted(store: Store) -> None:
    add_rows(store, ROWS)
    done = apply_options(store, TASK, ["html", "label-variants", "short"], least_characters=3)
    assert done["changed"]
    assert done["policy"] == {
        "steps": ["html@1"],
        "drop": ["short:3"],
        "labels": {"Delivery": "delivery"},
        "mask": False,
    }
    assert done["next_version"] == {
        "labelled": 29,
        "rows": 28,
        "left_out": {"short": 1},
        "texts_changed": 1,
        "labels_renamed": 1,
    }


def test_a_model_is_told_the_steps(store: Store) -> None:
    add_rows(store, ROWS)
    apply_options(store, TASK, ["html", "personal-data"])
    version = create_version(store, TASK)
    assert {"html@1", "personal-data@1"} < set(version.preparation)
    texts = [row.text for row in load_rows(store, version, Split)]
    assert not any("13800138000" in text for text in texts)
    # What a step does is done by the model: in the version, the rest of a text is as it came.
    assert any(text.startswith("<b>我要退款</b>，电话[PHONE:") for text in texts)


def test_applying_twice_changes_nothing(store: Store) -> None:
    add_rows(store, ROWS)
    first = apply_options(store, TASK, ["duplicates", "label-variants"])
    again = apply_options(store, TASK, ["label-variants", "duplicates"])
    assert not again["changed"]
    assert again["policy"] == first["policy"]
    assert len(list_policies(store, TASK)) == 1


def test_undo_goes_back_and_back_again(store: Store) -> None:
    add_rows(store, ROWS)
    apply_options(store, TASK, ["duplicates"])
    apply_options(store, TASK, ["short"])
    assert undo(store, TASK)["policy"]["drop"] == ["duplicates"]
    assert undo(store, TASK)["policy"]["drop"] == []
    assert get_policy(store, TASK) == CleaningPolicy()
    with pytest.raises(CheckFailedError, match="Nothing was ever applied"):
        undo(store, TASK)
    assert len(list_policies(store, TASK)) == 4
    assert apply_options(store, TASK, ["short"])["changed"]


def test_what_would_leave_no_row_is_refused(store: Store) -> None:
    add_rows(store, [("退款", "a"), ("退款", "b"), ("card", "a"), ("card", "b")])
    with pytest.raises(CheckFailedError, match=r"none of the 4 labelled rows.*contradictions 4"):
        apply_options(store, TASK, ["contradictions"])
    assert list_policies(store, TASK) == []


def test_an_unknown_option_changes_nothing(store: Store) -> None:
    add_rows(store, ROWS)
    with pytest.raises(UsageError, match="'duplicate'"):
        apply_options(store, TASK, ["short", "duplicate"])
    assert list_policies(store, TASK) == []


def test_without_labels_the_policy_holds_for_those_to_come(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    done = apply_options(store, TASK, OPTIONS)
    assert (done["next_version"]["labelled"], done["next_version"]["rows"]) == (0, 0)
    assert get_policy(store, TASK).mask
