from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

import headway
from headway.access import Policy, create_key
from headway.errors import ConfigurationError, MachineError, UsageError
from headway.serving import Service, serve, service_app, start
from headway.store import Store

from .conftest import KeywordPredictor


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_started_server_answers_at_once_and_stops_in_time(make_service: Callable[..., Service]) -> None:
    server = start(service_app(make_service(), Policy(None)), port=0)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
    assert httpx.get(server.url + "/health/ready", trust_env=False).status_code == 200
    assert server.running
    server.stop()
    assert not server.running
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url + "/health/live", trust_env=False)


def test_a_port_in_use_is_refused_and_another_proposed(
    make_service: Callable[..., Service], taken_port: int
) -> None:
    with pytest.raises(MachineError, match=f"Port {taken_port} of 127.0.0.1 is in use") as caught:
        start(service_app(make_service(), Policy(None)), port=taken_port)
    assert caught.value.exit_code == 6
    assert f"--port {taken_port + 1}" in str(caught.value.next_step)


@pytest.mark.parametrize("port", [-1, 65_536, 70_000])
def test_a_number_that_is_no_port_is_refused(make_service: Callable[..., Service], port: int) -> None:
    with pytest.raises(UsageError, match=f"{port} is no port"):
        start(service_app(make_service(), Policy(None)), port=port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_others_are_not_let_in_without_a_key(
    make_service: Callable[..., Service], store: Store, host: str
) -> None:
    with pytest.raises(ConfigurationError, match="there is no key") as caught:
        start(service_app(make_service(), Policy(store, host)), port=0)
    assert caught.value.exit_code == 3
    assert "headway keys create" in str(caught.value.next_step)


def test_with_a_key_any_address_of_the_machine_is_served(
    make_service: Callable[..., Service], store: Store
) -> None:
    _, secret = create_key(store, "shop")
    server = start(service_app(make_service(), Policy(store, "0.0.0.0")), port=0)
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.get("/v1/models").status_code == 401
        headers = {"authorization": f"Bearer {secret}", "host": "headway.example"}
        assert client.get("/v1/models", headers=headers).status_code == 200
    server.stop()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_refused(
    make_service: Callable[..., Service], store: Store, host: str
) -> None:
    create_key(store, "shop")
    with pytest.raises(ConfigurationError, match=re.escape(host)):
        start(service_app(make_service(), Policy(store, host)), port=0)


def test_a_request_that_was_accepted_is_answered_before_the_end(make_service: Callable[..., Service]) -> None:
    begun, release = threading.Event(), threading.Event()

    class SlowPredictor(KeywordPredictor):
        def truncated(self, texts: object) -> list[bool]:
            begun.set()
            release.wait(10)
            return [False]

    server = start(service_app(make_service(SlowPredictor()), Policy(None)), port=0)
    statuses: list[int] = []

    def ask() -> None:
        answer = httpx.post(server.url + "/predict", json={"inputs": "x"}, trust_env=False, timeout=20)
        statuses.append(answer.status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    release.set()
    asking.join()
    stopping.join()
    assert statuses == [200]


def test_serve_belongs_to_the_main_thread_and_announces_the_url(make_service: Callable[..., Service]) -> None:
    urls: list[str] = []

    def announce(url: str) -> None:
        urls.append(url)
        assert httpx.get(url + "/health/ready", trust_env=False).status_code == 200
        signal.raise_signal(signal.SIGTERM)

    former = signal.getsignal(signal.SIGTERM)
    serve(service_app(make_service(), Policy(None)), port=0, announce=announce)
    assert len(urls) == 1
    assert signal.getsignal(signal.SIGTERM) is former


_PROGRAM = """
    import numpy as np
    from headway.access import Policy
    from headway.serving import ServedModel, Service, serve, service_app

    class Constant:
        labels = ("a",)
        def predict_scores(self, texts):
            return np.ones((len(texts), 1))

    model = ServedModel("m", 1, Constant(), "Apache-2.0", "", "")
    serve(service_app(Service([model]), Policy(None)), 0, announce=lambda url: print(url, flush=True))
    import sys
    heavy = {"torch", "sklearn", "transformers", "pyarrow", "scipy"} & set(sys.modules)
    print("loaded", sorted(heavy), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_in_peace_and_nothing_heavy_was_loaded(
    number: signal.Signals, tmp_path: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(headway.__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_PROGRAM)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert httpx.get(url + "/health/ready", trust_env=False).status_code == 200
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert output == "loaded []\n"
    assert errors == ""
