from __future__ import annotations

import pytest

from headway.access import Caller
from headway.access.permissions import PERMISSIONS
from headway.access.roles import ROLES, permissions_of
from headway.access.session_policy import COOKIE, SessionPolicy
from headway.access.users import add_user, change_role, choose_password, disable_user, form_token
from headway.errors import AuthenticationError, PermissionDeniedError
from headway.store import Store

HERE = "127.0.0.1"


def signed_in(store: Store, role: str) -> str:
    _, link = add_user(store, f"the {role}", role)
    return choose_password(store, link, "correct horse battery")[1]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_its_permissions_say_and_nothing_else(store: Store, role: str) -> None:
    policy, secret = SessionPolicy(store), signed_in(store, role)
    for permission in sorted(PERMISSIONS - {"public"}):
        if permission in permissions_of(role):
            session = policy.admit(Caller(HERE, secret), permission)
            assert session is not None
            assert session.user.role == role
        else:
            with pytest.raises(PermissionDeniedError, match=f"role {role} may not"):
                policy.admit(Caller(HERE, secret), permission)


def test_who_is_not_signed_in_sees_what_is_public_only(store: Store) -> None:
    policy = SessionPolicy(store)
    for secret in (None, "", "made up"):
        assert policy.admit(Caller(HERE, secret), "public") is None
        with pytest.raises(AuthenticationError, match="not signed in"):
            policy.admit(Caller(HERE, secret), "view")


def test_what_changes_something_needs_the_token_of_the_session(store: Store) -> None:
    policy, secret = SessionPolicy(store), signed_in(store, "lead")
    good = form_token(secret)
    assert policy.admit(Caller(HERE, secret, True, True, good), "run_jobs") is not None
    for token in (None, "", good[:-1], form_token("another"), "é令牌"):
        with pytest.raises(PermissionDeniedError, match="out of date"):
            policy.admit(Caller(HERE, secret, True, True, token), "run_jobs")


@pytest.mark.parametrize("permission", ["public", "view"])
def test_a_foreign_page_changes_nothing_not_even_what_is_public(store: Store, permission: str) -> None:
    policy, secret = SessionPolicy(store), signed_in(store, "admin")
    caller = Caller(HERE, secret, changes=True, same_origin=False, form_token=form_token(secret))
    with pytest.raises(PermissionDeniedError, match="did not come from a page"):
        policy.admit(caller, permission)  # type: ignore[arg-type]


def test_a_role_taken_away_and_a_user_disabled_hold_at_once(store: Store) -> None:
    policy, secret = SessionPolicy(store), signed_in(store, "lead")
    change_role(store, "the lead", "viewer")
    with pytest.raises(PermissionDeniedError):
        policy.admit(Caller(HERE, secret), "annotate")
    disable_user(store, "the lead")
    with pytest.raises(AuthenticationError):
        policy.admit(Caller(HERE, secret), "view")


@pytest.mark.parametrize(
    ("cookies", "secret"),
    [
        (f"{COOKIE}=abc", "abc"),
        (f"other=1; {COOKIE}=abc; more=2", "abc"),
        (f'a={{"x": 1}}; {COOKIE}=abc', "abc"),
        (f"k=a b; {COOKIE}=abc", "abc"),
        (f"a@b=1; 名=值;{COOKIE}=abc ;", "abc"),
        (f"{COOKIE}=old; {COOKIE}=abc", "abc"),
        (f"other={COOKIE}=abc; my_{COOKIE}=abc; {COOKIE}2=abc", None),
        (f'a="; {COOKIE}=abc', "abc"),
        ("other=1", None),
        ("", None),
        (f"{COOKIE}", None),
        ("\x00=;;;=", None),
    ],
)
def test_the_secret_is_that_of_the_cookie(store: Store, cookies: str, secret: str | None) -> None:
    assert SessionPolicy(store).secret_in({"cookie": cookies}) == secret


def test_a_console_on_loopback_answers_to_its_own_names(store: Store) -> None:
    assert SessionPolicy(store).serves_host("localhost:8001")
    assert not SessionPolicy(store).serves_host("evil.example")
