from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from headway.datasets.leaks import leak_report
from headway.errors import DataError
from headway.records import Split
from headway.sources import Columns, import_file
from headway.store import Store
from headway.store.tasks import add_task
from tests.projects import write_csv

TASK = "情感"


@pytest.fixture
def store(store: Store) -> Store:
    add_task(store, TASK, "text-classification")
    return store


def give(store: Store, split: Split | None, *rows: tuple[str, str], author: bool = False) -> None:
    path = store.project / f"{split}.csv"
    if author:
        write_csv(path, [(text, name) for text, name in rows], ("text", "author"))
        lines = path.read_text("utf-8").splitlines()
        path.write_text(
            "\n".join(f"{line},{'label' if not n else 'a'}" for n, line in enumerate(lines)), "utf-8"
        )
    else:
        write_csv(path, rows)
    import_file(store, TASK, path, Columns("text", "label"), split=split)


def pair(report: dict[str, Any], strict: str = "test", loose: str = "train") -> dict[str, Any]:
    (found,) = [one for one in report["pairs"] if (one["of"], one["in"]) == (strict, loose)]
    return dict(found)


def test_each_text_counts_once_for_the_plainest_way_it_leaks(store: Store) -> None:
    give(
        store,
        Split.TRAIN,
        ("酒店位置很好，早餐也不错", "1"),
        ("The battery died after two days.", "0"),
        ("服务员态度很差，再也不会来了", "0"),
        ("only in train", "1"),
    )
    give(
        store,
        Split.TEST,
        ("酒店位置很好，早餐也不错", "1"),
        ("酒店位置很好，早餐也不错 ", "1"),
        ("the battery died, after two days!", "0"),
        ("服务员态度很差，再也不会来了呢", "0"),
        ("快递第二天就到了", "1"),
    )
    found = pair(leak_report(store, TASK))
    assert found["texts"] == 4
    assert {kind: found[kind]["texts"] for kind in ("exact", "normalised", "near", "group")} == {
        "exact": 1,
        "normalised": 1,
        "near": 1,
        "group": 0,
    }
    assert (found["leaked"], found["share"]) == (3, 0.75)
    assert found["near"]["examples"] == [
        {"test": "服务员态度很差，再也不会来了呢", "train": "服务员态度很差，再也不会来了"}
    ]


def test_the_report_says_it_in_words(store: Store) -> None:
    give(store, Split.TRAIN, ("same text", "a"), ("another one", "b"))
    give(store, Split.TEST, ("same text", "a"), ("something else", "b"))
    give(store, Split.VALIDATION, ("nothing alike", "a"))
    assert leak_report(store, TASK)["summary"][:3] == [
        "None of the 2 different test texts is in validation.",
        "1 of the 2 different test texts (50.0%) are in train, too: 1 word for word (50.0%).",
        "None of the 1 different validation texts is in train.",
    ]


def test_texts_of_one_author_are_a_leak_where_the_column_is_named(store: Store) -> None:
    give(store, Split.TRAIN, ("第一条意见", "李"), ("hello there", ""), author=True)
    give(store, Split.TEST, ("退款太慢", "李"), ("opening hours", ""), ("a parcel", "Ann"), author=True)
    assert pair(leak_report(store, TASK))["leaked"] == 0
    found = pair(leak_report(store, TASK, group="author"))
    assert found["group"] == {
        "texts": 1,
        "share": pytest.approx(1 / 3),
        "examples": [{"test": "退款太慢", "train": "第一条意见"}],
    }
    with pytest.raises(DataError, match="'customer'"):
        leak_report(store, TASK, group="customer")


def test_personal_data_in_the_examples_are_masked(store: Store) -> None:
    for split in (Split.TRAIN, Split.TEST):
        give(store, split, ("write to ann.miller@example.com about my refund", "a"))
    assert "ann.miller" not in str(leak_report(store, TASK))


def test_examples_are_few_and_short(store: Store) -> None:
    rows = [(f"{n} {'长' * 500}{n}", "a") for n in range(20)]
    for split in (Split.TRAIN, Split.TEST):
        give(store, split, *rows)
    examples = pair(leak_report(store, TASK))["exact"]["examples"]
    assert len(examples) == 5
    assert all(len(text) <= 201 for example in examples for text in example.values())


def test_without_two_given_splits_there_is_nothing_to_compare(store: Store) -> None:
    give(store, None, ("a", "x"), ("a", "y"))
    give(store, Split.TEST, ("a", "x"))
    report = leak_report(store, TASK)
    assert report["pairs"] == []
    assert report["summary"] == ["You gave no rows to two splits, so there is nothing to compare."]


def test_the_leak_of_chnsenticorp_is_found(store: Store, shared: Path) -> None:
    """330 of 1,178 test texts are in train, as counted when the data were collected."""
    folder = shared / "data" / "chnsenticorp_zh"
    for part, split in (("train", Split.TRAIN), ("test", Split.TEST)):
        import_file(store, TASK, folder / f"{part}.tsv", Columns("text_a", "label"), split=split)
    found = pair(leak_report(store, TASK))
    assert (found["texts"], found["exact"]["texts"]) == (1_178, 330)
    assert round(found["exact"]["share"], 2) == 0.28


def test_the_leak_of_the_finance_news_is_found(store: Store, shared: Path) -> None:
    """1,197 of 2,242 test titles are in the seed, as counted when the data were collected.

    Two of the 2,242 differ in white space only, so that they count as one here.
    """
    folder = shared / "data" / "fin_news_sentiment_zh"
    seed = CalamineWorkbook.from_path(folder / "news_seed.xlsx").get_sheet_by_index(0).to_python()
    give(store, Split.TRAIN, *((str(row[4]), str(row[3])) for row in seed[1:]))
    with (folder / "test_data.csv").open(encoding="utf-8-sig", newline="") as file:
        give(store, Split.TEST, *((row["标题"], row["正负面"]) for row in csv.DictReader(file)))
    found = pair(leak_report(store, TASK))
    assert (found["texts"], found["exact"]["texts"]) == (2_241, 1_197)
    assert round(found["exact"]["share"], 2) == 0.53
