"""The command line of the benchmarks: names, help, options, and what happens where data are missing."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as roof
from benchmarks.inputs import Inputs
from benchmarks.machine import CHECKOUT


@pytest.mark.parametrize("name", roof.BENCHMARKS)
def test_every_name_is_a_module_with_a_docstring_and_offers_the_protocol(name: str) -> None:
    module = roof.load_benchmark(name)
    assert module.__doc__
    assert callable(module.add_options)
    assert callable(module.run)


def test_help_names_every_benchmark_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        roof.main(["--help"])
    assert stop.value.code == 0
    printed = " ".join(capsys.readouterr().out.split())
    for name, line in roof.BENCHMARKS.items():
        assert name in printed
        assert line in printed


def test_options_of_a_benchmark() -> None:
    options = roof.build_parser().parse_args(
        ["file_to_model", "--json", "--only", "zh", "--budget", "20s", "--repeats", "5"]
    )
    assert (options.json, options.only, options.budget, options.repeats) == (True, "zh", "20s", 5)
    assert not options.with_rival


def test_data_are_looked_for_beside_the_checkout() -> None:
    options = roof.build_parser().parse_args(["predictor_rate"])
    assert options.data == CHECKOUT.parent / "shared" / "data"
    assert options.models == CHECKOUT.parent / "shared" / "models"
    assert options.results == CHECKOUT / "results"


@pytest.mark.parametrize(
    "arguments",
    [[], ["unknown"], ["predictor_rate", "--repeats", "0"], ["predictor_rate", "--texts", "many"]],
)
def test_a_call_that_is_not_understood_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        roof.main(arguments)
    assert stop.value.code == 2


@pytest.mark.parametrize(
    "arguments", [["predictor_rate"], ["file_to_model"], ["file_to_model", "--only", "zh"]]
)
def test_missing_data_end_with_5_and_a_plain_message(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = roof.main([*arguments, "--json", "--data", str(tmp_path / "nowhere"), "--results", str(tmp_path)])
    said = capsys.readouterr()
    assert code == 5
    assert not said.out
    assert "nowhere" in said.err
    assert "--data DIR" in said.err
    assert not list(tmp_path.iterdir())


class _Instant:
    """A benchmark that measures nothing."""

    def add_options(self, parser: Any) -> None:
        pass

    def run(self, inputs: Inputs, options: Namespace) -> dict[str, Any]:
        return {"ratio": 2.0, "spread": {"ratio": {"median": 2.0, "min": 1.5, "max": 2.5}}}


@pytest.mark.parametrize("as_json", [True, False])
def test_figures_machine_and_versions_are_printed_and_kept(
    as_json: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roof, "load_benchmark", lambda _name: _Instant())
    code = roof.main(["predictor_rate", *(["--json"] if as_json else []), "--results", str(tmp_path)])
    out = capsys.readouterr().out
    assert code == 0
    (kept,) = tmp_path.glob("predictor_rate-*.json")
    content = json.loads(kept.read_text("utf-8"))
    assert content["ratio"] == 2.0
    assert "load_before" in content
    assert {"cpu", "cores", "versions", "commit"} <= content["machine"].keys()
    if as_json:
        content.pop("measured_at")
        assert json.loads(out) == content
    else:
        assert "spread.ratio.min" in out
        assert "machine.versions.headway" in out


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, benchmarks.__main__ as roof; roof.build_parser(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert not {"torch", "transformers", "sklearn", "onnxruntime"} & set(done.stdout.split())
