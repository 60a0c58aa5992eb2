from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from headway.datasets.diff import diff_versions
from headway.datasets.versions import to_parquet
from headway.records import DatasetRow, DatasetVersion, Split
from headway.store import Store
from headway.text import DEFAULT_STEPS

TRAIN, TEST = Split.TRAIN, Split.TEST


def version(store: Store, number: int, rows: Sequence[DatasetRow], **changes: Any) -> DatasetVersion:
    made = DatasetVersion(
        hash=str(number),
        task="t",
        number=number,
        consensus="latest",
        cut_off="",
        created_at="",
        labels=tuple(sorted({row.label for row in rows})),
        sizes={},
        statistics={},
        blob=store.blobs.put(to_parquet(rows)),
        preparation=DEFAULT_STEPS,
        options={"seed": 0},
    )
    return dataclasses.replace(made, **changes)


def row(record: str, label: str, split: Split = TRAIN, parent: str | None = None) -> DatasetRow:
    return DatasetRow(record, f"text {record}", label, split, record, parent)


@pytest.fixture
def versions(store: Store) -> tuple[DatasetVersion, DatasetVersion]:
    before = [row("1", "退款"), row("2", "退款", TEST), row("3", "物流"), row("4", "old")]
    after = [row("1", "投诉"), row("2", "退款"), row("3", "物流"), *(row(f"n{n}", "物流") for n in range(6))]
    augmented = [row("3~typos~1", "物流", parent="3")]
    first = version(store, 1, before, forgotten=3)
    steps = {
        "preparation": (*DEFAULT_STEPS, "html@1"),
        "options": {"seed": 0, "cap": 5, "augment": {"typos": 1}},
    }
    return first, version(store, 2, [*after, *augmented], **steps)


def test_everything_that_changed_is_counted(
    store: Store, versions: tuple[DatasetVersion, DatasetVersion]
) -> None:
    found = diff_versions(store, *versions)
    assert (found["added"], found["removed"], found["relabelled"]) == (6, 1, 1)
    assert (found["new_labels"], found["gone_labels"]) == (["投诉"], ["old"])
    assert found["labels"] == {
        "物流": {"old": 1, "new": 7, "change": 6},
        "old": {"old": 1, "new": 0, "change": -1},
        "投诉": {"old": 0, "new": 1, "change": 1},
        "退款": {"old": 2, "new": 1, "change": -1},
    }
    assert found["relabelled_from_to"] == [{"from": "退款", "to": "投诉", "rows": 1}]
    assert found["moved"] == [{"from": "test", "to": "train", "rows": 1}]
    assert found["forgotten"] == {"old": 3, "new": 0}
    assert found["preparation"] == {"added": ["html@1"]}
    assert found["options"] == {
        "augment": {"old": None, "new": {"typos": 1}},
        "cap": {"old": None, "new": 5},
    }
    # Shares before: 退款 1/2, 物流 1/4, old 1/4; after: 投诉 1/9, 退款 1/9, 物流 7/9.
    assert found["shift"] == pytest.approx(7 / 9 - 1 / 4 + 1 / 9, abs=1e-6)


def test_everything_that_changed_is_said(
    store: Store, versions: tuple[DatasetVersion, DatasetVersion]
) -> None:
    assert diff_versions(store, *versions)["summary"] == [
        "Version 2 has 6 texts more, 1 fewer and 1 with another label than version 1.",
        "New labels: 投诉.",
        "Labels no longer there: old.",
        "By label: 物流: 6 more, old: 1 fewer, 投诉: 1 more, 退款: 1 fewer.",
        "Labels that changed: 退款 → 投诉 1.",
        "Texts that changed their split: test → train 1.",
        "Forgotten since: 3 rows of version 1.",
        "Preparation: added html@1.",
        "Options: augment none → typos=1, cap none → 5.",
        "Share of the texts: old 25.0% → 0%, 投诉 0% → 11.1%, 物流 25.0% → 77.8%, 退款 50.0% → 11.1%.",
    ]


def test_where_nothing_changed_one_sentence_says_so(store: Store) -> None:
    one = version(store, 1, [row("1", "a"), row("2", "b")])
    found = diff_versions(store, one, dataclasses.replace(one, number=2))
    assert found["summary"] == [
        "Version 2 has 0 texts more, 0 fewer and 0 with another label than version 1."
    ]
    assert found["shift"] == 0


def test_a_version_of_before_options_were_kept_has_none_to_differ_in(store: Store) -> None:
    old = version(store, 1, [row("1", "a")], preparation=(), options={})
    new = version(store, 2, [row("1", "a")])
    assert len(diff_versions(store, old, new)["summary"]) == 1
    assert len(diff_versions(store, new, old)["summary"]) == 1


def test_a_thousand_labels_make_no_thousand_words(store: Store) -> None:
    old = version(store, 1, [row("x", "a")])
    new = version(store, 2, [row(str(n), f"标签 {n}") for n in range(1_000)])
    assert max(len(line) for line in diff_versions(store, old, new)["summary"][3:]) < 400
