"""Searching the settings of a recipe: trials on folds of the training rows, within the budget.

Settings are proposed by the tree-structured Parzen estimator (Bergstra et al. 2011, "Algorithms for
Hyper-Parameter Optimization"), the defaults first. A trial that is behind three quarters of the earlier ones
at the same point is given up, a gentler form of the median rule of Golovin et al. 2017, "Google Vizier".
Validation and test rows have no say, and the figures are those of a search: the published ones are measured
afterwards.
"""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headway.errors import UsageError
from headway.terminal import Progress, percent
from headway.training.events import Event, Sink
from headway.training.folds import stratified_folds
from headway.training.search_space import Choice, Space, searched
from headway.training.sinks import quiet
from headway.workflow.best_of_many import luck_of_the_best
from headway.workflow.study_words import search_words, short
from headway.workflow.trial_judge import TrialJudge
from headway.workflow.trial_rows import Trial, TrialFile, best_of

if TYPE_CHECKING:
    from headway.workflow.bench import Bench

#: trials where neither --trials nor --budget say how many
N_TRIALS = 20
#: trials where only the budget says how many: with more, the search would fit itself to its folds
MOST_TRIALS = 200
N_FOLDS = 5
# So many trials are run to the end before one is given up.
_BEFORE_PRUNING = 4
# One fold or one epoch says too little to give a trial up.
_STEPS_BEFORE_PRUNING = 1
_KEPT = 75.0
# Share of the budget that is left to the training itself, before a trial has told how long a fit takes.
_SHARE_FOR_TRAINING = 0.5
# Fits that the training itself may need: before validation, and again on all rows; and as much for the rest.
_FITS_TO_COME = 3


@dataclass(frozen=True)
class Found:
    """What a search found."""

    #: an instance of the recipe's settings, to be trained with
    settings: Any
    #: one row a trial: `number`, `settings`, `state`, `accuracy`, `seconds`, `reason`
    trials: list[dict[str, Any]]
    #: counts of trials by state, the best and the defaults on the held-out training rows, and their distance
    figures: dict[str, Any]
    #: the same in sentences, by language
    words: dict[str, str]


def search(
    bench: Bench,
    recipe: str,
    *,
    n_trials: int | None = None,
    progress: Progress,
    on_event: Sink,
    file: Path | None = None,
) -> Found:
    """Try settings of a recipe on folds of the training rows and give the best of them.

    Settings of the request are fixed and not searched. `on_event` is told of each trial in words; `file`
    keeps the trials, and one that is there is gone on with. Ctrl-C ends the search, not the training, once a
    trial is done. Raises `UsageError` where the budget reaches for no trial, and what a recipe raises where
    none of the trials could be carried out.
    """
    asked = _Search(bench, recipe, progress, on_event, TrialFile(file))
    limit = n_trials or (N_TRIALS if bench.watch.budget is None else MOST_TRIALS)
    with bench.watch.stage("search"):
        return asked.run(limit)


