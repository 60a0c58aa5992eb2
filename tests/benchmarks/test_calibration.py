"""The six sets, and that the error before the temperature is that of the scores without it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from benchmarks import calibration
from benchmarks.calibration import drawn, measure, positions, run, worst
from benchmarks.commands import Done
from benchmarks.inputs import Inputs, Labelled
from tests.projects import call, mixed, tiny_base


@pytest.fixture(autouse=True)
def _in_this_process(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    base = str(tiny_base(tmp_path_factory.getbasetemp()))

    def headway(*arguments: str, project: Path | None = None) -> Done:
        place = [] if project is None else ["--project", project]
        small = ["--base", base] if arguments[:3] == ("train", "--recipe", "probe") else []
        return Done(call(capsys, *arguments, *small, *place, "--json").json, 0.0)

    monkeypatch.setattr(calibration, "headway_command", headway)


def rows(start: int, end: int) -> Labelled:
    texts, labels = zip(*mixed(600)[start:end], strict=True)
    return Labelled(list(texts), list(labels))


def test_a_set_goes_through_the_whole_thread() -> None:
    found = measure(rows(0, 300), rows(300, 500))
    assert found["n"] == 200
    for one in (found, found["baseline"]):
        assert 0 <= one["ece_after"] <= 1
        assert one["interval"][0] <= one["ece_after"] <= one["interval"][1]
        assert one["temperature"] > 0
        if one["temperature"] == 1.0:
            assert one["ece_before"] == pytest.approx(one["ece_after"], abs=1e-4)
        else:
            assert one["ece_before"] != pytest.approx(one["ece_after"], abs=1e-6)


def test_the_worst_set_is_the_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def made(before: float, after: float) -> dict[str, object]:
        return {"ece_before": before, "ece_after": after, "baseline": {"ece_after": 2 * after}}

    figures = {"one": made(0.2, 0.01), "two": made(0.1, 0.02)}
    expected = {"worst_ece_before": 0.2, "worst_ece_after": 0.02, "worst_baseline_ece_after": 0.04}
    assert worst(figures) == expected
    monkeypatch.setattr(calibration, "SETS", {name: lambda _: (rows(0, 9), rows(9, 18)) for name in figures})
    answers = iter(figures.values())
    monkeypatch.setattr(calibration, "measure", lambda train, test: next(answers))
    result = run(Inputs(tmp_path, tmp_path), Namespace(rows=100, test_rows=100, only=None))
    assert result == {"rows": 100, **expected, **figures}


def test_large_sets_are_drawn_and_small_ones_are_taken_whole() -> None:
    assert len(drawn(rows(0, 300), 100)) == 100
    assert drawn(rows(0, 50), 100) == rows(0, 50)


def test_labels_the_model_does_not_know_are_outside() -> None:
    assert positions(["b", "新", "a"], ("a", "b")).tolist() == [1, -1, 0]
