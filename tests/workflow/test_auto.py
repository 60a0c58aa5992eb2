from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from headway.training.cross_validation import FoldResult, run_fold
from headway.training.folds import stratified_folds
from headway.training.recipe import HeldOut
from headway.workflow import auto
from headway.workflow.auto import Choice, choose
from headway.workflow.clock import Stopwatch
from headway.workflow.data import Rows

Array = np.ndarray[Any, Any]


class RightIn:
    """A recipe that is right for a share of the texts, always the same ones."""

    def __init__(self, share: float) -> None:
        self.share = share

    def fit(
        self, texts: Sequence[str], labels: Array, n_labels: int, held_out: HeldOut | None = None
    ) -> RightIn:
        assert texts
        return self

    def scores(self, texts: Sequence[str]) -> Array:
        numbers = [int(text.split()[1]) for text in texts]
        best = [number % 2 if number % 100 < 100 * self.share else 1 - number % 2 for number in numbers]
        return np.eye(2, dtype=np.float32)[best]


def rows(n: int = 200) -> Rows:
    texts = [f"文 {number}" for number in range(n)]
    return Rows(texts, np.arange(n) % 2, texts, np.zeros(n, dtype=bool))


@pytest.fixture
def beside() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture(autouse=True)
def two_seconds_a_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folds that take as long as the test says, whatever the machine does meanwhile."""

    def run(*given: Any) -> FoldResult:
        return dataclasses.replace(run_fold(*given), seconds=2.0)

    monkeypatch.setattr(auto, "run_fold", run)


def chosen(
    beside: Executor,
    baseline: float,
    probe: float,
    budget: float | None = None,
    embedded: bool = True,
    given: Rows | None = None,
) -> Choice:
    return choose(
        given or rows(),
        2,
        RightIn(baseline),
        RightIn(probe),
        embed=lambda: embedded,
        beside=beside,
        watch=Stopwatch(budget),
    )


def test_a_probe_that_is_clearly_better_is_chosen(beside: Executor) -> None:
    choice = chosen(beside, 0.7, 0.9)
    assert choice.recipe == "probe"
    assert choice.search["baseline_accuracy"] == pytest.approx(0.7)
    assert choice.search["probe_accuracy"] == pytest.approx(0.9)
    assert choice.search["rows"] == 200
    assert choice.search["difference"][0] == pytest.approx(0.2)
    assert "+20.0" in choice.reason["en"]
    assert "clearly better" in choice.reason["en"]
    assert "+20.0" in choice.reason["zh"]
    assert "选用探针" in choice.reason["zh"]


@pytest.mark.parametrize("probe", [0.5, 0.8, 0.81])
def test_the_baseline_stays_unless_the_probe_is_clearly_better(beside: Executor, probe: float) -> None:
    choice = chosen(beside, 0.8, probe)
    assert choice.recipe == "baseline"
    assert "not clearly better" in choice.reason["en"]
    assert "保留更简单的基线" in choice.reason["zh"]


def test_a_better_probe_on_few_rows_proves_nothing(beside: Executor) -> None:
    few = list(range(0, 200, 20))
    texts = [f"文 {number}" for number in few]
    given = Rows(texts, np.array(few) % 2, texts, np.zeros(len(texts), dtype=bool))
    assert chosen(beside, 0.7, 0.9, given=given).recipe == "baseline"


@pytest.mark.parametrize(
    ("budget", "folds"),
    [(None, 5), (1_000.0, 5), (67.0, 5), (41.0, 3), (27.0, 2), (14.0, 1), (1.0, 1)],
)
def test_as_many_folds_are_run_as_the_budget_allows(
    beside: Executor, budget: float | None, folds: int
) -> None:
    # Fifteen per cent of the budget are for folds, and each takes two seconds here.
    choice = chosen(beside, 0.7, 0.9, budget=budget)
    assert choice.search["folds"] == f"{folds} of 5"
    assert choice.search["rows"] == 40 * folds


def test_trials_are_judged_on_the_first_fold_with_rows_to_judge(beside: Executor) -> None:
    given = rows()
    folds = stratified_folds(given.labels, given.clusters, 5)
    choice = chosen(beside, 0.7, 0.9, given=dataclasses.replace(given, fit_only=folds == 0))
    assert choice.judged is not None
    assert (choice.judged.fold, len(choice.judged.rows)) == (1, 40)
    assert [result.fold for result in choice.others] == [2, 3, 4, 0]


def test_where_the_budget_does_not_reach_for_embedding_the_baseline_stays(beside: Executor) -> None:
    choice = chosen(beside, 0.5, 1.0, budget=35.0, embedded=False)
    assert choice.recipe == "baseline"
    assert "35 seconds" in choice.reason["en"]
    assert "--budget" in choice.reason["en"]
    assert "35 秒" in choice.reason["zh"]
    assert choice.search.keys() == {"rows", "baseline_accuracy"}


def test_one_text_alone_gives_nothing_to_compare(beside: Executor) -> None:
    given = Rows(["文 1", "文 1"], np.array([0, 1]), ["same", "same"], np.zeros(2, dtype=bool))
    choice = chosen(beside, 0.5, 1.0, given=given)
    assert (choice.recipe, choice.search) == ("baseline", {})
    assert set(choice.reason) == {"en", "zh"}
