from __future__ import annotations

from headway.store import Store
from headway.store.secrets import get_secret


def test_a_secret_is_made_once_and_each_name_has_its_own(store: Store) -> None:
    pseudonyms = get_secret(store, "pseudonyms")
    assert len(pseudonyms) == 32
    assert get_secret(store, "pseudonyms") == pseudonyms
    assert get_secret(store, "another") != pseudonyms
