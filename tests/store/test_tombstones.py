from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from headway.errors import UsageError
from headway.ids import new_id
from headway.records import DatasetVersion, Record
from headway.store import Store
from headway.store.datasets import add_version, list_versions
from headway.store.tasks import add_task
from headway.store.tombstones import (
    Selection,
    bury,
    count_annotations,
    escaped,
    find_records,
    forgotten_keys,
    key_digest,
)
from tests.store.rows import insert_import, insert_records

TASK = "意图"


def keep(store: Store, *records: Record) -> list[Record]:
    """Import records, each with a label."""
    add_task(store, TASK, "text-classification")
    insert_records(store, records, task=TASK)
    return list(records)


def record(key: str, text: str, revision: int = 1, **fields: str) -> Record:
    return Record(new_id(), key, revision, text, fields)


def found(store: Store, **selection: Any) -> set[str]:
    return {record.text for record in find_records(store, Selection(**selection))}


def test_records_are_found_by_id_record_text_and_column(store: Store) -> None:
    first, second, third = keep(
        store,
        record("id:42", "张三 wants his money", customer="张三"),
        record("id:7", "where is my 包裹", customer="李四", 城市="北京 😀"),
        record("id:None", "hello", customer='a "b" \\ c'),
    )
    assert found(store, id="42") == {first.text}
    assert found(store, id="4") == set()
    assert found(store, record=second.id) == {second.text}
    assert found(store, contains="张三") == {first.text}
    assert found(store, contains="包裹") == {second.text}
    assert found(store, contains="京 😀") == {second.text}
    assert found(store, contains='"b" \\') == {third.text}
    assert found(store, contains="MONEY") == set()
    assert found(store, where=("customer", "李四")) == {second.text}
    assert found(store, where=("customer", "李")) == set()
    assert found(store, where=("城市", "李四")) == set()
    assert found(store, where=("customer", 'a "b" \\ c')) == {third.text}


def test_every_revision_of_a_record_is_found_where_one_is_meant(store: Store) -> None:
    keep(store, record("id:1", "old 张三"), record("id:1", "new", 2), record("id:2", "other"))
    assert found(store, contains="张三") == {"old 张三", "new"}


def test_a_selection_is_made_in_exactly_one_way() -> None:
    several: list[dict[str, Any]] = [{}, {"id": "1", "contains": "x"}, {"record": "1", "where": ("a", "b")}]
    for selection in several:
        with pytest.raises(UsageError, match="in one way") as caught:
            Selection(**selection)
        assert "--contains" in str(caught.value.next_step)
    empty: list[dict[str, Any]] = [{"contains": ""}, {"contains": " \n"}, {"where": ("", "42")}]
    for selection in empty:
        with pytest.raises(UsageError, match="empty"):
            Selection(**selection)
    ways = [Selection(id="1"), Selection(record="1"), Selection(contains="x"), Selection(where=("客户", "1"))]
    assert [selection.way for selection in ways] == ["id", "record", "contains", "where 客户"]


def test_what_is_buried_leaves_the_hash_of_its_key_and_nothing_else(store: Store) -> None:
    gone, stays = keep(store, record("id:张三", "forget me 忘记我"), record("id:2", "stay"))
    assert count_annotations(store, [gone]) == 1
    assert forgotten_keys(store) == {}
    at = bury(store, [gone], [], "id")
    assert forgotten_keys(store) == {hashlib.sha256("id:张三".encode()).hexdigest(): at}
    assert key_digest("id:张三") in forgotten_keys(store)
    with store.reading() as connection:
        left = connection.execute(text("SELECT id, text FROM records")).all()
        labels = connection.execute(text("SELECT record FROM annotations")).scalars().all()
        reasons = connection.execute(text("SELECT reason FROM tombstones")).scalars().all()
    assert [tuple(row) for row in left] == [(stays.id, "stay")]
    assert (labels, reasons) == ([stays.id], ["id"])


def test_what_was_forgotten_twice_keeps_its_first_tombstone(store: Store) -> None:
    (first,) = keep(store, record("id:1", "a"))
    at = bury(store, [first], [], "id")
    (again,) = keep(store, record("id:1", "a"))
    bury(store, [again], [], "contains")
    assert forgotten_keys(store) == {key_digest("id:1"): at}
    assert find_records(store, Selection(id="1")) == []


def test_versions_point_at_their_new_blob_and_count_what_went(store: Store) -> None:
    (gone,) = keep(store, record("id:1", "a"))
    version = DatasetVersion("hash", TASK, 0, "latest", "", "", ("a",), {"train": 9}, {}, "old")
    kept = add_version(store, version, {})
    bury(store, [gone], [(kept, "new", 2)], "id")
    bury(store, [gone], [(kept, "newer", 3)], "id")
    (after,) = list_versions(store, TASK)
    assert (after.blob, after.forgotten, after.hash, after.sizes) == ("newer", 5, "hash", {"train": 9})


def test_the_notes_of_imports_go_since_they_show_pieces_of_the_files(store: Store) -> None:
    notes = {"read": 7, "notes": ["It reads: 张三 …"]}
    imports = [insert_import(store, counts=counts) for counts in (notes, notes, {"read": 1}, {})]
    gone = record("id:1", "张三")
    insert_records(store, [gone], import_id=imports[0])
    bury(store, [gone], [], "id")
    with store.reading() as connection:
        rows = connection.execute(text("SELECT id, counts FROM imports"))
        counts = {row.id: json.loads(row.counts) for row in rows}
    assert [counts[one] for one in imports] == [{"read": 7, "notes": []}] * 2 + [{"read": 1}, {}]


def test_more_records_than_a_statement_has_variables(store: Store) -> None:
    records = keep(store, *(record(f"id:{n}", f"same word {n}") for n in range(1_201)))
    found = find_records(store, Selection(contains="same word"))
    assert len(found) == count_annotations(store, found) == 1_201
    bury(store, found, [], "contains")
    assert len(forgotten_keys(store)) == len(records)
    assert find_records(store, Selection(contains="same")) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), st.data())
def test_any_piece_of_any_field_is_found(store: Store, value: str, data: st.DataObject) -> None:
    (kept,) = keep(store, record(f"id:{new_id()}", "text", note=value))
    start = data.draw(st.integers(0, len(value) - 1))
    piece = value[start : data.draw(st.integers(start + 1, len(value)))]
    if piece.strip():
        assert kept.id in {one.id for one in find_records(store, Selection(contains=piece))}
    assert kept.id in {one.id for one in find_records(store, Selection(where=("note", value)))}


def test_a_text_stands_in_json_in_two_forms() -> None:
    assert escaped('张"') == {'张\\"', '\\u5f20\\"'}
