from __future__ import annotations

import numpy as np

from headway.cleaning.table import numbered
from tests.cleaning.texts import table_of

ROWS = [("退款", "refund"), ("card", None), ("退款", "退"), ("parcel", "refund")]


def test_equal_texts_and_labels_are_kept_once() -> None:
    table = table_of(ROWS)
    assert (table.texts, table.text.tolist()) == (["退款", "card", "parcel"], [0, 1, 0, 2])
    assert (table.labels, table.label.tolist()) == (["refund", "退"], [0, -1, 0 + 1, 0])
    assert table.label_counts() == {"refund": 2, "退": 1}


def test_a_part_has_the_texts_of_its_rows_only() -> None:
    part = table_of(ROWS).part(np.array([False, True, False, True]))
    assert [part.texts[n] for n in part.text] == ["card", "parcel"]
    assert part.label.tolist() == [-1, 0]


def test_rows_of_texts() -> None:
    assert table_of(ROWS).rows_of(np.array([True, False, False])).tolist() == [True, False, True, False]


def test_nothing_makes_an_empty_table() -> None:
    table = table_of([])
    assert len(table.text) == len(table.texts) == 0
    assert table.label_counts() == {}
    assert numbered([None])[0].tolist() == [-1]
