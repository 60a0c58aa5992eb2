from __future__ import annotations

import pytest

from headway.access import Caller, Policy, create_key, revoke_key
from headway.access.permissions import LOCAL, PERMISSIONS
from headway.access.policy import is_loopback
from headway.errors import AuthenticationError
from headway.store import Store

HERE, ELSEWHERE = "127.0.0.1", "192.0.2.7"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_loopback_service_is_open_until_the_first_key(store: Store) -> None:
    clock = Clock()
    policy = Policy(store, clock=clock)
    assert all(policy.admit(Caller(HERE), permission) is None for permission in PERMISSIONS)
    assert policy.admit(Caller(HERE, "hf_anything"), "predict") is None
    key, secret = create_key(store, "shop")
    clock.now += 1.0
    with pytest.raises(AuthenticationError, match="needs an API key"):
        policy.admit(Caller(HERE), "predict")
    assert policy.admit(Caller(HERE, secret), "predict") == key


def test_any_other_host_needs_a_key_from_the_start(store: Store) -> None:
    policy = Policy(store, host="0.0.0.0")
    for permission in PERMISSIONS - {"public"}:
        with pytest.raises(AuthenticationError):
            policy.admit(Caller(ELSEWHERE), permission)
    assert policy.admit(Caller(ELSEWHERE), "public") is None


def test_revoking_the_last_key_does_not_open_the_service_again(store: Store) -> None:
    clock = Clock()
    policy = Policy(store, clock=clock)
    key, secret = create_key(store, "shop")
    assert policy.admit(Caller(HERE, secret), "predict") == key
    revoke_key(store, key.id)
    clock.now += 1.0
    assert not policy.guarded
    for given in (secret, None):
        with pytest.raises(AuthenticationError):
            policy.admit(Caller(HERE, given), "predict")


def test_a_change_of_keys_is_seen_within_a_second(store: Store) -> None:
    clock = Clock()
    policy = Policy(store, clock=clock)
    key, secret = create_key(store, "shop")
    policy.admit(Caller(HERE, secret), "predict")
    revoke_key(store, key.id)
    clock.now += 0.9
    assert policy.stale
    with pytest.raises(AuthenticationError):
        policy.admit(Caller(HERE, secret), "predict")


@pytest.mark.parametrize("permission", sorted(LOCAL))
def test_figures_and_docs_are_open_to_the_same_machine_only(store: Store, permission: str) -> None:
    policy = Policy(store, host="0.0.0.0")
    _, secret = create_key(store, "shop")
    assert policy.admit(Caller(HERE), permission) is None  # type: ignore[arg-type]
    with pytest.raises(AuthenticationError):
        policy.admit(Caller(ELSEWHERE), permission)  # type: ignore[arg-type]
    with pytest.raises(AuthenticationError):
        policy.admit(Caller(HERE, secret[:-1]), permission)  # type: ignore[arg-type]


@pytest.mark.parametrize("header", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:9", "[::1]:8000"])
def test_a_loopback_service_answers_to_its_own_names(header: str) -> None:
    assert Policy(None).serves_host(header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost:evil",
        "localhost@evil",
        ":80",
    ],
)
def test_a_loopback_service_answers_to_no_other_name(header: str) -> None:
    assert not Policy(None).serves_host(header)


def test_the_configured_host_is_a_name_of_the_service() -> None:
    assert Policy(None, host="127.0.0.2").serves_host("127.0.0.2:8000")
    assert Policy(None, host="::1").serves_host("[::1]:8000")
    assert Policy(None, host="0.0.0.0").serves_host("headway.example")


def test_further_names_are_answered_to_and_no_others() -> None:
    policy = Policy(None, hosts=("label.example.com", "app.example.com:8443"))
    for header in ("label.example.com", "Label.Example.com:9", "app.example.com:8443", "localhost:8000"):
        assert policy.serves_host(header)
    for header in (
        "evil.example",
        "example.com",
        "a.label.example.com",
        "label.example.com.evil.example",
        "app.example.com",
        "app.example.com:8000",
        "",
    ):
        assert not policy.serves_host(header)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_what_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
