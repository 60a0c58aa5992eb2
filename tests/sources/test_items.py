from __future__ import annotations

import hashlib
import json
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.records import Split
from headway.sources.items import LONGEST_TEXT, Columns, Item, ItemReader
from headway.sources.rows import BadRow, GivenLabel, Row
from headway.store.tombstones import key_digest

COLUMNS = Columns("text", "label", id="id", time="at")


def row(line: int = 2, **fields: str) -> Row:
    return Row(line, {"text": "退款", "label": "refund", "id": "7", "at": "", **fields})


def item(reader: ItemReader, given: Row) -> Item:
    found = reader.read(given)
    assert isinstance(found, Item), found
    return found


def test_a_row_becomes_text_label_time_and_the_remaining_fields() -> None:
    reader = ItemReader(COLUMNS, timezone=timezone(timedelta(hours=8)))
    found = item(reader, row(at="2026-11-22T08:00:00", shop="北京"))
    assert (found.key, found.text, found.label) == ("id:7", "退款", "refund")
    assert found.time == "2026-11-22T00:00:00.000000+00:00"
    assert found.fields == {"id": "7", "at": "2026-11-22T08:00:00", "shop": "北京"}


def test_a_blank_label_is_no_label_and_a_label_keeps_its_spaces() -> None:
    reader = ItemReader(Columns("text", "label"))
    assert item(reader, row(label="  ")).label is None
    assert item(reader, row(label=" Refund ")).label == " Refund "
    assert item(reader, Row(3, {"text": "no label at all"})).label is None


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = ItemReader(COLUMNS).read(row(9, text=" \u200b", id=" ", at="yesterday", other="a\0b"))
    assert isinstance(found, BadRow)
    assert found.line == 9
    for part in ("'text' is empty", "'id' is empty", "'other' holds a NUL byte", "'yesterday'"):
        assert part in found.reason
    assert json.loads(found.raw)["at"] == "yesterday"


def test_a_text_of_megabytes_is_refused_and_kept_short() -> None:
    found = ItemReader(COLUMNS).read(row(text="长" * (LONGEST_TEXT + 1)))
    assert isinstance(found, BadRow)
    assert "1,000,001 characters" in found.reason
    assert len(found.raw) < 3_000


def test_equal_rows_are_told_apart_by_their_occurrence_and_by_their_split() -> None:
    columns = Columns("text", "label")
    train, test = ItemReader(columns, Split.TRAIN), ItemReader(columns, Split.TEST)
    first, second = item(train, row()), item(train, row())
    assert first.key != second.key
    assert item(ItemReader(columns, Split.TRAIN), row()).key == first.key
    assert item(test, row()).key != first.key


def test_an_id_with_another_text_is_refused_naming_the_first_line() -> None:
    reader = ItemReader(COLUMNS)
    item(reader, row(2))
    assert item(reader, row(3)).text == "退款"
    found = reader.read(row(4, text="refund please"))
    assert isinstance(found, BadRow)
    assert found.reason == "the id '7' stands in line 2 with another text"


NAMES = st.text(st.sampled_from([*"ab{}%0\"'\\ ,:", "文", "\n", "\u2028", "\x7f", "😀"]), max_size=5)
ROWS = st.dictionaries(
    NAMES, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9)
)


@given(ROWS, st.sampled_from([None, *Split]))
def test_the_key_is_the_hash_of_the_json_of_the_row_for_good(
    fields: dict[str, str], split: Split | None
) -> None:
    fields = {**fields, "text": "hello"}
    canonical = json.dumps([split, fields], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    expected = hashlib.sha256(canonical.encode()).hexdigest()[:32]
    reader = ItemReader(Columns("text"), split)
    assert [item(reader, Row(2, fields)).key for _ in range(2)] == [f"row:{expected}:1", f"row:{expected}:2"]


def test_rows_may_have_other_columns_each() -> None:
    reader = ItemReader(Columns("text", "label"))
    found = [
        item(reader, Row(line, fields))
        for line, fields in enumerate(
            [{"text": "a", "b": "1"}, {"c": "2", "text": "a"}, {"text": "a", "b": "1"}, {"text": "a"}], 1
        )
    ]
    assert [one.fields for one in found] == [{"b": "1"}, {"c": "2"}, {"b": "1"}, {}]
    assert len({one.key for one in found}) == 4


@pytest.mark.parametrize(
    "text", ["\\u0000 is how JSON writes NUL", "。", "?!", "…", "{}", "=1+1", "@cmd", "  x"]
)
def test_odd_texts_that_are_texts(text: str) -> None:
    assert item(ItemReader(Columns("text")), Row(2, {"text": text})).text == text


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\ufeff\t", "\u3000", "\x07"])
def test_texts_of_which_nothing_is_left(text: str) -> None:
    found = ItemReader(Columns("text")).read(Row(2, {"text": text}))
    assert isinstance(found, BadRow)
    assert "is empty" in found.reason


def test_what_was_forgotten_is_not_kept_in_quarantine_either() -> None:
    columns = Columns("text", id="id")
    forgotten = {key_digest("id:7"): "2026-11-20T08:00:00.000000+00:00"}
    reader = ItemReader(columns, forgotten=forgotten)
    assert reader.read(row()) == BadRow(2, "forgotten on 2026-11-20", "")
    assert item(reader, row(3, id="8")).key == "id:8"


def test_a_forgotten_row_that_is_also_bad_is_not_kept_either() -> None:
    columns = Columns("text", id="id", time="time")
    reader = ItemReader(columns, forgotten={key_digest("id:7"): "2026-11-20T08:00:00.000000+00:00"})
    fields = {"id": "7", "text": "王芳要退款", "time": "yesterday"}
    assert reader.read(Row(3, fields, ())) == BadRow(3, "forgotten on 2026-11-20", "")
    bad = reader.read(Row(4, {**fields, "id": "8\ud800"}, ()))
    assert isinstance(bad, BadRow)
    assert "not valid Unicode" in bad.reason


def test_of_equal_rows_the_one_that_was_forgotten_stays_away() -> None:
    columns = Columns("text")
    key = item(ItemReader(columns), Row(2, {"text": "a"})).key
    reader = ItemReader(columns, forgotten={key_digest(key): "2026-11-20"})
    assert isinstance(reader.read(Row(2, {"text": "a"})), BadRow)
    assert item(reader, Row(3, {"text": "a"})).key.endswith(":2")


def test_labels_that_a_row_brings_along_go_before_its_column() -> None:
    reader = ItemReader(Columns("text", "label"), timezone=timezone(timedelta(hours=8)))
    labels = (
        GivenLabel(" refund ", " 王芳 ", "2026-11-22T08:00:00"),
        GivenLabel("  ", "bob"),
        GivenLabel("a", "", "soon"),
    )
    found = item(reader, Row(2, {"text": "退款", "label": "b"}, labels))
    assert found.label is None
    assert found.labels == (
        GivenLabel(" refund ", "王芳", "2026-11-22T00:00:00.000000+00:00"),
        GivenLabel("a", None, None),
    )


@pytest.mark.parametrize("wrong", [GivenLabel("a\0"), GivenLabel("\ud800"), GivenLabel("a", "\udfff")])
def test_labels_that_cannot_be_written_are_told(wrong: GivenLabel) -> None:
    found = ItemReader(Columns("text")).read(Row(2, {"text": "a"}, (wrong,)))
    assert isinstance(found, BadRow)
    assert "not valid Unicode or holds a NUL byte" in found.reason


def test_columns_of_unknown_text_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="text column must be known"):
        ItemReader(Columns())
