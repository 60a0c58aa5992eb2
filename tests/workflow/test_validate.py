from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.compression import equivalence
from headway.project import Project
from headway.workflow.bench import Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.data import Rows, TrainingData
from headway.workflow.request import TrainRequest
from headway.workflow.validate import validate


def bench(project: Project, tmp_path: Path, **request: Any) -> Bench:
    data = TrainingData.load(project.store, project.dataset())
    return Bench(project.store, data, TrainRequest(**request), tmp_path, Stopwatch(), lambda *_, **__: None)


def test_a_baseline_is_measured_and_compared_with_nothing(fresh: Project, tmp_path: Path) -> None:
    found = validate(bench(fresh, tmp_path, recipe="baseline"), "baseline")
    assert (found.recipe, found.precision, found.equivalence, found.warnings) == ("baseline", "fp32", {}, [])
    assert found.metrics["accuracy"] == 1.0
    assert set(found.interval) == {"accuracy", "macro_f1"}


def test_int8_is_compared_with_its_twin(project: Project, base: str, tmp_path: Path) -> None:
    found = validate(bench(project, tmp_path, recipe="probe", base=base), "probe")
    report = found.equivalence["int8"]
    assert (found.precision, report["passed"], report["reasons"]) == ("int8", True, [])
    data = TrainingData.load(project.store, project.dataset())
    assert report["n"] == len(data.validation) + len(data.train)
    parts = f"{len(data.validation)} validation and {len(data.train)} training texts"
    assert report["reference"] == f"the same head on fp32; {parts}"
    assert report["size_bytes_candidate"] < report["size_bytes_reference"]
    assert report["accuracy_loss"] <= report["tolerances"]["accuracy_loss"]


def test_no_more_texts_are_compared_than_needed(
    project: Project, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.workflow.validate._COMPARED", 7)
    found = validate(bench(project, tmp_path, recipe="probe", base=base), "probe")
    assert found.equivalence["int8"]["n"] == 7


def test_where_int8_is_refused_fp32_is_fitted_and_measured(
    fresh: Project, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(equivalence.INT8_TOLERANCES, "accuracy_loss", -1.0)
    made = bench(fresh, tmp_path, recipe="probe", base=base)
    found = validate(made, "probe")
    assert (found.precision, made.precision) == ("fp32", "fp32")
    assert not found.equivalence["int8"]["passed"]
    assert "Accuracy falls by" in found.warnings[0]
    assert found.metrics["accuracy"] > 0.5


def test_fp32_asked_for_is_not_made_int8(fresh: Project, base: str, tmp_path: Path) -> None:
    made = bench(fresh, tmp_path, recipe="probe", base=base, precision="fp32")
    assert validate(made, "probe").precision == "fp32"
    encoders = fresh.store.folder / "cache" / "encoders"
    assert [folder.name.rpartition("-")[2] for folder in encoders.iterdir()] == ["fp32"]


def test_without_validation_rows_nothing_is_measured_and_int8_still_compared(
    fresh: Project, base: str, tmp_path: Path
) -> None:
    made = bench(fresh, tmp_path, recipe="probe", base=base)
    made.data = dataclasses.replace(
        made.data, validation=Rows([], np.zeros(0, np.int64), [], np.zeros(0, bool))
    )
    found = validate(made, "probe")
    assert (found.metrics, found.interval) == ({}, {})
    assert "no validation rows" in " ".join(found.warnings)
    assert found.equivalence["int8"]["n"] == len(made.data.train)


def test_a_model_that_is_fitted_already_is_measured_as_it_is(
    project: Project, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench(project, tmp_path, recipe="probe", base=base)
    fitted = made.fit("probe", "int8")
    monkeypatch.setattr(made, "fit", None)
    found = validate(made, "probe", fitted=fitted)
    assert found.fitted is fitted
    validation = made.data.validation
    right = fitted.scores(validation.texts).argmax(axis=1) == validation.labels
    assert found.metrics["accuracy"] == pytest.approx(float(right.mean()))
