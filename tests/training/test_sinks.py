from __future__ import annotations

import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from headway.errors import HeadwayError, MachineError, MissingExtraError
from headway.training.events import Event
from headway.training.sinks import JsonlSink, TensorboardSink, open_sinks, quiet, sink_problems

EVENTS = (
    Event("step", 1, 0, {"loss": 2.5, "learning_rate": 1e-4}),
    Event("step", 2, 0, {"loss": float("nan")}),
    Event("epoch", 2, 1, {"accuracy": 0.75}, "第 1 轮：好"),
)


def never(words: str) -> None:
    raise AssertionError(words)


def test_events_are_lines_of_json_that_are_appended(tmp_path: Path) -> None:
    path = tmp_path / "日志" / "events.jsonl"
    for run in ("first", "第二"):
        sink = JsonlSink(path, run)
        for event in EVENTS:
            sink(event)
        # Each line is there at once, for whoever watches.
        assert len(path.read_text("utf-8").splitlines()) % len(EVENTS) == 0
        sink.close()
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["run"] for line in lines] == ["first"] * 3 + ["第二"] * 3
    assert lines[0]["figures"] == {"loss": 2.5, "learning_rate": 1e-4}
    assert lines[1]["figures"] == {"loss": None}
    assert (lines[2]["kind"], lines[2]["epoch"], lines[2]["words"]) == ("epoch", 1, "第 1 轮：好")
    assert lines[0]["time"].endswith("+00:00")


def test_tensorboard_reads_what_was_written(tmp_path: Path) -> None:
    sink = TensorboardSink(tmp_path, "run-1")
    for event in EVENTS:
        sink(event)
    sink.close()
    with quiet():
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        from tensorboard.util.tensor_util import make_ndarray

        read = EventAccumulator(str(tmp_path / "run-1"))
        read.Reload()
        (accuracy,) = read.Tensors("epoch/accuracy")
        assert (accuracy.step, make_ndarray(accuracy.tensor_proto).item()) == (2, 0.75)
        assert [event.step for event in read.Tensors("step/loss")] == [1, 2]


def test_mlflow_keeps_figures_and_settings_in_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_sinks(
        [f"mlflow={tmp_path / 'db' / '跟踪.db'}"],
        run="run-1",
        experiment="意图",
        parameters={"c": 3.0, "recipe": "probe"},
        warn=never,
    ) as tell:
        for event in EVENTS:
            tell(event)

    def break_off() -> None:
        with open_sinks(
            [f"mlflow=sqlite:///{tmp_path / 'db' / '跟踪.db'}"], run="run-2", experiment="意图", warn=never
        ) as tell:
            tell(EVENTS[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    connection = sqlite3.connect(tmp_path / "db" / "跟踪.db")
    found = connection.execute("SELECT key, value, step FROM metrics WHERE is_nan = 0").fetchall()
    assert ("epoch/accuracy", 0.75, 2) in found
    assert found.count(("step/loss", 2.5, 1)) == 2
    assert set(connection.execute("SELECT key, value FROM params")) == {("c", "3.0"), ("recipe", "probe")}
    states = connection.execute("SELECT name, status FROM runs ORDER BY name").fetchall()
    assert states == [("run-1", "FINISHED"), ("run-2", "FAILED")]
    assert "意图" in {name for (name,) in connection.execute("SELECT name FROM experiments")}
    connection.close()
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert {path.name for path in tmp_path.iterdir()} == {"db"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_sink_that_fails_says_so_once_and_the_others_go_on(tmp_path: Path) -> None:
    said: list[str] = []
    with open_sinks(
        ["jsonl=/dev/full", f"jsonl={tmp_path / 'ok.jsonl'}"], run="r", experiment="e", warn=said.append
    ) as tell:
        for event in EVENTS:
            tell(event)
    assert len(said) == 1
    assert "jsonl=/dev/full failed" in said[0]
    assert len((tmp_path / "ok.jsonl").read_text("utf-8").splitlines()) == len(EVENTS)


def test_what_cannot_be_opened_is_refused_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    given = [f"jsonl={file / 'a.jsonl'}", f"tensorboard={file / 'b'}"]
    with pytest.raises(MachineError) as caught, open_sinks(given, run="r", experiment="e", warn=never):
        raise AssertionError
    assert "a.jsonl" in caught.value.message
    assert str(file / "b") in caught.value.message
    assert isinstance(caught.value, HeadwayError)


@pytest.mark.parametrize(
    ("package", "module"), [("tensorboard", "tensorboard.summary"), ("mlflow", "mlflow")]
)
def test_an_extra_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    given = [f"{package}={tmp_path / 'there'}"]
    with pytest.raises(MissingExtraError) as caught, open_sinks(given, run="", experiment="e", warn=never):
        raise AssertionError
    assert caught.value.next_step == f"pip install 'headway[{package}]'"
    assert not (tmp_path / "there").exists()


def test_no_sink_is_a_sink_too() -> None:
    with open_sinks([], run="r", experiment="e", warn=never) as tell:
        tell(EVENTS[0])


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("events.jsonl", "is not kind=target"),
        ("jsonl=", "is not kind=target"),
        ("tensorbord=runs", "did you mean tensorboard?"),
        ("wandb=x", "is none of jsonl, tensorboard, mlflow"),
        ("jsonl=http://localhost", "a path was expected"),
        ("jsonl={file}/x", "which is no folder"),
        ("jsonl={folder}", "is a folder"),
        ("tensorboard={file}", "is a file"),
        ("mlflow={folder}", "is a folder"),
    ],
)
def test_what_is_wrong_with_a_sink_is_said(tmp_path: Path, given: str, problem: str) -> None:
    (tmp_path / "文件").touch()
    named = given.format(file=tmp_path / "文件", folder=tmp_path)
    (found,) = sink_problems([named])
    assert problem in found
    assert named in found


def test_sinks_that_can_be_used_have_no_problem(tmp_path: Path) -> None:
    given = [f"jsonl={tmp_path}/新/a.jsonl", f"tensorboard={tmp_path}", "mlflow=http://localhost:5000"]
    assert sink_problems([*given, "mlflow=sqlite:///a.db"]) == []
