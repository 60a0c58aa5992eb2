"""The second half of `auto`: recipes that train the encoder, tried where time and prospects allow."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.errors import (
    DivergedError,
    MachineError,
    MissingExtraError,
    ModelError,
    TooSlowError,
    UsageError,
)
from headway.evaluation.bootstrap import FEW, PairedDifference, paired_difference, wilson
from headway.training.cross_validation import FoldResult, correct
from headway.training.fine_tuned import FineTuned
from headway.training.recipe import Fitted
from headway.workflow import auto_words as words
from headway.workflow.auto import Choice
from headway.workflow.auto_words import Words
from headway.workflow.bench import Bench
from headway.workflow.prospects import Prospect, planned
from headway.workflow.trial_worth import (
    TRIAL_SHARE,
    expected_gain,
    expected_loss,
    least_passes,
    saved,
    trial_cost,
)

# Below this, a further gain is not worth the time it takes, and another recipe not worth keeping.
_WORTH_TRYING, _WORTH_KEEPING = 0.003, 0.002
# The seconds that a training takes have been expected up to so many times too long.
_QUICKER = 2.0
# A recipe that ends with its budget is tried where it gets at least this part of the time it would take.
_LEAST_PART = 0.05
# Where the fold that a trial is judged on has fewer rows, and the difference may be chance, another is tried.
_ENOUGH_JUDGED = 500
# A trial that ends so is left out, with a note; what was found before is kept.
_PASSED_OVER = (MissingExtraError, MachineError, DivergedError, UsageError, ModelError)


def try_dearer(bench: Bench, choice: Choice) -> Choice:
    """Try recipes that train the encoder, one after the other, and keep what is better.

    Stops where the budget does not reach for the next, or its prospects are not worth the time; what was
    tried, what was left out and why goes into the reason. Where a trial has left no time to train on all
    rows, its own model is the one to publish; where that would cost more than a trial can tell, the recipe
    is kept without one.
    """
    if choice.judged is None or choice.folds is None or bench.request.light:
        return choice
    return _Trials(bench, choice).run()


@dataclass(frozen=True)
class _Trial:
    """A recipe that was tried."""

    #: fitted without the first of the folds it was judged on
    fitted: Fitted
    #: what that took
    seconds: float
    results: tuple[FoldResult, ...]
    #: to the recipe kept so far, on the same rows
    difference: PairedDifference | None


class _Trials:
    """The trials of one choice; `run` is called once."""

    def __init__(self, bench: Bench, choice: Choice) -> None:
        self._bench = bench
        self._choice = choice
        #: how much better the choice is than the one that was begun with
        self._gained = 0.0
        #: what training the choice on all rows will take; no later trial may use it up
        self._reserved = 0.0
        #: what was not tried, or not to its end
        self._left_out: list[Prospect] = []
        self._notes: list[Words] = []

    def run(self) -> Choice:
        for prospect in self._worth_trying():
            if _least_seconds(self._bench, prospect) > self._time_left():
                self._left_out.append(prospect)
                continue
            try:
                if self._train_untried(prospect):
                    break
                self._judge(prospect, self._tried(prospect.recipe))
            except _PASSED_OVER as error:
                self._notes.append(words.not_tried(prospect.recipe, error.message))
        else:
            self._notes.append(self._settle())
        said = [self._choice.reason, *self._notes]
        reason = {language: " ".join(one[language] for one in said) for language in ("en", "zh")}
        return dataclasses.replace(self._choice, reason=reason)

    def _worth_trying(self) -> Iterator[Prospect]:
        """What promises more than was gained so far, as long as anything can be told to be better."""
        if self._all_right():
            return
        for prospect in planned(self._bench):
            if self._promises_more(prospect) and not self._all_right():
                yield prospect

    def _promises_more(self, prospect: Prospect) -> bool:
        return self._promised(prospect) >= _WORTH_TRYING

    def _promised(self, prospect: Prospect) -> float:
        """The gain to expect over the recipe kept so far; it cannot be more than that may have wrong."""
        right = self._right()
        return min(prospect.gain - self._gained, float(wilson((~right).sum(), len(right))[1]))

    def _all_right(self) -> int:
        """How many judged rows say that none can be better, as all of them are right; 0 = they do not.

        The rows that a trial is judged on decide; where they are few, those of the other folds as well.
        """
        choice, labels = self._choice, self._bench.data.train.labels
        if choice.judged is None:
            return 0
        right = correct([choice.judged], labels)
        if len(right) < FEW:
            right = correct([choice.judged, *choice.others], labels)
        return len(right) if len(right) >= FEW and right.all() else 0

    def _train_untried(self, prospect: Prospect) -> bool:
        """Train a recipe at once, on all rows, and keep it for what it brought on other data, or give False.

        That is begun where time does not reach for a trial and this training, and may reach for so many rows
        that leaving some of them to a trial would cost more than the trial can tell. The first steps say
        whether it does; else the training ends with them.
        """
        bench, recipe = self._bench, prospect.recipe
        gain, wrong = self._promised(prospect), _wrong(self._right())
        risk = expected_loss(gain, prospect.deviation)
        least, time_left = least_passes(risk, wrong), self._time_left()
        if _seconds(bench, prospect) <= time_left:
            return False
        if _QUICKER * prospect.passes * time_left / prospect.seconds < least:
            return False
        settings, begun = {"epochs": bench.settings_of(recipe)["epochs"]}, bench.watch.seconds
        try:
            fitted = self._fit_untried(recipe, settings, least)
        except TooSlowError:
            self._notes.append(words.too_slow(recipe))
            return False
        passes = _passes_made(bench, recipe, fitted)
        whole = (bench.watch.seconds - begun) * prospect.passes / passes
        with_trial = _seconds(bench, dataclasses.replace(prospect, seconds=whole))
        self._notes.append(words.untried(recipe, gain, risk, trial_cost(passes, wrong), with_trial))
        self._choice = dataclasses.replace(
            self._choice, recipe=recipe, settings=settings, fitted=fitted, from_trial=False
        )
        return True

    def _fit_untried(self, recipe: str, settings: dict[str, Any], least: float) -> Fitted:
        """Fit a recipe on all training rows; it has to go through at least such a part of them."""
        bench, n_rows = self._bench, len(self._bench.data.train)
        with bench.watch.stage("fit"):
            bench.say(f"Fitting {recipe}")
            # A run that is resumed may have time for a trial: these checkpoints are not for what follows it.
            return bench.fit(
                recipe,
                bench.precision,
                settings=settings,
                measured=False,
                part="untried",
                least_rows=math.ceil(least * n_rows),
            )

    def _tried(self, recipe: str) -> _Trial:
        """Try a recipe on one fold; while those so far say too little and there is time, on another."""
        first, *others = self._compared()
        fitted, result, seconds = _fit_fold(self._bench, recipe, self._choice.folds, first, self._reserved)
        results = [result]
        difference = self._difference(results)
        final = _final_seconds(self._bench, recipe, seconds / TRIAL_SHARE)
        for other in others:
            if _says_enough(results, difference) or seconds + final > self._time_left():
                break
            again = _fit_fold(self._bench, recipe, self._choice.folds, other, self._reserved + final)
            results.append(again[1])
            difference = self._difference(results)
        return _Trial(fitted, seconds, tuple(results), difference)

    def _compared(self) -> list[FoldResult]:
        """What the recipe kept so far said of the folds that it was judged on."""
        choice = self._choice
        if choice.judged is None:
            raise ValueError("There is nothing to judge a trial by.")
        return [choice.judged, *(other for other in choice.others if len(other.rows))]

    def _difference(self, results: Sequence[FoldResult]) -> PairedDifference | None:
        right = correct(results, self._bench.data.train.labels)
        return paired_difference(right, self._right(len(results)))

    def _right(self, n_folds: int | None = None) -> NDArray[np.bool_]:
        """Which rows of so many folds, or of all, the recipe kept so far has right."""
        return correct(self._compared()[:n_folds], self._bench.data.train.labels)

    def _judge(self, prospect: Prospect, trial: _Trial) -> None:
        """Keep the recipe of a trial where it is to be expected better than the one kept so far."""
        recipe, difference = prospect.recipe, trial.difference
        right = correct(trial.results, self._bench.data.train.labels)
        figures = {
            f"{recipe}_accuracy": float(right.mean()),
            f"{recipe}_rows": len(right),
            f"{recipe}_seconds": round(trial.seconds, 1),
        }
        self._choice = dataclasses.replace(self._choice, search={**self._choice.search, **figures})
        if difference is None:
            return
        again = trial.seconds / TRIAL_SHARE * _part_needed(trial.fitted)
        # What is fitted once more anyway was not begun without the time for it. What is set aside for the
        # recipe kept so far is free again where this one replaces it.
        fits = self._bench.traits(recipe).refits or again <= self._time_left() + self._reserved
        expected = expected_gain(self._promised(prospect), prospect.deviation, difference)
        expected -= 0.0 if fits else saved(TRIAL_SHARE) * _wrong(self._right(len(trial.results)))
        better = expected >= _WORTH_KEEPING
        self._notes.append(
            words.compared(recipe, self._choice.recipe, difference, expected, len(right), better)
        )
        if better:
            self._gained += expected
            self._reserved = _final_seconds(self._bench, recipe, again) if fits else 0.0
            self._choice = dataclasses.replace(
                self._choice,
                recipe=recipe,
                judged=trial.results[0],
                others=trial.results[1:],
                settings=_settings_of(trial.fitted),
                fitted=None if fits else trial.fitted,
                from_trial=not fits,
            )
        elif isinstance(trial.fitted, FineTuned) and trial.fitted.cut_short:
            self._left_out.append(prospect)

    def _settle(self) -> Words:
        """What more time would bring."""
        if self._choice.from_trial:
            return words.OF_FEWER_ROWS
        if n := self._all_right():
            return words.all_right(n)
        # What was left out early may promise nothing beyond what was gained after it.
        left_out = list(filter(self._promises_more, self._left_out))
        if not left_out:
            return words.NOTHING_MORE
        best = max(left_out, key=lambda prospect: prospect.gain)
        return words.more_time(best.recipe, self._promised(best), _seconds(self._bench, best))

    def _time_left(self) -> float:
        return self._bench.seconds_for_fitting() - self._reserved


def _wrong(right: NDArray[np.bool_]) -> float:
    """The fraction that is not right; 0 of none."""
    return float((~right).sum()) / max(len(right), 1)


def _seconds(bench: Bench, prospect: Prospect) -> float:
    """What trying a recipe and then training it for good costs; some are fitted once more on all rows."""
    return TRIAL_SHARE * prospect.seconds + _final_seconds(bench, prospect.recipe, prospect.seconds)


def _final_seconds(bench: Bench, recipe: str, once: float) -> float:
    """What training a recipe for good takes, where one training on all rows takes `once` seconds."""
    return (2 if bench.traits(recipe).refits else 1) * once


def _least_seconds(bench: Bench, prospect: Prospect) -> float:
    """The least time in which a recipe can be tried: a part of its trial, where that ends with the budget."""
    if bench.traits(prospect.recipe).refits:
        return _seconds(bench, prospect)
    return _LEAST_PART * TRIAL_SHARE * prospect.seconds


def _part_needed(trial: Fitted) -> float:
    """The part of the trial's time that training for good will take: it ends with the best epoch."""
    if not isinstance(trial, FineTuned) or not trial.history:
        return 1.0
    return float(_best_epoch(trial)["step"] / trial.history[-1]["step"])


