"""The second half of `auto`: recipes that train the encoder, tried where time and prospects allow."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.errors import DivergedError, MachineError, MissingExtraError, ModelError, UsageError
from headway.evaluation.bootstrap import FEW, PairedDifference, paired_difference, wilson
from headway.training.cross_validation import FoldResult, correct
from headway.training.fine_tuned import FineTuned
from headway.training.recipe import Fitted
from headway.workflow import auto_words as words
from headway.workflow.auto import N_FOLDS, Choice
from headway.workflow.auto_words import Words
from headway.workflow.bench import Bench
from headway.workflow.prospects import Prospect, expected_gain, expected_loss, planned

# A trial leaves out one fold; the final training takes all rows.
_TRIAL_SHARE = (N_FOLDS - 1) / N_FOLDS
# Part of the budget kept for exporting, measuring and registering.
_RESERVE = 0.12
# Below this, a further gain is not worth the time it takes, and another recipe not worth keeping.
_WORTH_TRYING, _WORTH_KEEPING = 0.003, 0.002
# Errors get fewer with n rows as n^-0.14; docs/training.md says where that was measured.
_EXPONENT = 0.14
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
                cost = self._trial_cost(prospect)
                risk = expected_loss(self._promised(prospect), prospect.deviation)
                if cost > risk:
                    self._train_untried(prospect, risk, cost)
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

    def _trial_cost(self, prospect: Prospect) -> float:
        """What the rows left out by a trial would bring, a fraction, where its model is the one to publish.

        That is nothing where the time reaches for both, as it does for what is fitted twice anyway, and for
        rows that the time does not reach for.
        """
        if _seconds(self._bench, prospect) <= self._time_left():
            return 0.0
        passes = prospect.passes * self._time_left() / prospect.seconds
        part = min(_TRIAL_SHARE, passes) / min(1.0, passes)
        return _saved(part) * _wrong(self._right())

    def _train_untried(self, prospect: Prospect, risk: float, cost: float) -> None:
        """Train a recipe at once, on all rows, and keep it for what it brought on other data.

        Where it was slower than planned and has seen fewer rows than a trial would have, leaving the trial
        out was a mistake: then what was kept so far is published.
        """
        recipe, gain, seconds = prospect.recipe, self._promised(prospect), _seconds(self._bench, prospect)
        settings = {"epochs": self._bench.settings_of(recipe)["epochs"]}
        with self._bench.watch.stage("fit"):
            self._bench.say(f"Fitting {recipe}")
            # A run that is resumed may have time for a trial: these checkpoints are not for what follows it.
            fitted = self._bench.fit(
                recipe, self._bench.precision, settings=settings, measured=False, part="untried"
            )
        if _passes_made(self._bench, recipe, fitted) < _TRIAL_SHARE:
            self._notes.append(words.too_slow(recipe, self._choice.recipe))
            return
        self._notes.append(words.untried(recipe, gain, risk, cost, seconds))
        self._choice = dataclasses.replace(
            self._choice, recipe=recipe, settings=settings, fitted=fitted, from_trial=False
        )

    def _tried(self, recipe: str) -> _Trial:
        """Try a recipe on one fold; while those so far say too little and there is time, on another."""
        first, *others = self._compared()
        fitted, result, seconds = _fit_fold(self._bench, recipe, self._choice.folds, first, self._reserved)
        results = [result]
        difference = self._difference(results)
        final = _final_seconds(self._bench, recipe, seconds / _TRIAL_SHARE)
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
        again = trial.seconds / _TRIAL_SHARE * _part_needed(trial.fitted)
        # What is fitted once more anyway was not begun without the time for it. What is set aside for the
        # recipe kept so far is free again where this one replaces it.
        fits = self._bench.traits(recipe).refits or again <= self._time_left() + self._reserved
        expected = expected_gain(self._promised(prospect), prospect.deviation, difference)
        expected -= 0.0 if fits else _saved(_TRIAL_SHARE) * _wrong(self._right(len(trial.results)))
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
        watch = self._bench.watch
        return watch.left - self._reserved - (0.0 if watch.budget is None else _RESERVE * watch.budget)


def _wrong(right: NDArray[np.bool_]) -> float:
    """The fraction that is not right; 0 of none."""
    return float((~right).sum()) / max(len(right), 1)


def _saved(part: float) -> float:
    """The part of the errors that all rows save, against a part of the rows."""
    return float(1 - part**_EXPONENT)


def _seconds(bench: Bench, prospect: Prospect) -> float:
    """What trying a recipe and then training it for good costs; some are fitted once more on all rows."""
    return _TRIAL_SHARE * prospect.seconds + _final_seconds(bench, prospect.recipe, prospect.seconds)


def _final_seconds(bench: Bench, recipe: str, once: float) -> float:
    """What training a recipe for good takes, where one training on all rows takes `once` seconds."""
    return (2 if bench.traits(recipe).refits else 1) * once


def _least_seconds(bench: Bench, prospect: Prospect) -> float:
    """The least time in which a recipe can be tried: a part of its trial, where that ends with the budget."""
    if bench.traits(prospect.recipe).refits:
        return _seconds(bench, prospect)
    return _LEAST_PART * _TRIAL_SHARE * prospect.seconds


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
    if not isinstance(fitted, FineTuned) or not fitted.history:
        return 0.0
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
