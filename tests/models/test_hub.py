from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from headway.errors import ModelError
from headway.models import hub, resolve_base

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub cache of the test's own; the hub client reads HF_HOME only once, when imported."""
    folder = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return folder


@pytest.fixture
def hub_of(tiny_base: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A hub on this machine whose one model, team/tiny, is `tiny_base`; gives the paths asked for."""
    (tiny_base / "pytorch_model.bin").write_bytes(b"pickle")
    asked: list[str] = []

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            asked.append(self.path)
            path = self.path.partition("?")[0]
            if path in {"/api/models/team/tiny", "/api/models/team/tiny/revision/main"}:
                self._answer(json.dumps({"id": "team/tiny", "sha": COMMIT}).encode())
            elif path == f"/api/models/team/tiny/tree/{COMMIT}":
                files = [file for file in tiny_base.iterdir() if file.is_file()]
                rows = [
                    {"type": "file", "path": f.name, "size": f.stat().st_size, "oid": f.name} for f in files
                ]
                self._answer(json.dumps(rows).encode())
            elif path.startswith(f"/team/tiny/resolve/{COMMIT}/"):
                self._answer((tiny_base / path.rpartition("/")[2]).read_bytes())
            else:
                self.send_response(404)
                self.send_header("X-Error-Code", "RepoNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_model_is_downloaded_without_its_pickle_and_then_found_offline(
    hub_of: list[str], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = resolve_base("team/tiny", "zh", cache)

    assert base.name == "team/tiny"
    assert not [path for path in hub_of if path.endswith(".bin")]

    hub_of.clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert resolve_base("team/tiny", "zh", cache) == base
    assert hub_of == []

    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert resolve_base("team/tiny", "zh", cache) == base


def test_a_hub_model_without_safetensors_is_refused(hub_of: list[str], tiny_base: Path, cache: Path) -> None:
    (tiny_base / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"'team/tiny' .* lacks model\.safetensors"):
        resolve_base("team/tiny", "zh", cache)


def test_a_model_the_hub_does_not_have(hub_of: list[str], cache: Path) -> None:
    with pytest.raises(ModelError, match="has no model 'team/nothing'"):
        resolve_base("team/nothing", "en", cache)


@pytest.mark.parametrize("name", ["BAAI/bge-small-zh-v1.5", "bert-base-chinese"])
def test_a_hub_out_of_reach_names_the_endpoint_and_the_ways_out(
    name: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"http://127\.0\.0\.1:9 ") as caught:
        resolve_base(name, "zh", cache)
    assert caught.value.exit_code == 5
    for way_out in ("local folder", "HF_ENDPOINT=https://hf-mirror.com", "headway[offline]"):
        assert way_out in str(caught.value)


def test_a_hub_that_never_answers_is_given_up(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(ModelError, match="Timeout"):
            resolve_base("team/tiny", "en", cache)


def test_offline_is_honoured(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE is set"):
        resolve_base("BAAI/bge-small-zh-v1.5", "zh", cache)
