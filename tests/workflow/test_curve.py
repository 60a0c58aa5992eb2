from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headway.project import Project
from headway.workflow.bench import Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.curve import measure_curve
from headway.workflow.data import TrainingData
from headway.workflow.request import TrainRequest


def bench(project: Project, tmp_path: Path, **request: Any) -> Bench:
    data = TrainingData.load(project.store, project.dataset())
    watch = Stopwatch(request.get("budget"))
    return Bench(project.store, data, TrainRequest(**request), tmp_path, watch, lambda *_, **__: None)


def test_more_rows_are_measured_on_the_validation_rows(project: Project, tmp_path: Path) -> None:
    made = bench(project, tmp_path, recipe="baseline")
    found = measure_curve(made, "baseline")
    points = found["learning_curve"]
    assert found["learning_curve_recipe"] == "baseline"
    assert [point["rows"] for point in points] == sorted({point["rows"] for point in points})
    assert points[-1]["rows"] == len(made.data.train)
    assert {point["n"] for point in points} == {len(made.data.validation)}


def test_a_recipe_that_trains_the_encoder_has_the_probes_curve(
    project: Project, base: str, tmp_path: Path
) -> None:
    found = measure_curve(bench(project, tmp_path, recipe="full", base=base), "full")
    assert found["learning_curve_recipe"] == "probe"
    assert len(found["learning_curve"]) >= 3


def test_a_budget_that_is_used_up_leaves_no_curve(project: Project, tmp_path: Path) -> None:
    assert measure_curve(bench(project, tmp_path, recipe="baseline", budget=1e-6), "baseline") == {}


def test_few_rows_to_measure_on_give_none(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.workflow.curve._FEWEST_ROWS", 10_000)
    assert measure_curve(bench(project, tmp_path, recipe="baseline"), "baseline") == {}
