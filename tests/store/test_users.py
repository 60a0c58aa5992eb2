from __future__ import annotations

import pytest

from headway.errors import CheckFailedError, UsageError
from headway.ids import new_id
from headway.records import Session, User
from headway.store import Store
from headway.store.users import (
    add_invitation,
    add_session,
    add_user,
    change_user,
    find_session,
    find_user,
    folded,
    list_users,
    use_invitation,
)


def user(name: str, role: str = "annotator") -> User:
    return User(id=new_id(), name=name, role=role, created_at="2026")


def test_a_user_is_found_by_a_name_written_otherwise(store: Store) -> None:
    kept = user("Änne")
    add_user(store, kept)
    assert find_user(store, "ÄNNE") == kept
    assert find_user(store, "Anne") is None
    assert folded("ＡＮＮ") == folded("ann")
    with pytest.raises(UsageError, match="already"):
        add_user(store, user("änne"))
    assert list_users(store) == [kept]


def test_a_link_that_is_used_twice_at_once_works_once(store: Store) -> None:
    kept = user("Ann")
    add_user(store, kept)
    add_invitation(store, "digest", kept.id, "2027")
    assert use_invitation(store, "digest", "hash", "2026") is not None
    assert use_invitation(store, "digest", "other", "2026") is None
    found = find_user(store, "Ann")
    assert found is not None
    assert found.password == "hash"


def test_sessions_that_are_over_are_removed_with_the_next(store: Store) -> None:
    kept = user("Ann")
    add_user(store, kept)
    add_session(store, Session("old", kept, "2026-01", "2026-02"))
    add_session(store, Session("new", kept, "2026-03", "2026-04"))
    assert find_session(store, "old", "2026-01") is None
    found = find_session(store, "new", "2026-03")
    assert found == Session("new", kept, "2026-03", "2026-04")
    assert find_session(store, "new", "2026-04") is None


def test_a_change_that_leaves_no_admin_is_undone(store: Store) -> None:
    admin = user("root", "admin")
    add_user(store, admin)
    with pytest.raises(CheckFailedError):
        change_user(store, admin.id, role="viewer", disabled_at="2026")
    assert find_user(store, "root") == admin
