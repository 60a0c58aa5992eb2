from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.errors import (
    DivergedError,
    HeadwayError,
    MachineError,
    MissingExtraError,
    ModelError,
    TooSlowError,
    UsageError,
)
from headway.evaluation.bootstrap import PairedDifference
from headway.project import Project
from headway.training.cross_validation import FoldResult, run_fold
from headway.training.fine_tuned import FineTuned
from headway.training.folds import stratified_folds
from headway.training.full import FullSettings
from headway.training.lora import LoraSettings
from headway.workflow import trials
from headway.workflow.auto import Choice
from headway.workflow.bench import Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.data import Rows, TrainingData
from headway.workflow.prospects import Prospect
from headway.workflow.request import TrainRequest
from headway.workflow.trials import try_dearer


@pytest.fixture
def bench(project: Project, base: str, tmp_path: Path) -> Bench:
    data = TrainingData.load(project.store, project.dataset())
    request = TrainRequest(base=base, settings={"epochs": "3", "learning_rate": "2e-3", "max_features": "1"})
    return Bench(project.store, data, request, tmp_path, Stopwatch(), lambda *_, **__: None)


def begun(bench: Bench, recipe: str = "baseline") -> Choice:
    rows = bench.data.train
    folds = stratified_folds(rows.labels, rows.clusters, 5)
    judged, *others = (
        run_fold(
            bench.recipe(recipe), rows.texts, rows.labels, len(bench.data.names), folds, fold, rows.fit_only
        )
        for fold in range(5)
    )
    reason = {"en": "Begun.", "zh": "开始。"}
    return Choice(recipe, reason, {"rows": 1}, folds=folds, judged=judged, others=tuple(others))


def saying(bench: Bench, *, right: float, elsewhere: float = 1.0) -> Choice:
    """A choice that was right about such shares of the fold that trials are judged on, and of the others."""
    choice = begun(bench)
    assert choice.judged is not None
    others = tuple(rightly(bench, result, elsewhere) for result in choice.others)
    return dataclasses.replace(choice, judged=rightly(bench, choice.judged, right), others=others)


def rightly(bench: Bench, result: FoldResult, share: float) -> FoldResult:
    """A result that is right about the first rows, such a share of them."""
    scores = np.zeros_like(result.scores)
    rows, n_labels = result.rows, scores.shape[1]
    wrong = np.arange(len(rows)) >= share * len(rows)
    scores[np.arange(len(rows)), (bench.data.train.labels[rows] + wrong) % n_labels] = 1.0
    return dataclasses.replace(result, scores=scores)


def plan(monkeypatch: pytest.MonkeyPatch, *prospects: Prospect) -> None:
    monkeypatch.setattr(trials, "planned", lambda bench: list(prospects))


