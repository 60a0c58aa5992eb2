from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import httpx

from headway.access.users import add_user, choose_password, disable_user, list_users
from headway.console.commands import first_invitation
from headway.store import Store


def test_the_first_run_makes_an_admin_and_later_ones_invite_nobody(store: Store) -> None:
    first = first_invitation(store)
    assert first is not None
    second = first_invitation(store)
    assert second not in (None, first)
    assert [(user.name, user.role) for user in list_users(store)] == [("admin", "admin")]
    choose_password(store, str(second), "correct horse battery")
    assert first_invitation(store) is None


def test_an_admin_who_is_disabled_counts_for_none(store: Store) -> None:
    choose_password(store, add_user(store, "Ann", "admin")[1], "correct horse battery")
    add_user(store, "李", "admin")
    disable_user(store, "Ann")
    assert first_invitation(store) is not None
    assert len(list_users(store)) == 2


def test_the_command_serves_until_it_is_stopped(store: Store) -> None:
    command = [
        sys.executable,
        "-m",
        "headway",
        "console",
        "--port",
        "0",
        "--project",
        str(store.project),
        "--json",
    ]
    environment = {**os.environ, "HEADWAY_WEB__HOSTS": "label.example.com"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["ready"]
        page = httpx.get(ready["link"])
        assert page.status_code == 200
        assert "Welcome, admin" in page.text
        for host, status in (("label.example.com", 200), ("evil.example", 403)):
            assert httpx.get(f"{ready['url']}/sign-in", headers={"Host": host}).status_code == status
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode in (0, 130)
