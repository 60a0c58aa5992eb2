from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from headway.access.users import (
    add_user,
    change_role,
    choose_password,
    disable_user,
    enable_user,
    find_session,
    form_token,
    get_user,
    invite,
    invited,
    list_users,
    sign_in,
    sign_out,
)
from headway.errors import AuthenticationError, CheckFailedError, UsageError
from headway.store import Store, schema

PASSWORD = "纸 horse 电池 staple"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def member(store: Store, name: str = "李雷", role: str = "annotator") -> str:
    """A user with a password; gives the secret of their first session."""
    return choose_password(store, add_user(store, name, role)[1], PASSWORD)[1]


def test_who_is_invited_chooses_a_password_and_is_signed_in(store: Store) -> None:
    user, link = add_user(store, " 李雷 ", "lead")
    assert (user.name, user.role, user.password) == ("李雷", "lead", None)
    assert invited(store, link).name == "李雷"
    session, secret = choose_password(store, link, PASSWORD)
    assert session.user.name == "李雷"
    found = find_session(store, secret)
    assert found is not None
    assert found.user.id == user.id
    again, other = sign_in(store, "李雷", PASSWORD)
    assert other != secret
    assert again.user.id == user.id


def test_a_link_is_good_once(store: Store) -> None:
    _, link = add_user(store, "Ann")
    choose_password(store, link, PASSWORD)
    for use in (lambda: invited(store, link), lambda: choose_password(store, link, "another good one")):
        with pytest.raises(AuthenticationError, match="used already"):
            use()
    sign_in(store, "Ann", PASSWORD)


def test_a_bad_password_does_not_use_the_link_up(store: Store) -> None:
    _, link = add_user(store, "Ann")
    with pytest.raises(UsageError):
        choose_password(store, link, "short")
    choose_password(store, link, PASSWORD)


def test_a_link_is_good_for_two_days_and_a_session_for_twelve_hours(tmp_path: Path) -> None:
    clock = Clock()
    store = Store.create(tmp_path, clock=clock)
    _, link = add_user(store, "Ann")
    clock.now += timedelta(hours=47)
    _, secret = choose_password(store, link, PASSWORD)
    clock.now += timedelta(hours=11)
    assert find_session(store, secret) is not None
    clock.now += timedelta(hours=2)
    assert find_session(store, secret) is None
    _, late = invite(store, "Ann")
    clock.now += timedelta(hours=49)
    with pytest.raises(AuthenticationError):
        invited(store, late)
    store.close()


def test_a_new_link_replaces_the_old_one_and_signs_out_when_it_is_used(store: Store) -> None:
    secret = member(store)
    _, first = invite(store, "李雷")
    _, second = invite(store, "李雷")
    with pytest.raises(AuthenticationError):
        invited(store, first)
    assert find_session(store, secret) is not None
    choose_password(store, second, "another good password")
    assert find_session(store, secret) is None
    with pytest.raises(AuthenticationError):
        sign_in(store, "李雷", PASSWORD)


def test_the_same_is_said_to_a_wrong_name_and_a_wrong_password(store: Store) -> None:
    member(store)
    add_user(store, "Bob")
    said = []
    for name, password in [("李雷", "wrong password"), ("nobody", PASSWORD), ("Bob", PASSWORD), ("", "")]:
        with pytest.raises(AuthenticationError) as caught:
            sign_in(store, name, password)
        said.append(str(caught.value))
    assert len(set(said)) == 1


def test_names_differ_by_more_than_case_and_width(store: Store) -> None:
    member(store, "Ann")
    assert sign_in(store, "ａｎｎ", PASSWORD)[0].user.name == "Ann"
    with pytest.raises(UsageError, match="'Ann' already"):
        add_user(store, "ANN")


def test_who_is_disabled_is_out_at_once_and_can_be_let_in_again(store: Store) -> None:
    secret = member(store)
    _, link = invite(store, "李雷")
    disabled = disable_user(store, "李雷")
    assert disabled.disabled_at is not None
    assert find_session(store, secret) is None
    with pytest.raises(AuthenticationError):
        sign_in(store, "李雷", PASSWORD)
    with pytest.raises(AuthenticationError):
        invited(store, link)
    with pytest.raises(UsageError, match="disabled"):
        invite(store, "李雷")
    assert disable_user(store, "李雷").disabled_at == disabled.disabled_at
    enable_user(store, "李雷")
    assert sign_in(store, "李雷", PASSWORD)[0].user.disabled_at is None


def test_a_role_taken_away_holds_for_who_is_signed_in(store: Store) -> None:
    secret = member(store, role="lead")
    assert change_role(store, "李雷", "viewer").role == "viewer"
    found = find_session(store, secret)
    assert found is not None
    assert found.user.role == "viewer"


def test_the_last_admin_stays(store: Store) -> None:
    add_user(store, "root", "admin")
    add_user(store, "Ann", "lead")
    with pytest.raises(CheckFailedError, match="only admin"):
        disable_user(store, "root")
    with pytest.raises(CheckFailedError, match="only admin"):
        change_role(store, "root", "lead")
    assert get_user(store, "root").role == "admin"
    add_user(store, "second", "admin")
    disable_user(store, "root")
    with pytest.raises(CheckFailedError):
        change_role(store, "second", "viewer")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb", "import:file.csv", "rule:refund", "model:m@1"])
def test_a_name_that_cannot_be_used_is_refused(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="No user was added"):
        add_user(store, name)
    assert list_users(store) == []


def test_all_that_is_wrong_with_a_user_is_said_at_once(store: Store) -> None:
    with pytest.raises(UsageError) as caught:
        add_user(store, "", "king")
    assert "printable characters" in caught.value.message
    assert "no role 'king'; roles are viewer, annotator, lead, admin" in caught.value.message


def test_an_unknown_name_is_answered_with_those_there_are(store: Store) -> None:
    with pytest.raises(UsageError, match="headway users add"):
        get_user(store, "Anne")
    add_user(store, "Ann")
    for act in (get_user, invite, disable_user, enable_user):
        with pytest.raises(UsageError) as caught:
            act(store, "Anne")
        assert "Users are: Ann." in str(caught.value)


def test_signing_out_ends_one_session_alone(store: Store) -> None:
    secret = member(store)
    _, other = sign_in(store, "李雷", PASSWORD)
    sign_out(store, secret)
    assert find_session(store, secret) is None
    assert find_session(store, other) is not None


def test_what_the_database_holds_opens_nothing(store: Store) -> None:
    _, link = add_user(store, "Ann")
    with store.reading() as connection:
        (kept,) = connection.execute(select(schema.invitations.c.digest)).scalars()
    assert kept != link
    with pytest.raises(AuthenticationError):
        invited(store, kept)
    _, secret = choose_password(store, link, PASSWORD)
    with store.reading() as connection:
        (session,) = connection.execute(select(schema.sessions.c.digest)).scalars()
        user = connection.execute(select(schema.users)).mappings().one()
    assert find_session(store, session) is None
    assert secret not in str(user)
    assert PASSWORD not in str(user)
    assert user["password"] not in repr(get_user(store, "Ann"))


def test_a_form_token_belongs_to_one_session() -> None:
    assert form_token("one") == form_token("one")
    assert form_token("one") != form_token("two")
    assert "one" not in form_token("one")