def test_what_is_better_is_kept_with_the_epochs_after_which_it_was_best(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    choice = try_dearer(bench, begun(bench))
    assert choice.recipe == "full"
    assert 1 <= choice.settings["epochs"] <= 3
    assert choice.search["full_accuracy"] > 0.3
    assert "held-out texts full fine-tuning differs from baseline by +" in choice.reason["en"]
    assert "予以采用" in choice.reason["zh"]
    assert "nothing that is known here" in choice.reason["en"]


def test_what_is_not_better_is_told_and_left(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    choice = try_dearer(bench, saying(bench, right=0.9))
    assert (choice.recipe, choice.settings) == ("baseline", {})
    assert "not enough to be kept" in choice.reason["en"]
    assert "不足以采用" in choice.reason["zh"]


def refuse(monkeypatch: pytest.MonkeyPatch, error: HeadwayError) -> None:
    """Every trial ends with an error."""

    def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(trials, "_fit_fold", fail)


def first_rows(choice: Choice, n: int) -> Choice:
    """The same choice, had it been judged on `n` rows of each fold."""

    def cut(result: FoldResult) -> FoldResult:
        return dataclasses.replace(result, rows=result.rows[:n], scores=result.scores[:n])

    assert choice.judged is not None
    return dataclasses.replace(choice, judged=cut(choice.judged), others=tuple(map(cut, choice.others)))


@pytest.mark.parametrize(
    ("n", "elsewhere", "judged"), [(49, 0.5, 49), (30, 0.5, 30), (29, 1.0, 145), (6, 1.0, 30)]
)
def test_where_every_held_out_text_is_right_nothing_is_tried(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, n: int, elsewhere: float, judged: int
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    choice = try_dearer(bench, first_rows(saying(bench, right=1.0, elsewhere=elsewhere), n))
    assert (choice.recipe, choice.search) == ("baseline", {"rows": 1})
    assert choice.reason["en"].startswith(f"Begun. It is right about all {judged} texts")
    assert f"{judged} 条文本已全部分类正确" in choice.reason["zh"]


@pytest.mark.parametrize(("n", "elsewhere"), [(29, 0.0), (5, 1.0), (0, 1.0)])
def test_few_texts_that_are_right_do_not_say_that_nothing_is_better(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, n: int, elsewhere: float
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    refuse(monkeypatch, MissingExtraError("torch is not installed."))
    choice = try_dearer(bench, first_rows(saying(bench, right=1.0, elsewhere=elsewhere), n))
    assert "full could not be tried" in choice.reason["en"]
    assert "It is right about" not in choice.reason["en"]


def test_a_recipe_that_was_tried_has_been_judged_on_one_fold_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    choice = try_dearer(bench, saying(bench, right=0.0))
    assert (choice.recipe, choice.others) == ("full", ())


def test_a_trial_is_fitted_on_all_folds_but_the_one_it_is_judged_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    begin = begun(bench)
    assert begin.folds is not None
    seen: list[Rows] = []
    kept = bench.fit_rows

    def remember(recipe: str, rows: Rows, *others: Any, **named: Any) -> Any:
        seen.append(rows)
        return kept(recipe, rows, *others, **named)

    monkeypatch.setattr(bench, "fit_rows", remember)
    choice = try_dearer(bench, dataclasses.replace(begin, judged=begin.others[2]))
    assert choice.judged is not None
    assert (choice.recipe, choice.judged.fold) == ("full", 3)
    rest = np.flatnonzero(begin.folds != 3).tolist()
    assert seen[0].texts == [bench.data.train.texts[row] for row in rest]


def test_what_the_budget_does_not_reach_for_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 10_000.0, 4.0))
    bench.watch.budget = 100.0
    choice = try_dearer(bench, begun(bench))
    assert choice.recipe == "baseline"
    more = "More time would bring about 2.0 points: full fine-tuning needs about 5 h 0 min"
    assert more in choice.reason["en"]
    assert "增加时间预计可提升约 2.0 个百分点" in choice.reason["zh"]


def test_no_more_is_promised_than_there_are_errors(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, Prospect("full", 0.5, 0.02, 10_000.0, 4.0))
    bench.watch.budget = 100.0
    # One of 245 is wrong: between 0.1 and 2.3 in a hundred.
    choice = try_dearer(bench, saying(bench, right=0.96))
    assert "More time would bring about 2.3 points" in choice.reason["en"]


def take_all_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a trial nothing is left of the budget."""
    kept = trials._fit_fold

    def slow(bench: Bench, *given: Any) -> Any:
        found = kept(bench, *given)
        bench.watch.budget = 0.0
        return found

    monkeypatch.setattr(trials, "_fit_fold", slow)


def test_where_no_time_is_left_the_model_of_the_trial_is_the_one_to_publish(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0), Prospect("lora", 0.5, 0.02, 1.0, 4.0))
    take_all_time(bench, monkeypatch)
    choice = try_dearer(bench, saying(bench, right=0.0))
    assert choice.recipe == "full"
    assert choice.fitted is not None
    assert choice.from_trial
    assert choice.judged is not None
    texts = [bench.data.train.texts[row] for row in choice.judged.rows.tolist()]
    np.testing.assert_allclose(choice.fitted.scores(texts), choice.judged.scores, atol=1e-5)
    assert "the model of the trial is published, which learned from 4/5 of them" in choice.reason["en"]
    assert "发布试训所得的模型，它学习了其中的 4/5" in choice.reason["zh"]


@pytest.mark.parametrize(("low", "high", "kept"), [(0.005, 0.015, False), (0.025, 0.035, True)])
def test_a_model_of_fewer_rows_has_to_make_up_for_them(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, low: float, high: float, kept: bool
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    difference = PairedDifference((low + high) / 2, low, high)
    monkeypatch.setattr(trials, "paired_difference", lambda *_: difference)
    # Half of the rows are wrong: on all rows 1.5 points of them would be saved.
    begin = saying(bench, right=0.5)
    assert try_dearer(bench, begin).recipe == "full"
    take_all_time(bench, monkeypatch)
    choice = try_dearer(bench, begin)
    assert (choice.recipe, choice.fitted is not None) == (("full", True) if kept else ("baseline", False))
    assert ("not enough to be kept" in choice.reason["en"]) is not kept


def give_time(bench: Bench, seconds: float) -> None:
    """So much of the budget is left for trials."""
    bench.watch.budget = 0.0
    bench.watch.budget = (seconds - bench.seconds_for_fitting()) / 0.97


@pytest.mark.parametrize("seconds", [1_500.0, 300.0])
def test_what_a_trial_would_cost_more_than_it_can_tell_is_trained_at_once_on_all_rows(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    plan(
        monkeypatch, Prospect("full", 0.033, 0.02, 1_000.0, 4.0), Prospect("lora", 0.05, 0.02, 100_000.0, 4.0)
    )
    refuse(monkeypatch, MissingExtraError("no trial"))
    kept = bench.fit
    given: list[Any] = []

    def remember(*arguments: Any, **named: Any) -> Any:
        given.append((arguments, named))
        fitted = kept(*arguments, **named)
        # As if the three epochs had taken ten minutes.
        bench.watch._start -= 600.0
        return fitted

    monkeypatch.setattr(bench, "fit", remember)
    # One training on all rows is expected to take 1,000 s, a pass through them 250, and a trial 800 more.
    give_time(bench, seconds)
    choice = try_dearer(bench, saying(bench, right=0.5, elsewhere=0.5))
    assert (choice.recipe, choice.settings, choice.from_trial) == ("full", {"epochs": 3}, False)
    assert isinstance(choice.fitted, FineTuned)
    assert [entry["epoch"] for entry in choice.fitted.history] == [1, 2, 3]
    # Validation rows have no say, and a resumed run that makes a trial finds no checkpoint of this training.
    named = {"settings": {"epochs": 3}, "measured": False, "part": "untried", "least_rows": 199}
    assert given == [(("full", bench.precision), named)]
    assert (bench.scratch / "untried").is_dir()
    assert "bring about 1.5 points. So it was kept without a trial" in choice.reason["en"]
    assert "brought 3.3 points more" in choice.reason["en"]
    # Four epochs and a trial of four fifths, by the time that three epochs took.
    assert re.search("With about 2[2-9] min [0-9]+ s it would be tried first", choice.reason["en"])
    assert "未经试训直接采用" in choice.reason["zh"]


@pytest.mark.parametrize(
    ("seconds", "right", "gain"),
    [
        # The budget reaches for trial and training; and for half a pass at most, even at twice the speed.
        (1_900.0, 0.5, 0.033),
        (100.0, 0.5, 0.033),
        (103.0, 0.5, 0.033),
        # Few errors: the rows left out would save next to none. A small gain may well be none.
        (1_500.0, 0.95, 0.033),
        (1_500.0, 0.5, 0.004),
    ],
)
def test_a_trial_that_tells_more_than_it_costs_is_made(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, seconds: float, right: float, gain: float
) -> None:
    plan(monkeypatch, Prospect("full", gain, 0.04, 1_000.0, 4.0))
    refuse(monkeypatch, MissingExtraError("a trial was made"))
    begin = saying(bench, right=right, elsewhere=right)
    give_time(bench, seconds)
    assert "a trial was made" in try_dearer(bench, begin).reason["en"]


def failing_untried(bench: Bench, monkeypatch: pytest.MonkeyPatch, error: HeadwayError) -> Choice:
    """What is chosen where a recipe is to be trained at once, and that ends with an error."""
    plan(monkeypatch, Prospect("full", 0.033, 0.02, 1_000.0, 4.0))

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(bench, "fit", fail)
    begin = saying(bench, right=0.5, elsewhere=0.5)
    give_time(bench, 1_500.0)
    return try_dearer(bench, begin)


def test_what_turns_out_too_slow_to_be_trained_at_once_is_tried(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, MissingExtraError("a trial was made"))
    choice = failing_untried(bench, monkeypatch, TooSlowError("9 of 24 fit into the budget."))
    assert (choice.recipe, choice.fitted) == ("baseline", None)
    assert "full fine-tuning was begun at once, on all rows, but" in choice.reason["en"]
    assert "改为先行试训" in choice.reason["zh"]
    assert "a trial was made" in choice.reason["en"]


def test_where_no_row_was_judged_a_trial_costs_nothing_that_is_known(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.033, 0.02, 1_000.0, 4.0))
    refuse(monkeypatch, MissingExtraError("a trial was made"))
    begin = first_rows(begun(bench), 0)
    give_time(bench, 1_500.0)
    assert "a trial was made" in try_dearer(bench, begin).reason["en"]


def test_what_cannot_be_trained_at_once_is_passed_over(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = failing_untried(bench, monkeypatch, MachineError("The memory does not suffice."))
    assert (choice.recipe, choice.fitted) == ("baseline", None)
    assert "full could not be tried: The memory does not suffice." in choice.reason["en"]
    assert "kept without a trial" not in choice.reason["en"]


@pytest.mark.parametrize(("gain", "kept"), [(0.03, "full"), (0.004, "baseline")])
def test_where_the_rows_say_too_little_other_data_decide(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, gain: float, kept: str
) -> None:
    plan(monkeypatch, Prospect("full", gain, 0.02, 1.0, 4.0))
    monkeypatch.setattr(trials, "paired_difference", lambda *_: PairedDifference(-0.02, -0.1, 0.06))
    assert try_dearer(bench, begun(bench)).recipe == kept


def test_where_time_is_left_the_model_is_trained_on_all_rows(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    assert try_dearer(bench, begun(bench)).fitted is None


def test_a_recipe_that_ends_with_its_budget_is_tried_where_it_gets_a_part_of_its_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(
        monkeypatch,
        Prospect("full", 0.02, 0.02, 100_000.0, 4.0),
        Prospect("fewshot", 0.02, 0.02, 100_000.0, 4.0),
    )
    tried: list[str] = []

    def remember(bench: Bench, recipe: str, *_: Any) -> Any:
        tried.append(recipe)
        raise MissingExtraError("torch is not installed.")

    monkeypatch.setattr(trials, "_fit_fold", remember)
    bench.watch.budget = 10_000.0
    choice = try_dearer(bench, begun(bench))
    assert tried == ["full"]
    assert "few-shot needs about 77 h 46 min" in choice.reason["en"]


def test_the_time_for_what_was_kept_is_not_for_later_trials(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(
        monkeypatch,
        Prospect("full", 0.02, 0.02, 1.0, 4.0),
        Prospect("lora", 0.5, 0.02, 1.0, 4.0),
        Prospect("fewshot", 0.6, 0.02, 480.0, 4.0),
    )
    asked: dict[str, float] = {}
    kept = trials._fit_fold

    def remember(bench: Bench, recipe: str, *given: Any) -> Any:
        asked[recipe] = given[-1]
        if recipe == "lora":
            raise MissingExtraError("peft is not installed.")
        fitted, result, _ = kept(bench, recipe, *given)
        return fitted, result, 400.0

    monkeypatch.setattr(trials, "_fit_fold", remember)
    bench.watch.budget = 1_500.0
    choice = try_dearer(bench, saying(bench, right=0.0))
    assert (choice.recipe, choice.fitted) == ("full", None)
    assert asked["full"] == 0
    # Fitted on four fifths of the rows in 400 s; on all of them, as far as its best epoch.
    assert asked["lora"] == pytest.approx(500.0 * choice.settings["epochs"] / 3)
    # Few-shot would take 1,344 of 1,450 s, were nothing set aside.
    assert "fewshot" not in asked
    assert "few-shot needs about 22 min" in choice.reason["en"]


def take_seconds(bench: Bench, monkeypatch: pytest.MonkeyPatch, begin: Choice, **seconds: float) -> list[str]:
    """Trials that all give one model and take such seconds; returns which were tried, as they are."""
    assert begin.judged is not None
    model, result, _ = trials._fit_fold(bench, "full", begin.folds, begin.judged, 0.0)
    assert isinstance(model, FineTuned)
    trial = dataclasses.replace(model, history=())
    tried: list[str] = []

    def give(bench: Bench, recipe: str, *_: Any) -> Any:
        tried.append(recipe)
        return trial, result, seconds[recipe]

    monkeypatch.setattr(trials, "_fit_fold", give)
    return tried


def test_what_replaces_a_recipe_has_the_time_that_was_set_aside_for_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.2, 0.02, 1.0, 4.0), Prospect("lora", 0.5, 0.02, 1.0, 4.0))
    # A model of fewer rows would not be kept: it is not better for sure.
    monkeypatch.setattr(trials, "paired_difference", lambda *_: PairedDifference(0.1, -0.05, 0.2))
    bench.watch.budget = 1_500.0
    # Training for good takes as long as the trial, a quarter more for the rows: 500 and 1,000 of 1,320 s.
    begin = begun(bench)
    take_seconds(bench, monkeypatch, begin, full=400.0, lora=800.0)
    choice = try_dearer(bench, begin)
    assert (choice.recipe, choice.fitted) == ("lora", None)


CHANCE, CERTAIN, WORSE = (
    PairedDifference(0.1, -0.05, 0.2),
    PairedDifference(0.1, 0.05, 0.2),
    PairedDifference(-0.1, -0.2, -0.05),
)


@pytest.mark.parametrize(
    ("difference", "enough", "budget", "folds"),
    [
        (CHANCE, 500, None, 5),
        (CHANCE, 98, None, 2),
        (CERTAIN, 500, None, 1),
        (WORSE, 500, None, 1),
        # A trial takes 400 s, training for good 500 s; 3 s and 3 % of the budget are kept.
        (CHANCE, 500, 1_050.0, 5),
        (CHANCE, 500, 920.0, 1),
    ],
)
def test_where_one_fold_says_too_little_others_are_tried_as_long_as_there_is_time(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    difference: PairedDifference,
    enough: int,
    budget: float | None,
    folds: int,
) -> None:
    plan(monkeypatch, Prospect("full", 0.2, 0.02, 1.0, 4.0))
    monkeypatch.setattr(trials, "paired_difference", lambda *_: difference)
    monkeypatch.setattr(trials, "_ENOUGH_JUDGED", enough)
    bench.watch.budget = budget
    begin = begun(bench)
    tried = take_seconds(bench, monkeypatch, begin, full=400.0)
    choice = try_dearer(bench, begin)
    assert tried == ["full"] * folds
    assert choice.search["full_rows"] == 49 * folds
    if choice.recipe == "full":
        assert len(choice.others) == folds - 1
        assert f"On {49 * folds} held-out texts" in choice.reason["en"]
        assert f"在留出的 {49 * folds} 条文本上" in choice.reason["zh"]


def test_each_trial_leaves_out_another_fold_and_has_checkpoints_of_its_own(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.2, 0.02, 1.0, 4.0))
    monkeypatch.setattr(trials, "paired_difference", lambda *_: CHANCE)
    monkeypatch.setattr(trials, "_ENOUGH_JUDGED", 98)
    begin = begun(bench)
    choice = try_dearer(bench, begin)
    assert choice.judged is not None
    assert [choice.judged.fold, *(other.fold for other in choice.others)] == [0, 1]
    assert begin.folds is not None
    for other in choice.others:
        assert (begin.folds[other.rows] == other.fold).all()
    assert sorted(folder.name for folder in bench.scratch.glob("try-*")) == ["try-full-1", "try-full-2"]


def test_a_trial_that_the_budget_cut_short_is_what_more_time_would_bring(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 5_000.0, 4.0))
    kept = trials._fit_fold

    def short(*given: Any) -> Any:
        fitted, result, seconds = kept(*given)
        assert isinstance(fitted, FineTuned)
        return dataclasses.replace(fitted, cut_short=True), result, seconds

    monkeypatch.setattr(trials, "_fit_fold", short)
    choice = try_dearer(bench, saying(bench, right=0.9))
    assert choice.recipe == "baseline"
    assert (
        "More time would bring about 2.0 points: full fine-tuning needs about 2 h 30 min"
        in choice.reason["en"]
    )
    assert "增加时间预计可提升约 2.0 个百分点：全量微调约需 2 小时 30 分" in choice.reason["zh"]


def test_a_trial_ends_where_what_is_set_aside_begins(bench: Bench) -> None:
    bench.use_settings("full", FullSettings(epochs=10, batch_size=8))
    bench.watch.budget = 10_000.0
    rows = bench.data.train
    whole, short = (bench.fit_rows("full", rows, rows, reserve, part="try") for reserve in (0.0, 10_000.0))
    assert isinstance(whole, FineTuned)
    assert isinstance(short, FineTuned)
    assert (whole.cut_short, short.cut_short) == (False, True)


def test_a_small_further_gain_is_not_worth_trying(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0), Prospect("lora", 0.001, 0.02, 1.0, 4.0))
    tried: list[str] = []
    kept = trials._fit_fold

    def remember(bench: Bench, recipe: str, *given: Any) -> Any:
        tried.append(recipe)
        return kept(bench, recipe, *given)

    monkeypatch.setattr(trials, "_fit_fold", remember)
    try_dearer(bench, begun(bench))
    assert tried == ["full"]


def test_gains_of_one_trial_after_the_other_add_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(
        monkeypatch,
        Prospect("full", 0.02, 0.02, 1.0, 4.0),
        Prospect("lora", 0.02, 0.02, 1.0, 4.0),
        Prospect("fewshot", 0.022, 0.02, 1.0, 4.0),
    )
    monkeypatch.setattr(trials, "paired_difference", lambda *_: PairedDifference(0.01, 0.005, 0.015))
    begin = begun(bench)
    tried = take_seconds(bench, monkeypatch, begin, full=1.0, lora=1.0, fewshot=1.0)
    assert try_dearer(bench, begin).recipe == "lora"
    assert tried == ["full", "lora"]


@pytest.mark.parametrize(
    ("gain", "words", "chinese"),
    [
        (0.01, "More time would bring about nothing that is known here", "增加时间预计不会再有提升"),
        (0.032, "More time would bring about nothing that is known here", "增加时间预计不会再有提升"),
        (0.04, "More time would bring about 1.0 points: few-shot", "预计可提升约 1.0 个百分点：小样本"),
    ],
)
def test_what_was_left_out_early_is_compared_with_what_was_gained_later(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, gain: float, words: str, chinese: str
) -> None:
    plan(monkeypatch, Prospect("fewshot", gain, 0.02, 10_000.0, 4.0), Prospect("full", 0.02, 0.02, 1.0, 4.0))
    monkeypatch.setattr(trials, "paired_difference", lambda *_: PairedDifference(0.03, 0.03, 0.03))
    bench.watch.budget = 1_000.0
    begin = begun(bench)
    take_seconds(bench, monkeypatch, begin, full=1.0)
    choice = try_dearer(bench, begin)
    assert choice.recipe == "full"
    assert words in choice.reason["en"]
    assert chinese in choice.reason["zh"]


@pytest.mark.parametrize("kind", [MissingExtraError, MachineError, DivergedError, UsageError, ModelError])
def test_a_recipe_that_cannot_be_tried_is_passed_over(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, kind: type[HeadwayError]
) -> None:
    plan(monkeypatch, Prospect("full", 0.02, 0.02, 1.0, 4.0))
    refuse(monkeypatch, kind("That does not go."))
    choice = try_dearer(bench, begun(bench))
    assert choice.recipe == "baseline"
    assert "full could not be tried: That does not go." in choice.reason["en"]
    assert "未能尝试 full：That does not go." in choice.reason["zh"]


def test_what_cannot_be_tried_does_not_end_the_search(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, Prospect("lora", 0.02, 0.02, 1.0, 4.0), Prospect("full", 0.02, 0.02, 1.0, 4.0))
    bench.use_settings("lora", LoraSettings(targets="Wqkv"))
    choice = try_dearer(bench, saying(bench, right=0.0))
    assert choice.recipe == "full"
    assert "lora could not be tried" in choice.reason["en"]
    assert "has no matrices named Wqkv" in choice.reason["en"]


def test_where_nothing_was_compared_nothing_is_tried(bench: Bench) -> None:
    choice = Choice("baseline", {"en": "", "zh": ""})
    assert try_dearer(bench, choice) is choice
