from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.datasets.groups import column_values, group_rows
from headway.errors import DataError
from headway.records import Record

ROWS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "", "李", "Ann", "王"])), max_size=20
)


def record(text: str, **fields: str) -> Record:
    return Record(text, text, 1, text, fields)


def test_near_duplicates_are_one_group_in_both_languages() -> None:
    texts = [
        "Where is my card? I ordered it last week.",
        "where is my crad, i ordered it last week",
        "我上周申请的信用卡怎么还没有寄到",
        "我上周申请的信用卡怎么还没有寄到呢！",
        "I want my money back",
        "请给我退款",
    ]
    found = group_rows(texts, texts, [""] * 6)
    assert found.names[0] == found.names[1] == min(texts[:2])
    assert found.names[2] == found.names[3] == min(texts[2:4])
    assert found.names[4:] == texts[4:]
    assert found.near_duplicates == 4


def test_equal_prepared_texts_are_one_group_and_no_near_duplicates() -> None:
    found = group_rows(["n1", "n2", "n3"], ["退款", "退款", "发票"], ["", "", ""])
    assert (found.names, found.near_duplicates) == (["n1", "n1", "n3"], 0)


@given(ROWS)
def test_rows_are_joined_by_value_directly_and_through_others(rows: list[tuple[str, str]]) -> None:
    texts = {"a": "退款", "b": "invoice", "c": "快递没到", "d": "password", "e": "投诉", "f": "opening hours"}
    names = [name for name, _ in rows]
    found = group_rows(names, [texts[name] for name in names], [value for _, value in rows]).names
    joined = {name: {name} for name in names}
    for _ in range(len(rows)):
        for name, value in rows:
            for other, same in rows:
                if name == other or (value and value == same):
                    joined[name] |= joined[other]
    assert found == [min(joined[name]) for name in names]


def test_a_column_has_values_or_the_columns_there_are_are_named() -> None:
    records = [record("a", author=" Ann ", time="1"), record("b")]
    assert column_values(records, "author") == ["Ann", ""]
    assert column_values(records, None) == ["", ""]
    with pytest.raises(DataError, match="'customer'") as caught:
        column_values(records, "customer")
    assert "author, time" in str(caught.value.next_step)
    with pytest.raises(DataError) as caught:
        column_values([record("a", author=" ")], "author")
