from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from headway.errors import UsageError
from headway.records import ApiKey
from headway.store import Store
from headway.store.keys import add_key, find_key, list_keys, revoke_key


def key(number: int) -> ApiKey:
    return ApiKey(f"k{number}", f"网店 {number}", "hw_abcde", f"{number:064d}", "2026-11-22")


def test_keys_are_found_by_their_digest(store: Store) -> None:
    add_key(store, key(1))
    add_key(store, key(2))
    assert find_key(store, f"{2:064d}") == key(2)
    assert find_key(store, f"{3:064d}") is None
    assert list_keys(store) == [key(1), key(2)]
    with pytest.raises(IntegrityError):
        add_key(store, key(2))


def test_a_key_is_revoked_once(store: Store) -> None:
    add_key(store, key(1))
    add_key(store, key(2))
    revoked = revoke_key(store, "k1", "2026-11-23")
    assert revoked.revoked_at == "2026-11-23"
    assert revoke_key(store, "k1", "2026-11-24") == revoked == find_key(store, f"{1:064d}")
    assert [one.id for one in list_keys(store) if one.revoked_at is None] == ["k2"]
    with pytest.raises(UsageError, match="no key 'k9'"):
        revoke_key(store, "k9", "2026-11-24")
