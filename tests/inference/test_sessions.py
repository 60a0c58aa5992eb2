from __future__ import annotations

import os
from pathlib import Path

import pytest

from headway.errors import ConfigurationError, ModelError
from headway.inference.sessions import open_session, thread_count


def test_threads_are_given_or_set_or_one_per_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEADWAY_THREADS", raising=False)
    assert thread_count() == os.cpu_count()
    monkeypatch.setenv("HEADWAY_THREADS", "3")
    assert thread_count() == 3
    assert thread_count(1) == 1


@pytest.mark.parametrize("wrong", ["0", "-1", "two", "1.5"])
def test_a_wrong_number_of_threads_is_named(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("HEADWAY_THREADS", wrong)
    with pytest.raises(ConfigurationError, match=wrong):
        thread_count()


def test_a_file_that_is_no_graph_is_a_model_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.onnx"
    with pytest.raises(ModelError, match=r"model\.onnx"):
        open_session(path, threads=1)
    path.write_bytes(b"not a graph")
    with pytest.raises(ModelError, match=r"model\.onnx"):
        open_session(path, threads=1)
    assert capfd.readouterr().err == ""


def test_a_graph_opens_without_a_word(
    classifiers: dict[str, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    session = open_session(classifiers["int8"] / "model.onnx", threads=1)
    assert [output.name for output in session.get_outputs()] == ["probabilities"]
    assert capfd.readouterr().err == ""
