from __future__ import annotations

import json
from datetime import timedelta, timezone

from headway.records import Split
from headway.sources.items import LONGEST_TEXT, Columns, Item, ItemReader
from headway.sources.rows import BadRow, Row

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
