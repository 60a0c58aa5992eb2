"""Where the events of a training can be sent: JSON Lines, TensorBoard, MLflow.

A sink is named `kind=target` on the command line. One that cannot be opened is refused before anything is
trained; one that fails later says so once and is left alone, and the training goes on.
"""

from __future__ import annotations

import difflib
import json
import math
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from headway.errors import HeadwayError, MachineError, MissingExtraError
from headway.store.files import machine_errors
from headway.training.events import Event, Sink, tell_all

# MLflow is told of so many figures at once: each call is a transaction.
_BATCH = 200


class OpenSink(Protocol):
    """A sink that holds something open."""

    def __call__(self, event: Event) -> None:
        """Keep an event."""

    def close(self, *, failed: bool = False) -> None:
        """Keep what is left and let go; `failed` where the training did not end well."""


class JsonlSink:
    """Appends each event to a file as a line of JSON; the run's id is in each.

    Raises `MachineError` where the file cannot be written.
    """

    def __init__(self, path: Path, run: str = "") -> None:
        self._run = run
        with machine_errors(f"writing the events to {path}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")

    def __call__(self, event: Event) -> None:
        """Write an event and hand it to the system, so that it can be watched as it happens."""
        line = {
            "run": self._run,
            "time": datetime.now(UTC).isoformat(timespec="microseconds"),
            "kind": event.kind,
            "step": event.step,
            "epoch": event.epoch,
            # JSON has no word for what is no number.
            "figures": {
                name: value if math.isfinite(value) else None for name, value in event.figures.items()
            },
            "words": event.words,
        }
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self, *, failed: bool = False) -> None:
        """Close the file."""
        self._file.close()


class TensorboardSink:
    """Writes figures as scalars `step/…` and `epoch/…` to an event file below a folder.

    Raises `MissingExtraError` without tensorboard, `MachineError` where the folder cannot be written.
    """

    def __init__(self, folder: Path, run: str = "") -> None:
        with quiet(), _needing("tensorboard"):
            from tensorboard.summary import Writer  # noqa: PLC0415 - an extra, and slow to load
        target = folder / run
        with machine_errors(f"writing the events to {target}"):
            target.mkdir(parents=True, exist_ok=True)
            self._writer = Writer(str(target))

    def __call__(self, event: Event) -> None:
        """Write an event's figures at its step."""
        for name, value in event.figures.items():
            self._writer.add_scalar(f"{event.kind}/{name}", value, event.step)
        if event.kind != "step":
            self._writer.flush()

    def close(self, *, failed: bool = False) -> None:
        """Write what is left."""
        self._writer.close()


class MlflowSink:
    """Logs figures as metrics `step/…` and `epoch/…` of one run of an MLflow experiment.

    `uri` is that of a tracking server or database; a plain path is that of an SQLite file. Our settings are
    its parameters. MLflow's telemetry is switched off unless MLFLOW_DISABLE_TELEMETRY says otherwise. Raises
    `MissingExtraError` without mlflow, `MachineError` where the store cannot be opened.
    """

    def __init__(
        self, uri: str, experiment: str, run: str = "", parameters: Mapping[str, Any] | None = None
    ) -> None:
        # Set before it is loaded: it looks at these once, and then would phone home or wait for minutes.
        for name, value in _MLFLOW.items():
            os.environ.setdefault(name, value)
        with quiet(), _needing("mlflow"):
            from mlflow import MlflowClient  # noqa: PLC0415 - an extra, and slow to load
        self._waiting: list[Any] = []
        with quiet(), _refusals(f"opening MLflow's store {uri}"):
            self._client = MlflowClient(tracking_uri=_mlflow_uri(uri))
            found = self._client.get_experiment_by_name(experiment)
            number = found.experiment_id if found else self._client.create_experiment(experiment)
            self._run: str = self._client.create_run(number, run_name=run or None).info.run_id
            for name, value in (parameters or {}).items():
                self._client.log_param(self._run, name, value)

    def __call__(self, event: Event) -> None:
        """Keep an event's figures; they are sent with the next epoch, or when there are many."""
        from mlflow.entities import Metric  # noqa: PLC0415 - an extra

        now = int(time.time() * 1000)
        self._waiting += [
            Metric(f"{event.kind}/{name}", float(value), now, event.step)
            for name, value in event.figures.items()
        ]
        if event.kind != "step" or len(self._waiting) >= _BATCH:
            self._send()

    def close(self, *, failed: bool = False) -> None:
        """Send what is left and say how it ended."""
        self._send()
        with quiet():
            self._client.set_terminated(self._run, "FAILED" if failed else "FINISHED")

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            with quiet():
                self._client.log_batch(self._run, metrics=waiting)


