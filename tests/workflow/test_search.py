from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from headway.errors import UsageError
from headway.project import Project
from headway.training.baseline import Baseline, BaselineSettings
from headway.training.events import Event, Sink, ignore
from headway.workflow.bench import Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.search import Found, search, search_problem
from tests.projects import make_project, mixed
from tests.workflow.test_bench import bench


class Ticking(Stopwatch):
    """Each look at it takes some seconds."""

    def __init__(self, budget: float, step: float) -> None:
        super().__init__(budget)
        self._step = step
        self._shown = 0.0

    @property
    def seconds(self) -> float:
        self._shown += self._step
        return self._shown


@dataclass(frozen=True)
class NoRange:
    """Settings of which none can be searched."""

    size: int = 3


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project that is not easy: its texts have eight labels in two languages."""
    with make_project(tmp_path / "p", mixed(120)) as project:
        yield project


def find(made: Bench, recipe: str, on_event: Sink = ignore, **options: Any) -> Found:
    """A search that shows no progress."""
    return search(made, recipe, progress=lambda *_: None, on_event=on_event, **options)


def test_the_defaults_come_first_and_the_best_is_taken(project: Project, tmp_path: Path) -> None:
    # So much penalty that nearly everything else is better.
    events: list[Event] = []
    made = bench(project, tmp_path, recipe="baseline", settings={"max_iterations": "2", "min_texts": "1"})
    found = find(made, "baseline", events.append, n_trials=6)
    first = found.trials[0]
    assert first["settings"] == {"ngram_low": 1, "ngram_high": 4, "c": 30.0}
    assert [trial["number"] for trial in found.trials] == list(range(6))
    done = [trial for trial in found.trials if trial["state"] == "done"]
    best = max(done, key=lambda trial: (trial["accuracy"], -trial["number"]))
    assert found.figures["best"] == best["number"]
    assert found.figures["settings"] == best["settings"]
    assert found.figures["default_accuracy"] == first["accuracy"]
    assert found.figures["gain"] == pytest.approx(best["accuracy"] - first["accuracy"])
    assert found.settings == BaselineSettings(max_iterations=2, min_texts=1, **best["settings"])
    assert len(events) == 6
    assert "Trial 0 (ngram_low=1, ngram_high=4, c=30): accuracy" in events[0].words
    assert events[0].figures == {"search_accuracy": first["accuracy"]}
    assert "tried 6 sets of settings" in found.words["en"]


def test_a_search_finds_what_is_clearly_better(project: Project, tmp_path: Path) -> None:
    weak = bench(project, tmp_path, recipe="baseline", settings={"max_iterations": "1"})
    weak._settings["baseline"] = BaselineSettings(c=1e-6, max_iterations=20)
    found = find(weak, "baseline", n_trials=5)
    assert found.figures["clear"]
    assert found.figures["gain"] > found.figures["luck"] > 0
    assert found.settings.c >= 1.0
    assert found.words["en"].endswith("more than noise.")


def test_the_same_seed_tries_the_same_settings(project: Project, tmp_path: Path) -> None:
    tried = []
    for seed in (1, 1, 2):
        made = bench(project, tmp_path, recipe="baseline", seed=seed)
        tried.append([trial["settings"] for trial in find(made, "baseline", n_trials=3).trials])
    assert tried[0] == tried[1]
    assert tried[0] != tried[2]


def test_validation_and_test_rows_have_no_say(project: Project, tmp_path: Path) -> None:
    made = bench(project, tmp_path, recipe="baseline")
    usual = find(made, "baseline", n_trials=2)
    made.data.validation.labels[:] = 0
    made.data.validation.texts[:] = ["?"] * len(made.data.validation)
    again = find(made, "baseline", n_trials=2)
    assert [trial["accuracy"] for trial in usual.trials] == [trial["accuracy"] for trial in again.trials]
    assert usual.figures["rows"] == len(made.data.train)


def test_a_hopeless_trial_is_given_up(base: str, project: Project, tmp_path: Path) -> None:
    made = bench(project, tmp_path, recipe="full", base=base, settings={"epochs": "3", "batch_size": "16"})
    found = find(made, "full", n_trials=9)
    states = {trial["state"] for trial in found.trials}
    assert "done" in states
    assert all(trial["state"] == "done" for trial in found.trials[:4])
    assert found.figures["folds"] == "1 of 5"
    assert sum(found.figures["trials"].values()) == 9
    assert made.settings_of("full")["learning_rate"] == 2e-4


def test_the_budget_ends_a_search_and_the_best_so_far_counts(project: Project, tmp_path: Path) -> None:
    made = bench(project, tmp_path, Ticking(60.0, 1.0), recipe="baseline", budget=60.0)
    found = find(made, "baseline")
    assert found.figures["ended"] == "budget"
    assert found.figures["trials"]["done"] >= 1
    assert found.figures["trials"]["done"] < 60
    assert "The budget allowed no more." in found.words["en"]


@pytest.mark.parametrize("step", [51.0, 200.0])
def test_a_budget_too_small_for_one_trial_is_refused(project: Project, tmp_path: Path, step: float) -> None:
    made = bench(project, tmp_path, Ticking(100.0, step), recipe="baseline", budget=100.0)
    with pytest.raises(UsageError, match="100 seconds does not reach for one trial of baseline") as caught:
        find(made, "baseline")
    assert "--budget" in str(caught.value.next_step)


def test_a_budget_too_small_for_one_trial_of_a_dear_recipe_is_refused(
    base: str, project: Project, tmp_path: Path
) -> None:
    made = bench(project, tmp_path, Ticking(100.0, 20.0), recipe="full", base=base, budget=100.0)
    with pytest.raises(UsageError, match="100 seconds does not reach for one trial of full"):
        find(made, "full")


def test_ctrl_c_ends_the_search_and_not_the_training(project: Project, tmp_path: Path) -> None:
    def interrupt(event: Event) -> None:
        if event.step == 2:
            raise KeyboardInterrupt

    made = bench(project, tmp_path, recipe="baseline")
    found = find(made, "baseline", interrupt, n_trials=9)
    assert len(found.trials) == 3
    assert found.figures["ended"] == "interrupted"
    assert "The search was interrupted" in found.words["en"]


def test_ctrl_c_before_the_first_trial_is_done_ends_everything(project: Project, tmp_path: Path) -> None:
    made = bench(project, tmp_path, recipe="baseline")

    def interrupt(stage: str, done: int, total: int | None = None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(made, "baseline", n_trials=2, progress=interrupt, on_event=ignore)


def test_a_search_is_gone_on_with(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "run" / "trials.jsonl"
    made = bench(project, tmp_path, recipe="baseline")
    begun = find(made, "baseline", n_trials=2, file=file)
    heard: list[Event] = []
    found = find(made, "baseline", heard.append, n_trials=4, file=file)
    assert found.trials[:2] == begun.trials
    assert [event.step for event in heard] == [2, 3]
    settings = [str(trial["settings"]) for trial in found.trials]
    assert len(set(settings)) == 4
    # Another search, by its fixed settings, begins anew.
    other = bench(project, tmp_path, recipe="baseline", settings={"c": "7"})
    assert len(find(other, "baseline", n_trials=1, file=file).trials) == 1


def test_where_every_trial_fails_the_last_reason_is_given(
    base: str, project: Project, tmp_path: Path
) -> None:
    made = bench(project, tmp_path, recipe="lora", base=base, settings={"targets": "kwery"})
    with pytest.raises(UsageError, match="has no matrices named kwery"):
        find(made, "lora", n_trials=2)


def test_what_cannot_be_searched_is_said() -> None:
    assert search_problem("baseline", BaselineSettings, {"c": "3"}) == ""
    assert "no range" in search_problem("my:Recipe", NoRange, {})
    fixed = dict.fromkeys(("ngram_low", "ngram_high", "min_texts", "c"), "1")
    assert "is fixed with --set" in search_problem("baseline", BaselineSettings, fixed)
    assert Baseline.Settings is BaselineSettings
