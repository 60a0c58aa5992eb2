from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headway.project import Project
from headway.training.folds import stratified_folds
from headway.workflow.bench import Bench
from headway.workflow.trial_judge import TrialJudge
from tests.projects import make_project, mixed, toy
from tests.workflow.test_bench import bench


class Asked:
    """Hears figures, and gives up below a bound."""

    def __init__(self, bound: float = -1.0) -> None:
        self.bound = bound
        self.heard: list[tuple[int, float]] = []

    def report(self, value: float, step: int) -> None:
        self.heard.append((step, value))

    def should_prune(self) -> bool:
        return self.heard[-1][1] < self.bound


def judge_of(made: Bench, recipe: str, seconds_left: float = float("inf")) -> TrialJudge:
    """A judge on five folds of a training's rows."""
    rows = made.data.train
    return TrialJudge(made, recipe, stratified_folds(rows.labels, rows.clusters, 5), 5, lambda: seconds_left)


def test_a_quick_recipe_is_measured_on_all_folds(tmp_path: Path) -> None:
    with make_project(tmp_path / "p", mixed(120)) as project:
        made = bench(project, tmp_path, recipe="baseline")
        judge, asked = judge_of(made, "baseline"), Asked()
        found = judge.judge(made.settings_of("baseline"), asked)
    assert judge.n_rows == len(made.data.train)
    assert judge.folds == "5 of 5"
    assert found["state"] == "done"
    assert found["accuracy"] == pytest.approx(1 - len(found["wrong"]) / judge.n_rows)
    assert [step for step, _ in asked.heard] == [0, 1, 2, 3]
    assert judge.longest_fit > 0


def test_one_that_trains_the_encoder_is_measured_on_one_fold_epoch_by_epoch(
    fresh: Project, base: str, tmp_path: Path
) -> None:
    made = bench(fresh, tmp_path, recipe="full", base=base)
    judge, asked = judge_of(made, "full"), Asked()
    settings = {**made.settings_of("full"), "epochs": 3, "patience": 0}
    found = judge.judge(settings, asked)
    assert judge.folds == "1 of 5"
    assert judge.n_rows < len(made.data.train) / 3
    assert [step for step, _ in asked.heard] == [0, 1, 2]
    assert found["state"] == "done"
    # The best epoch is the one that counts.
    assert found["accuracy"] == pytest.approx(max(value for _, value in asked.heard))


@pytest.mark.parametrize("recipe", ["baseline", "full"])
def test_a_hopeless_trial_is_given_up_on_the_way(
    fresh: Project, base: str, tmp_path: Path, recipe: str
) -> None:
    made = bench(fresh, tmp_path, recipe=recipe, base=base)
    asked = Asked(bound=2.0)
    found = judge_of(made, recipe).judge(made.settings_of(recipe), asked)
    assert found["state"] == "pruned"
    assert found["accuracy"] == asked.heard[0][1]
    assert len(asked.heard) == 1
    assert "wrong" not in found


def test_with_little_time_a_quick_recipe_is_measured_on_fewer_folds(fresh: Project, tmp_path: Path) -> None:
    made = bench(fresh, tmp_path, recipe="baseline")
    all_rows, judge = judge_of(made, "baseline").n_rows, judge_of(made, "baseline", seconds_left=-1.0)
    found = judge.judge(made.settings_of("baseline"), Asked())
    assert found["state"] == "done"
    assert judge.folds == "1 of 5"
    assert 0 < judge.n_rows < all_rows / 3


def test_a_trial_ends_with_its_time(fresh: Project, base: str, tmp_path: Path) -> None:
    for recipe in ("baseline", "full"):
        made = bench(fresh, tmp_path, recipe=recipe, base=base)
        judge = judge_of(made, recipe, seconds_left=-1.0)
        judge.folds_used = 2
        found = judge.judge(made.settings_of(recipe), Asked())
        assert (found["state"], found["reason"]) == ("stopped", "the budget was used up")


def test_settings_that_cannot_be_trained_fail_and_say_why(fresh: Project, base: str, tmp_path: Path) -> None:
    made = bench(fresh, tmp_path, recipe="lora", base=base)
    judge = judge_of(made, "lora")
    together = judge.judge({**made.settings_of("lora"), "epochs": 0}, Asked())
    assert together["state"] == "failed"
    assert "epochs has to be positive" in together["reason"]
    assert judge.last_error is None
    raised = judge.judge({**made.settings_of("lora"), "targets": "kwery"}, Asked())
    assert raised["state"] == "failed"
    assert "no matrices named kwery" in raised["reason"]
    assert judge.last_error is not None


def test_augmented_rows_are_not_measured(tmp_path: Path) -> None:
    with make_project(tmp_path / "p", toy()) as project:
        made = bench(project, tmp_path, recipe="baseline")
        rows = made.data.train
        augmented = np.zeros(len(rows), dtype=bool)
        augmented[::4] = True
        rows.fit_only[:] = augmented
        judge = judge_of(made, "baseline")
        found = judge.judge(made.settings_of("baseline"), Asked())
    assert judge.n_rows == (~augmented).sum()
    assert all(place < judge.n_rows for place in found["wrong"])
