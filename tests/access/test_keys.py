from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.access import create_key, list_keys, revoke_key, verify
from headway.access.keys import digest_of
from headway.errors import AuthenticationError, UsageError
from headway.store import Store


def test_a_secret_is_shown_once_and_kept_as_a_digest_only(store: Store, tmp_path: Path) -> None:
    key, secret = create_key(store, "网店")
    assert re.fullmatch(r"hw_[A-Za-z0-9_-]{43}[0-9a-f]{8}", secret)
    assert key.prefix == secret[:8]
    assert key.digest != secret
    store.close()
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes()


def test_secrets_differ_and_each_opens_its_own_key(store: Store) -> None:
    made = [create_key(store, f"key {number}") for number in range(20)]
    assert len({secret for _, secret in made}) == 20
    for key, secret in made:
        assert verify(store, secret) == key
    assert list_keys(store) == [key for key, _ in made]


def test_a_revoked_key_is_refused_at_once_and_for_ever(store: Store) -> None:
    key, secret = create_key(store, "shop")
    revoked = revoke_key(store, key.id)
    assert revoked.revoked_at is not None
    with pytest.raises(AuthenticationError, match="revoked, which cannot be undone"):
        verify(store, secret)
    assert revoke_key(store, key.id) == revoked


def test_an_unknown_id_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(UsageError):
        revoke_key(store, "no-such-key")


def test_a_key_of_another_project_is_unknown(store: Store, tmp_path: Path) -> None:
    other = Store.create(tmp_path / "other")
    _, secret = create_key(other, "theirs")
    other.close()
    with pytest.raises(AuthenticationError, match="unknown here"):
        verify(store, secret)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "two\nlines", "bell\a"])
def test_a_key_has_a_name_that_can_be_read(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        create_key(store, name)
    assert list_keys(store) == []


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_what_is_no_key_is_refused_without_asking_the_store(text: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        digest_of(text)
    assert caught.value.status == 401


def test_a_mistyped_character_is_found_by_the_checksum(store: Store) -> None:
    _, secret = create_key(store, "shop")
    for place in range(3, len(secret)):
        wrong = secret[:place] + ("a" if secret[place] != "a" else "b") + secret[place + 1 :]
        with pytest.raises(AuthenticationError, match="not an API key"):
            digest_of(wrong)