def _fit_fold(
    bench: Bench, recipe: str, folds: NDArray[np.int64] | None, before: FoldResult, reserve: float
) -> tuple[Fitted, FoldResult, float]:
    """Fit a recipe on all folds but that of a result of `before`, and judge it there.

    It leaves `reserve` seconds of the budget.
    """
    if folds is None:
        raise ValueError("There is no fold to judge on.")
    rest = [row for row, fold in enumerate(folds.tolist()) if fold != before.fold]
    with bench.watch.stage(f"try {recipe}"):
        start = time.perf_counter()
        rows, others = bench.data.train.take(rest), bench.data.train.take(before.rows.tolist())
        fitted = bench.fit_rows(recipe, rows, others, reserve, part=f"try-{recipe}-{before.fold + 1}")
        scores = fitted.scores([bench.data.train.texts[row] for row in before.rows.tolist()])
        seconds = time.perf_counter() - start
    return fitted, FoldResult(before.fold, before.rows, scores, seconds), seconds


def _passes_made(bench: Bench, recipe: str, fitted: Fitted) -> float:
    """How often a training went through all training rows."""
    if not isinstance(fitted, FineTuned):
        raise TypeError(f"{recipe} was not trained by steps.")
    seen = fitted.history[-1]["step"] * bench.settings_of(recipe)["batch_size"]
    return float(seen / len(bench.data.train))


def _says_enough(results: Sequence[FoldResult], difference: PairedDifference | None) -> bool:
    if sum(len(result.rows) for result in results) >= _ENOUGH_JUDGED:
        return True
    return difference is not None and (difference.low > 0 or difference.high < 0)


def _settings_of(trial: Fitted) -> dict[str, Any]:
    """What the final training takes over from the trial: the epochs after which it was best."""
    if not isinstance(trial, FineTuned) or not trial.history:
        return {}
    return {"epochs": int(_best_epoch(trial)["epoch"])}


def _best_epoch(trial: FineTuned) -> dict[str, Any]:
    return max(trial.history, key=lambda entry: (entry.get("accuracy", 0.0), -entry["epoch"]))
