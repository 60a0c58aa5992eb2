from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.project import Project
from headway.training.recipe import Fitted, HeldOut
from headway.workflow.bench import Bench
from headway.workflow.repeats import Repeats, repeat
from tests.projects import make_project, mixed
from tests.workflow.test_bench import Clock, bench


def repeated(
    made: Bench, recipe: str, n: int, shown: list[Any] | None = None, from_trial: bool = False
) -> Repeats:
    """A recipe with n seeds, measured in memory."""
    rows = made.data.validation
    held_out = HeldOut(rows.texts, rows.labels)

    def measure(fitted: Fitted) -> np.ndarray[Any, np.dtype[np.float32]]:
        return fitted.scores(rows.texts)

    def progress(stage: str, done: int, total: int | None = None) -> None:
        if shown is not None:
            shown.append((done, total))

    first = made.fit(recipe, made.precision)
    return repeat(
        made,
        recipe,
        n,
        first=first,
        measure=measure,
        progress=progress,
        held_out=held_out,
        from_trial=from_trial,
    )


def test_other_seeds_give_other_models_and_their_spread_is_told(base: str, tmp_path: Path) -> None:
    shown: list[Any] = []
    with make_project(tmp_path / "p", mixed(160)) as project:
        settings = {"epochs": "1", "learning_rate": "1e-3", "batch_size": "8"}
        made = bench(project, tmp_path, recipe="full", base=base, settings=settings, seed=7)
        found = repeated(made, "full", 3, shown)
    figures = found.figures
    assert figures["seeds"] == [7, 8, 9]
    assert figures["by_chance"]
    losses = figures["log_loss"]["values"]
    assert len(set(losses)) == 3
    assert figures["log_loss"]["mean"] == pytest.approx(np.mean(losses))
    assert figures["log_loss"]["deviation"] == pytest.approx(np.std(losses, ddof=1))
    assert (figures["log_loss"]["min"], figures["log_loss"]["max"]) == (min(losses), max(losses))
    assert [one["log_loss"] for one in found.metrics] == losses
    assert figures["rows"] == len(made.data.validation)
    assert "Over 3 seeds (7 to 9)" in found.words["en"]
    assert shown == [(1, 3), (2, 3)]


def test_a_recipe_without_chance_is_fitted_twice_and_no_more(fresh: Project, tmp_path: Path) -> None:
    shown: list[Any] = []
    found = repeated(bench(fresh, tmp_path, recipe="baseline"), "baseline", 9, shown)
    assert found.figures["seeds"] == [0, 1]
    assert found.figures["accuracy"]["deviation"] == 0.0
    assert not found.figures["by_chance"]
    assert "draws nothing by chance" in found.words["en"]
    assert shown == [(1, 9)]


def test_a_budget_that_is_used_up_leaves_the_first_seed(fresh: Project, tmp_path: Path) -> None:
    made = bench(fresh, tmp_path, Clock(10.0, [11.0]), recipe="baseline", budget=10.0)
    found = repeated(made, "baseline", 3)
    assert found.figures["seeds"] == [0]
    assert found.figures["accuracy"]["deviation"] is None
    assert "only one seed" in found.words["en"]
    assert "The budget allowed no more." in found.words["en"]


def test_the_model_of_a_trial_is_not_mixed_with_others_of_more_rows(fresh: Project, tmp_path: Path) -> None:
    found = repeated(bench(fresh, tmp_path, recipe="baseline"), "baseline", 3, from_trial=True)
    assert found.figures["seeds"] == [0]
    assert "only one seed" in found.words["en"]
    assert "The budget allowed no more." in found.words["en"]
