from __future__ import annotations

import pytest

from headway.access.users import choose_password
from headway.store import Store
from tests.projects import call


def test_a_user_from_the_link_to_being_disabled(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("--project", store.project)
    added = call(capsys, "users", "add", "李雷", "--role", "lead", *at, "--json").json
    assert (added["name"], added["role"], added["state"]) == ("李雷", "lead", "invited")
    prefix = "http://127.0.0.1:8001/welcome/"
    assert added["link"].startswith(prefix)
    choose_password(store, added["link"].removeprefix(prefix), "correct horse battery")
    (row,) = call(capsys, "users", "list", *at, "--json").json["rows"]
    assert row["state"] == "active"
    assert call(capsys, "users", "role", "李雷", "viewer", *at, "--json").json["role"] == "viewer"
    said = call(capsys, "users", "disable", "李雷", *at).out
    assert "李雷 is signed out and cannot sign in. Undo: headway users enable 李雷." in said
    assert call(capsys, "users", "enable", "李雷", *at, "--json").json["state"] == "active"
    again = call(capsys, "users", "invite", "李雷", *at)
    assert "good once and for 48 hours: http://127.0.0.1:8001/welcome/" in again.out


def test_without_users_the_list_says_how_to_begin(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    said = call(capsys, "users", "list", "--project", store.project)
    assert "`headway console` makes the first" in said.out


def test_a_wrong_role_is_refused(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "users", "add", "Ann", "--role", "king", "--project", store.project)
    assert done.code == 2
    assert "roles are viewer, annotator, lead, admin" in done.err


def test_the_link_names_the_address_of_the_settings(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    (store.project / "headway.toml").write_text('[console]\nhost = "::1"\nport = 9000\n', "utf-8")
    link = call(capsys, "users", "add", "Ann", "--project", store.project, "--json").json["link"]
    assert link.startswith("http://[::1]:9000/welcome/")
