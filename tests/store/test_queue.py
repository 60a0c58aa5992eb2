from __future__ import annotations

from headway.access.users import add_user
from headway.records import Item
from headway.store import Store
from headway.store.queue import (
    Lease,
    Place,
    add_items,
    get_item,
    held_items,
    keep_for,
    next_items,
    set_places,
)
from tests.annotated import TASK, import_texts

LEASE = Lease("2026-01-01T10", "2026-01-01T11")


def test_a_lower_rank_comes_sooner_and_equal_ones_in_the_order_of_import(store: Store) -> None:
    records = import_texts(store, ["一", "two", "三"])
    user = add_user(store, "Ann")[0].id
    with store.writing() as connection:
        add_items(connection, TASK, 1)
        set_places(connection, TASK, [Place(records[0], -2, "asked"), Place(records[1], -1, "asked")])
        found = next_items(connection, TASK, user, 10, LEASE)
        assert [item.text for item in found] == ["一", "two", "三"]
        suggestions = [{"label": "退款", "score": 0.5}]
        set_places(connection, TASK, [Place(records[2], -1.5, "chance", suggestions)])
        found = next_items(connection, TASK, user, 10, LEASE)
    assert [(item.text, item.picked) for item in found] == [("三", "chance"), ("一", None), ("two", None)]
    assert found[0].suggestions == ({"label": "退款", "score": 0.5},)


def test_a_lease_holds_from_now_until_its_end(store: Store) -> None:
    (record,) = import_texts(store, ["一"])
    user, other = add_user(store, "Ann")[0].id, add_user(store, "波")[0].id
    with store.writing() as connection:
        add_items(connection, TASK, 1)
        item = get_item(connection, TASK, record)
        assert isinstance(item, Item)
        keep_for(connection, user, [item], LEASE)
        keep_for(connection, user, [item], LEASE)
        assert held_items(connection, TASK, user, LEASE) == [item]
        for lease, free in (
            (LEASE, False),
            (Lease("2026-01-01T10:59", "2026-01-01T11:59"), False),
            (Lease("2026-01-01T11", "2026-01-01T12"), True),
            (Lease("2025-12-31T10", "2025-12-31T11"), True),
        ):
            assert bool(next_items(connection, TASK, other, 1, lease)) == free


def test_an_item_is_of_its_task(store: Store) -> None:
    (record,) = import_texts(store, ["一"])
    with store.writing() as connection:
        add_items(connection, TASK, 1)
        assert get_item(connection, "another", record) is None