SINKS = ("jsonl", "tensorboard", "mlflow")
_MLFLOW = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}


def sink_problems(given: Sequence[str]) -> list[str]:
    """What is wrong with sinks written as `kind=target`, one sentence part each."""
    return [problem for each in given if (problem := _problem(each))]


@contextmanager
def open_sinks(
    given: Sequence[str],
    *,
    run: str,
    experiment: str,
    parameters: Mapping[str, Any] | None = None,
    warn: Callable[[str], None],
) -> Iterator[Sink]:
    """One sink for all that were asked for as `kind=target`, closed at the end.

    Each run gets a folder of its own in TensorBoard and a run in the MLflow experiment. A sink that fails is
    left alone from then on and `warn` is told once. Raises `MissingExtraError` or `MachineError` naming all
    that cannot be opened.
    """
    opened: list[_Guarded] = []
    failed = True
    try:
        refused: list[HeadwayError] = []
        for each in given:
            try:
                opened.append(_Guarded(each, _open(each, run, experiment, parameters), warn))
            except HeadwayError as error:
                refused.append(error)
        if refused:
            steps = dict.fromkeys(error.next_step for error in refused if error.next_step)
            raise type(refused[0])(" ".join(e.message for e in refused), next_step=" ".join(steps) or None)
        yield tell_all(tuple(opened))
        failed = False
    finally:
        for sink in opened:
            sink.close(failed=failed)


class _Guarded:
    """A sink that is left alone once it has failed."""

    def __init__(self, name: str, sink: OpenSink, warn: Callable[[str], None]) -> None:
        self._name = name
        self._sink = sink
        self._warn = warn
        self._works = True

    def __call__(self, event: Event) -> None:
        self._try(lambda: self._sink(event))

    def close(self, *, failed: bool) -> None:
        self._try(lambda: self._sink.close(failed=failed))

    def _try(self, work: Callable[[], None]) -> None:
        if not self._works:
            return
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever a tracker raises, the training goes on
            self._works = False
            with suppress(Exception):
                self._sink.close(failed=True)
            self._warn(f"{self._name} failed and gets no further events: {type(error).__name__}: {error}")


def _open(each: str, run: str, experiment: str, parameters: Mapping[str, Any] | None) -> OpenSink:
    kind, _, target = each.partition("=")
    if kind == "mlflow":
        return MlflowSink(target, experiment, run, parameters)
    path = Path(target).expanduser()
    return JsonlSink(path, run) if kind == "jsonl" else TensorboardSink(path, run)


def _problem(each: str) -> str:
    kind, equals, target = each.partition("=")
    if not equals or not target.strip():
        return f"--log-to {each!r} is not kind=target, such as jsonl=events.jsonl"
    if kind not in SINKS:
        near = difflib.get_close_matches(kind, SINKS, n=1)
        return f"--log-to {each!r} is none of {', '.join(SINKS)}" + (
            f", did you mean {near[0]}?" if near else ""
        )
    if "://" in target:
        return "" if kind == "mlflow" else f"--log-to {each!r} names an address, a path was expected"
    return _path_problem(each, Path(target).expanduser(), is_folder=kind == "tensorboard")


def _path_problem(each: str, path: Path, *, is_folder: bool) -> str:
    if path.exists() and path.is_dir() != is_folder:
        return f"--log-to {each!r} is a {'file' if is_folder else 'folder'}, the other was expected"
    place = next(one for one in (path, *path.absolute().parents) if one.exists())
    if place != path and not place.is_dir():
        return f"--log-to {each!r} lies below {place}, which is no folder"
    return "" if os.access(place, os.W_OK) else f"--log-to {each!r} cannot be written: {place} is read-only"


def _mlflow_uri(uri: str) -> str:
    if "://" in uri:
        return uri
    path = Path(uri).expanduser().absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{path}"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep to ourselves what other packages say of their own doings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _needing(package: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingExtraError(
            f"--log-to {package} needs the package {package}, which is not installed.",
            next_step=f"pip install 'headway[{package}]'",
        ) from error


@contextmanager
def _refusals(doing: str) -> Iterator[None]:
    """MLflow's errors share no base class with those of the databases and networks below it."""
    try:
        yield
    except Exception as error:
        words = str(error).strip().splitlines() or [type(error).__name__]
        raise MachineError(
            f"The machine refused {doing}: {words[0][:300]}",
            next_step="Name a tracking server or a database, such as mlflow=sqlite:///mlflow.db.",
        ) from error