class _Search:
    def __init__(
        self, bench: Bench, recipe: str, progress: Progress, on_event: Sink, file: TrialFile
    ) -> None:
        self._bench = bench
        self._recipe = recipe
        self._progress = progress
        self._on_event = on_event
        self._file = file
        self._kind = bench.traits(recipe).Settings
        self._given = bench.settings_of(recipe)
        self._space = searched(self._kind, bench.request.settings)
        rows = bench.data.train
        n_folds = min(N_FOLDS, len(set(rows.clusters)))
        folds = stratified_folds(rows.labels, rows.clusters, n_folds, seed=bench.request.seed)
        self._judge = TrialJudge(bench, recipe, folds, n_folds, self._seconds_left)
        self._trials: list[Trial] = []

    def run(self, limit: int) -> Found:
        rows = len(self._bench.data.train)
        identity = {"recipe": self._recipe, "settings": self._given, "rows": rows}
        self._trials = self._file.read(identity)
        if earlier := best_of(self._trials):
            self._judge.folds_used = earlier.folds
        self._file.begin(identity, self._trials)
        study, ended = self._study(), "trials"
        try:
            while len(self._trials) < limit:
                if not self._has_time():
                    ended = "budget"
                    break
                self._one(study, limit)
        except KeyboardInterrupt:
            if best_of(self._trials) is None:
                raise
            ended = "interrupted"
        best = best_of(self._trials)
        if best is None:
            raise self._nothing()
        return self._found(best, "budget" if self._trials[-1].state == "stopped" else ended)

    def _one(self, study: Any, limit: int) -> None:
        """Carry out one trial."""
        import optuna  # noqa: PLC0415 - an extra, and slow to load

        number = len(self._trials)
        self._progress("Searching settings", number, limit)
        with quiet():
            # A default may lie outside the range; it is tried all the same.
            asked = study.ask({name: _distribution(space) for name, space in self._space.items()})
        began = time.perf_counter()
        outcome = self._judge.judge({**self._given, **asked.params}, asked)
        seconds, folds = time.perf_counter() - began, self._judge.folds_used or 1
        trial = Trial(number, dict(asked.params), seconds=seconds, folds=folds, **outcome)
        states = optuna.trial.TrialState
        told = {"done": states.COMPLETE, "failed": states.FAIL}.get(trial.state, states.PRUNED)
        study.tell(asked, trial.accuracy if trial.state == "done" else None, told)
        self._trials.append(trial)
        self._file.add(trial)
        self._on_event(self._event(trial))

    def _study(self) -> Any:
        import optuna  # noqa: PLC0415

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        # With the same seed a search that is gone on with would propose the same settings again.
        seed = self._bench.request.seed + len(self._trials)
        study = optuna.create_study(
            direction="maximize",
            sampler=optuna.samplers.TPESampler(seed=seed),
            pruner=optuna.pruners.PercentilePruner(
                _KEPT, n_startup_trials=_BEFORE_PRUNING, n_warmup_steps=_STEPS_BEFORE_PRUNING
            ),
        )
        distributions = {name: _distribution(space) for name, space in self._space.items()}
        for trial in self._trials:
            if trial.state == "done":
                study.add_trial(
                    optuna.trial.create_trial(
                        params=trial.settings, distributions=distributions, value=trial.accuracy
                    )
                )
        if not self._trials:
            study.enqueue_trial({name: self._given[name] for name in self._space})
        return study

    def _seconds_left(self) -> float:
        """Seconds that the trials may still take."""
        watch = self._bench.watch
        if watch.budget is None:
            return float("inf")
        fit = self._judge.longest_fit
        reserve = _FITS_TO_COME * fit if best_of(self._trials) else _SHARE_FOR_TRAINING * watch.budget
        return watch.left - reserve

    def _has_time(self) -> bool:
        """Whether another trial is likely to come to an end."""
        done = [trial.seconds for trial in self._trials if trial.state == "done"]
        return self._seconds_left() > (float(np.median(done)) if done else 0.0)

    def _nothing(self) -> Exception:
        """Why no trial came to an end."""
        if self._judge.last_error is not None:
            return self._judge.last_error
        budget = self._bench.watch.budget or 0.0
        took = sum(trial.seconds for trial in self._trials)
        return UsageError(
            f"The budget of {budget:g} seconds does not reach for one trial of {self._recipe}: half of it is "
            f"the training's own, and {took:.0f} seconds of search were not enough.",
            next_step="Give a larger --budget, or train without --search.",
        )

    def _found(self, best: Trial, ended: str) -> Found:
        n, done = self._judge.n_rows, [trial for trial in self._trials if trial.state == "done"]
        default = next((trial for trial in done if trial.number == 0), None)
        gain, luck = None, None
        if default is not None:
            base = default.right(n).astype(np.int64)
            others = [trial.right(n).astype(np.int64) - base for trial in done if trial.number]
            luck = luck_of_the_best(np.array(others).reshape(len(others), n))
            gain = (best.accuracy or 0.0) - (default.accuracy or 0.0)
        figures = {
            "trials": dict(Counter(trial.state for trial in self._trials)),
            "rows": n,
            "folds": self._judge.folds,
            "best": best.number,
            "settings": best.settings,
            "accuracy": best.accuracy,
            "default_accuracy": default.accuracy if default else None,
            "gain": gain,
            "luck": luck,
            "clear": gain is not None and luck is not None and gain > luck,
            "ended": ended,
        }
        settings = self._kind(**{**self._given, **best.settings})
        return Found(settings, [trial.row() for trial in self._trials], figures, search_words(figures))

    def _event(self, trial: Trial) -> Event:
        shown = ", ".join(f"{name}={short(value)}" for name, value in trial.settings.items())
        came = trial.reason if trial.accuracy is None else f"accuracy {percent(trial.accuracy)}"
        if trial.accuracy is not None and trial.state != "done":
            came = f"given up at {came}: {trial.reason}"
        figures = {} if trial.accuracy is None else {"search_accuracy": trial.accuracy}
        words = f"Trial {trial.number} ({shown}): {came}; {trial.seconds:.1f} s."
        return Event("note", step=trial.number, figures=figures, words=words)


def _distribution(space: Space) -> Any:
    from optuna import distributions  # noqa: PLC0415

    if isinstance(space, Choice):
        return distributions.CategoricalDistribution(space.values)
    if space.is_whole:
        return distributions.IntDistribution(int(space.low), int(space.high), log=space.log)
    return distributions.FloatDistribution(space.low, space.high, log=space.log)


def search_problem(recipe: str, kind: type[Any], settings: Mapping[str, str]) -> str:
    """Why the settings of a recipe cannot be searched, or ""."""
    names = [field.name for field in dataclasses.fields(kind)]
    if not searched(kind, {}):
        return f"--search: the recipe {recipe} names no range for any of its settings ({', '.join(names)})"
    if not searched(kind, settings):
        fixed = ", ".join(searched(kind, {}))
        return f"--search: all that could be searched ({fixed}) is fixed with --set"
    return ""
