from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.errors import HookError
from headway.project import Project
from headway.training.baseline import Baseline
from headway.training.events import Event
from headway.training.recipe import HeldOut
from headway.workflow.clock import Stopwatch
from headway.workflow.variants import Allowance, variant
from tests.workflow.test_bench import Clock, bench


class Breaks(Baseline):
    """A recipe of the user's that cannot be fitted."""

    def fit(self, *rows: Any) -> Any:
        raise KeyError(rows[0][0])


def test_a_variant_has_its_own_settings_seed_and_rows(fresh: Project, base: str, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    made = bench(fresh, scratch, recipe="full", base=base, settings={"epochs": "1"}, seed=5)
    events: list[Event] = []
    rows = made.data.train
    held_out = HeldOut(made.data.validation.texts, made.data.validation.labels)
    found = []
    for seed in (None, 5, 6):
        with variant(
            made, "full", settings={"batch_size": 8}, seed=seed, held_out=held_out, on_event=events.append
        ) as recipe:
            fitted = recipe.fit(rows.texts, rows.labels, 2)
            found.append(fitted.scores(held_out.texts))
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])
    steps = [event for event in events if event.kind == "step"]
    assert len(steps) == 3 * -(-len(rows) // 8)
    assert "accuracy" in next(event for event in events if event.kind == "epoch").figures
    # Nothing is left behind, and the training's own settings are as they were.
    assert list(scratch.iterdir()) == []
    assert made.settings_of("full")["batch_size"] == 32


def test_settings_that_do_not_go_together_leave_nothing_behind(fresh: Project, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    made = bench(fresh, scratch, recipe="baseline")
    with pytest.raises(ValueError, match="ngram_low"), variant(made, "baseline", settings={"ngram_low": 9}):
        raise AssertionError
    assert list(scratch.iterdir()) == []


def test_what_a_recipe_of_the_users_raises_is_told_with_its_name(fresh: Project, tmp_path: Path) -> None:
    name = f"{__name__}:Breaks"
    made = bench(fresh, tmp_path, recipe=name)
    rows = made.data.train
    with variant(made, name) as recipe, pytest.raises(HookError, match=r"Breaks raised KeyError"):
        recipe.fit(rows.texts, rows.labels, 2)


def test_the_training_itself_keeps_its_share_of_the_budget() -> None:
    assert Allowance(Stopwatch()).reaches
    allowance = Allowance(Clock(100.0, [69.0]))
    allowance.took(10.0)
    assert allowance.reaches
    allowance.took(11.0)
    allowance.took(1.0)
    assert not allowance.reaches
    assert not Allowance(Clock(100.0, [101.0])).reaches


def test_the_fit_of_the_training_says_how_long_a_piece_takes() -> None:
    watch = Clock(100.0, [50.0])
    watch.stages["fit"] = 20.0
    assert not Allowance(watch).reaches
