from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from headway.errors import ConfigurationError
from headway.settings import FILE_NAME, describe_settings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in os.environ if name.upper().startswith(("HEADWAY_S", "HEADWAY_LOCK", "HEADWAY_WEB"))
    ]:
        monkeypatch.delenv(name)


def write(folder: Path, text: str) -> Path:
    (folder / FILE_NAME).write_text(text, "utf-8")
    return folder


def described(folder: Path, name: str) -> dict[str, Any]:
    return next(row for row in describe_settings(folder) if row["name"] == name)


def test_without_file_and_environment_there_are_defaults(tmp_path: Path) -> None:
    found = load_settings(tmp_path)
    assert (found.split.validation, found.split.test, found.serve.host) == (0.1, 0.1, "127.0.0.1")
    assert {row["origin"] for row in describe_settings(tmp_path)} == {"default"}
    assert all(row["meaning"] for row in describe_settings(tmp_path))


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "lock_wait_seconds = 5\n[split]\ntest = 0.2\nvalidation = 0.3\n")
    monkeypatch.setenv("HEADWAY_SPLIT__TEST", "0.25")
    found = load_settings(tmp_path)
    assert (found.lock_wait_seconds, found.split.test, found.split.validation) == (5, 0.25, 0.3)
    assert described(tmp_path, "split.test")["origin"] == "environment HEADWAY_SPLIT__TEST"
    assert described(tmp_path, "split.validation")["origin"] == f"file {tmp_path / FILE_NAME}"
    assert described(tmp_path, "lock_wait_seconds")["value"] == 5
    assert described(tmp_path, "serve.port")["origin"] == "default"


def test_further_hosts_are_names_with_or_without_a_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings(tmp_path).web.hosts == ()
    names = ["Label.Example.com", "标注.example:8443", "192.0.2.7", "[FD00::1]:80"]
    write(tmp_path, f"[web]\nhosts = {names}\n")
    found = ("label.example.com", "xn--iwvo2i.example:8443", "192.0.2.7", "[fd00::1]:80")
    assert load_settings(tmp_path).web.hosts == found
    monkeypatch.setenv("HEADWAY_WEB__HOSTS", "label.example.com, b.example")
    assert load_settings(tmp_path).web.hosts == ("label.example.com", "b.example")
    monkeypatch.setenv("HEADWAY_WEB__HOSTS", "")
    assert load_settings(tmp_path).web.hosts == ()


WRONG_HOSTS = [
    "*",
    "*.example.com",
    "https://label.example.com",
    "label.example.com/path",
    "label.example.com:0",
    "label.example.com:port",
    "label..example.com",
    "user@label.example.com",
    "[fd00::1",
    "[fd00:::1]",
    "fd00::1",
    "a b",
    "",
]


@pytest.mark.parametrize("host", WRONG_HOSTS)
def test_a_further_host_that_is_none_is_refused_by_name(tmp_path: Path, host: str) -> None:
    write(tmp_path, f"[web]\nhosts = ['label.example.com', '{host}', '**']\n")
    with pytest.raises(ConfigurationError, match=r"web\.hosts") as caught:
        load_settings(tmp_path)
    assert f"{host!r}, '**'" in caught.value.message
    assert caught.value.exit_code == 3


def test_further_hosts_that_are_no_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"web\.hosts"):
        load_settings(write(tmp_path, "[web]\nhosts = 3\n"))


def test_a_section_can_come_from_the_environment_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWAY_SPLIT", '{"test": 0.2}')
    assert load_settings(tmp_path).split.test == 0.2
    assert described(tmp_path, "split.test")["origin"] == "environment HEADWAY_SPLIT"


def test_a_section_in_the_environment_that_is_no_json_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWAY_SERVE", "port=80")
    with pytest.raises(ConfigurationError, match='field "serve"') as caught:
        load_settings(tmp_path)
    assert "HEADWAY_SERVE__PORT" in str(caught.value.next_step)


def test_every_wrong_setting_is_named_with_its_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "colour = 'red'\n[serve]\nport = 99999\nhosst = 'x'\n")
    monkeypatch.setenv("HEADWAY_SPLIT__TEST", "一半")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path)
    for part in ("colour", "serve.port", "99999", "serve.hosst", "split.test", "一半"):
        assert part in caught.value.message
    assert str(tmp_path / FILE_NAME) in str(caught.value.next_step)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("text", ["[serve\nport=1", "port = ", "serve = 3", "split = [1]"])
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError):
        load_settings(write(tmp_path, text))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes("# 客服\n".encode("gbk"))
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        load_settings(tmp_path)


def test_a_folder_for_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "\ufefflock_wait_seconds = 7\n")).lock_wait_seconds == 7


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        load_settings(tmp_path).split.test = 0.4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_file_gives_settings_or_a_reason(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        found = load_settings(tmp_path)
    except ConfigurationError:
        return
    assert found == load_settings(tmp_path)
