"""The server: uvicorn on a socket that is ours before anyone is told of it."""

from __future__ import annotations

import errno
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from headway.access import Door
from headway.errors import ConfigurationError, MachineError, UsageError

_START_SECONDS = 10.0
_DRAIN_SECONDS = 20
_LAST_PORT = 65_535


@dataclass(frozen=True)
class RunningServer:
    """A server that answers in a thread of its own."""

    #: where it answers, for a program on this machine
    url: str
    _server: uvicorn.Server
    _thread: threading.Thread

    @property
    def running(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Take no more requests, answer those that were accepted, then end."""
        self._server.should_exit = True
        self._thread.join(_DRAIN_SECONDS + 5)


def start(app: FastAPI, port: int = 8000) -> RunningServer:
    """Serve an application of `make_app` on its policy's host, and return once it answers.

    Port 0 takes a free one. Raises `UsageError` for a number that is no port, `ConfigurationError`
    for a host that others can reach while there is no key, or that is none of this machine's, and
    `MachineError` for a port that cannot be had.
    """
    policy: Door = app.state.policy
    if not policy.loopback and not policy.guarded:
        raise ConfigurationError(
            f"Others can reach {policy.host}, and there is no key: anyone could use the service.",
            next_step="Make a key with `headway keys create NAME`, or serve on 127.0.0.1.",
        )
    listener = _bind(policy.host, port)
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        # Ours is `headway.access`; uvicorn's would write down query strings.
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="headway-server", daemon=True
    )
    thread.start()
    _wait_until_started(server, thread)
    return RunningServer(url_of(policy.host, listener.getsockname()[1]), server, thread)


def serve(app: FastAPI, port: int = 8000, *, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM, from the main thread; `announce` gets the URL once it answers.

    Raises what `start` raises.
    """
    stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    former = {number: signal.signal(number, lambda *_: stop.set()) for number in signals}
    try:
        server = start(app, port)
        announce(server.url)
        # In steps, because Windows delivers no signal to a thread that waits for ever.
        while server.running and not stop.wait(0.5):
            pass
        server.stop()
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _bind(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:
        raise UsageError(f"{port} is no port: ports go from 0 to {_LAST_PORT}.", next_step="Try --port 8000.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise ConfigurationError(f"The host {host!r} is unknown: {error.strerror}.") from error
    listener = socket.socket(family, kind, protocol)
    # Else a port stays closed for a minute after a restart. On Windows the option would share it.
    if hasattr(signal, "SIGHUP"):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise _refusal(error, host, port) from error
    return listener


def _refusal(error: OSError, host: str, port: int) -> ConfigurationError | MachineError:
    if error.errno == errno.EADDRNOTAVAIL:
        return ConfigurationError(
            f"This machine has no address {host}.", next_step="Serve on 127.0.0.1, or on 0.0.0.0 for all."
        )
    if error.errno == errno.EADDRINUSE:
        return MachineError(
            f"Port {port} of {host} is in use by another program, perhaps by another `headway serve`.",
            next_step=f"Stop that one, or choose another port: --port {port + 1}.",
        )
    return MachineError(
        f"Port {port} of {host} cannot be opened: {error.strerror}.",
        next_step="Choose a port above 1023: --port 8000.",
    )


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            server.should_exit = True
            raise MachineError("The server did not start.", next_step="The log says why.")
        time.sleep(0.005)


def url_of(host: str, port: int | str) -> str:
    """Where an application that listens on a host and a port is reached from this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a comparison
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
