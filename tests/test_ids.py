from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from headway.ids import new_id, new_ids
from headway.records import utc_now


def test_ids_sort_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(5_000)]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch("[0-9a-z]{20}", one) for one in ids)


def test_ids_of_many_threads_differ() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = [one for made in pool.map(lambda _: [new_id() for _ in range(500)], range(8)) for one in made]
    assert len(set(ids)) == 4_000


def test_a_run_of_ids_sorts_and_goes_on_after_the_ones_before() -> None:
    ids = [new_id(), *new_ids(2_000), new_id(), *new_ids(1), *new_ids(0), *new_ids(1_100)]
    assert len(ids) == 3_103
    assert ids == sorted(set(ids))
    assert all(re.fullmatch("[0-9a-z]{20}", one) for one in ids)


def test_an_id_begins_with_its_time() -> None:
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    before = utc_now()
    number = 0
    for character in new_id():
        number = number * 32 + alphabet.index(character)
    made = datetime.fromtimestamp((number >> 52) / 1000, UTC)
    # Whole milliseconds.
    assert before - timedelta(milliseconds=1) <= made <= utc_now()
