from __future__ import annotations

from typing import Any

from headway.cleaning.applying import apply_options
from headway.cleaning.report import build_clean_report
from headway.store import Store
from tests.cleaning.texts import TASK, Row, add_rows


def finding(store: Store, key: str) -> dict[str, Any]:
    report = build_clean_report(store, TASK)
    return next(one for one in report["findings"] if one["key"] == key)


def texts(label: str, count: int) -> list[Row]:
    return [(f"{label} 的文本 number {n}", label) for n in range(count)]


def test_spellings_are_joined_into_the_most_frequent(store: Store) -> None:
    add_rows(store, [*texts("refund", 12), *texts("Refund", 2), *texts("ｒｅｆｕｎｄ", 1), *texts("退款", 9)])
    found = finding(store, "label-variants")
    assert (found["count"], found["groups"], found["share"]) == (3, 1, 3 / 24)
    assert found["examples"] == [
        {"suggested": "refund", "spellings": {"Refund": 2, "refund": 12, "ｒｅｆｕｎｄ": 1}}
    ]


def test_different_labels_are_no_spellings(store: Store) -> None:
    add_rows(store, [*texts("1", 12), *texts("-1", 12), *texts("退款", 12), *texts("退货", 12)])
    assert finding(store, "label-variants")["count"] == 0


def test_rare_labels_are_listed_the_rarest_first(store: Store) -> None:
    add_rows(store, [*texts("退款", 10), *texts("物流", 9), *texts("damage", 1)])
    found = finding(store, "coverage")
    assert (found["count"], found["few"], found["test_only"], found["imbalance"]) == (2, 2, 0, None)
    assert [one["label"] for one in found["examples"]] == ["damage", "物流"]
    assert found["share"] == 2 / 3


def test_labels_in_the_test_only_are_named(store: Store) -> None:
    add_rows(store, [*texts("退款", 12), *texts("物流", 12)], split="train")
    add_rows(store, [*texts("退款", 12), *texts("damage", 12)], source="test.csv", split="test")
    found = finding(store, "coverage")
    assert (found["count"], found["test_only"]) == (1, 1)
    assert found["examples"] == [{"label": "damage", "rows": 12, "test_only": True}]


def test_a_label_far_larger_than_the_middle_one_is_named(store: Store) -> None:
    add_rows(store, [*texts("其他", 230), *texts("退款", 20), *texts("物流", 22)])
    found = finding(store, "coverage")
    assert (found["count"], found["imbalance"]) == (1, {"label": "其他", "rows": 230, "middle": 22})
    assert "'其他' has 230 texts" in found["details"]["en"][0]
    assert "230" in found["details"]["zh"][0]


def test_ten_times_the_middle_one_is_tolerated(store: Store) -> None:
    add_rows(store, [*texts("其他", 200), *texts("退款", 20), *texts("物流", 22)])
    found = finding(store, "coverage")
    assert (found["count"], found["imbalance"]) == (0, None)


def test_labels_in_their_texts_are_found_with_their_form(store: Store) -> None:
    add_rows(
        store,
        [(f"【{label}】{text}", label) for kind in ["退款", "物流"] for text, label in texts(kind, 9)],
    )
    found = finding(store, "label-leaks")
    assert (found["count"], found["forms"]) == (18, {"bracket": 1.0})
    assert found["details"]["en"] == ["in brackets 100%"]


def test_without_labels_nothing_is_said_of_them(store: Store) -> None:
    add_rows(store, [("退款", None), ("parcel", None)])
    for key in ("label-variants", "label-leaks", "coverage", "contradictions"):
        assert finding(store, key)["count"] == 0


def test_a_label_is_counted_once_however_much_is_wrong_with_its_coverage(store: Store) -> None:
    rows = [*texts("其他", 200), *texts("退款", 11), *texts("物流", 12)]
    add_rows(store, rows, split="test")
    found = finding(store, "coverage")
    assert (found["count"], found["share"]) == (3, 1.0)


def test_new_spellings_are_not_called_done(store: Store) -> None:
    add_rows(store, [*texts("退款", 9), *texts("退款 ", 2)])
    apply_options(store, TASK, ["label-variants"])
    assert not finding(store, "label-variants")["count"]
    assert finding(store, "label-variants")["applied"]
    add_rows(store, texts("退款。", 2), source="b.csv")
    found = finding(store, "label-variants")
    assert found["count"]
    assert not found["applied"]
