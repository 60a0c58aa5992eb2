from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from headway.evaluation.bootstrap import PairedDifference
from headway.project import Project
from headway.registry import read_manifest
from headway.registry.artifacts import lay_out
from headway.training import RECIPES
from headway.training.fine_tuned import FineTuned
from headway.workflow import trials
from headway.workflow.bench import Bench
from headway.workflow.prospects import Prospect
from tests.projects import copy_of


def test_auto_keeps_what_it_found_while_searching(fresh: Project, base: str) -> None:
    run = fresh.train("auto", base=base)
    assert run.recipe == "baseline"
    assert run.metrics["search"]["folds"] == "5 of 5"
    assert run.details["base"] == {}
    manifest = read_manifest(lay_out(fresh.store, fresh.model().artifact))
    assert manifest.licence == "none needed"


def test_what_auto_finds_better_is_published(trained: Path, base: str, tmp_path: Path) -> None:
    # A baseline of one n-gram knows next to nothing, and random weights are worth training.
    with Project.open(copy_of(trained, tmp_path / "copy")) as project:
        run = project.train("auto", base=base, settings={"max_features": 1, "learning_rate": 2e-3})
        reason = run.details["reason"]
        assert "clearly better" in reason["en"]
        assert "明显更好" in reason["zh"]
        assert "More time would bring about" in reason["en"]
        search = run.metrics["search"]
        tried = {name: search[f"{name}_accuracy"] for name in RECIPES if f"{name}_accuracy" in search}
        assert {"baseline", "probe"} < tried.keys()
        assert run.recipe in tried
        assert run.recipe != "baseline"
        assert project.model(run.model).precision == run.details["precision"]


def test_where_the_budget_does_not_reach_the_baseline_is_published(
    fresh: Project, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.workflow.encoders._PORTION", 8)
    run = fresh.train("auto", base=base, budget="0.000001s")
    assert (run.recipe, run.state) == ("baseline", "done")
    assert "does not reach for embedding" in run.details["reason"]["en"]
    assert "预算不足" in run.details["reason"]["zh"]


@pytest.mark.parametrize("on_all", [True, False])
def test_the_model_that_auto_publishes_says_how_many_epochs_it_learned(
    trained: Path, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_all: bool
) -> None:
    kept = trials._fit_fold

    def best_at_first(bench: Bench, *given: Any) -> Any:
        fitted, result, seconds = kept(bench, *given)
        assert isinstance(fitted, FineTuned)
        if not on_all:
            bench.watch.budget = 0.0
        return dataclasses.replace(fitted, history=fitted.history[:1]), result, seconds

    monkeypatch.setattr(trials, "planned", lambda bench: [Prospect("full", 0.5, 0.02, 1.0, 4.0)])
    monkeypatch.setattr(trials, "_fit_fold", best_at_first)
    monkeypatch.setattr(trials, "paired_difference", lambda *_: PairedDifference(0.1, 0.05, 0.15))
    settings = {"max_features": 1, "epochs": 2, "learning_rate": 2e-3}
    with Project.open(copy_of(trained, tmp_path / "copy")) as project:
        run = project.train("auto", base=base, precision="fp32", settings=settings)
        manifest = read_manifest(lay_out(project.store, project.model(run.model).artifact))
    assert ("the model of the trial is published" in run.details["reason"]["en"]) is not on_all
    assert [entry["epoch"] for entry in run.details["history"]] == [1]
    assert (run.recipe, manifest.settings["epochs"], manifest.settings["learning_rate"]) == ("full", 1, 2e-3)
