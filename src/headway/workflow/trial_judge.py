"""How one trial of a search is measured: on folds of the training rows, given up where it is hopeless."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headway.errors import HeadwayError
from headway.training.cross_validation import FoldResult, correct, run_fold
from headway.training.events import Event
from headway.training.recipe import HeldOut
from headway.workflow.variants import variant

if TYPE_CHECKING:
    from headway.workflow.bench import Bench

# A search that has a budget takes fewer folds rather than fewer trials than these.
_TRIALS_WANTED = 10


class _GivenUpError(BaseException):
    """A trial is not worth going on with. No `Exception`: a recipe of the user's must not catch it."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state = state


class TrialJudge:
    """Measures settings of one recipe on the same held-out training rows each time.

    A recipe that is quick is fitted once for each fold, of as many folds as the time allows, and the share of
    right labels so far is what it is judged by on the way. One that trains an encoder is fitted once, on all
    folds but the first, and judged by its epochs: the best of them is kept by the first fold, for all
    settings alike.
    """

    def __init__(
        self,
        bench: Bench,
        recipe: str,
        folds: NDArray[np.int64],
        n_folds: int,
        seconds_left: Callable[[], float],
    ) -> None:
        self._bench = bench
        self._recipe = recipe
        self._folds = folds
        self._seconds_left = seconds_left
        self._by_epochs = bench.traits(recipe).needs == "base"
        self._n_folds = n_folds
        #: folds that each trial is measured on; None until the first fold has told how long one takes
        self.folds_used: int | None = 1 if self._by_epochs else None
        #: seconds that the longest fit took
        self.longest_fit = 0.0
        #: why the last trial that failed did so
        self.last_error: HeadwayError | None = None
        self._so_far: float | None = None

    @property
    def n_rows(self) -> int:
        """Held-out rows that each trial is measured on."""
        used = self.folds_used or self._n_folds
        return int(((self._folds < used) & ~self._bench.data.train.fit_only).sum())

    @property
    def folds(self) -> str:
        """How many of the folds are used, in words."""
        return f"{self.folds_used or self._n_folds} of {self._n_folds}"

    def judge(self, settings: Mapping[str, Any], asked: Any) -> dict[str, Any]:
        """Measure settings; gives `state`, `accuracy`, `reason` and `wrong` of a `Trial`.

        `asked` is told of figures on the way (`report`) and says whether to give up (`should_prune`).
        """
        results: list[FoldResult] = []
        self._so_far = None
        try:
            self._bench.traits(self._recipe).Settings(**settings)
        except ValueError as error:
            return {"state": "failed", "reason": f"These settings do not go together: {error}."}
        try:
            for fold in range(self._n_folds):
                results.append(self._fold(settings, fold, asked))
                if self.folds_used is None:
                    self.folds_used = self._affordable(results[0].seconds)
                if fold + 1 == self.folds_used:
                    break
                self._look(asked, fold, self._accuracy(results))
                self._look_at_clock()
        except _GivenUpError as ended:
            return {"state": ended.state, "accuracy": self._so_far, "reason": str(ended)}
        except HeadwayError as error:
            self.last_error = error
            return {"state": "failed", "reason": error.message}
        hits = correct(results, self._bench.data.train.labels)
        wrong = np.flatnonzero(~hits).tolist()
        return {"state": "done", "accuracy": float(hits.mean()), "wrong": wrong}

    def _fold(self, settings: Mapping[str, Any], fold: int, asked: Any) -> FoldResult:
        rows, names = self._bench.data.train, self._bench.data.names

        def listen(event: Event) -> None:
            if event.kind == "epoch" and "accuracy" in event.figures:
                self._look(asked, event.epoch - 1, event.figures["accuracy"])
            self._look_at_clock()

        began = time.perf_counter()
        try:
            held_out = self._held_out(fold) if self._by_epochs else None
            with variant(
                self._bench, self._recipe, settings=settings, held_out=held_out, on_event=listen
            ) as recipe:
                return run_fold(recipe, rows.texts, rows.labels, len(names), self._folds, fold, rows.fit_only)
        finally:
            self.longest_fit = max(self.longest_fit, time.perf_counter() - began)

    def _affordable(self, seconds: float) -> int:
        """Folds a trial may take where one takes so many seconds: many trials say more than many folds."""
        left = self._seconds_left()
        if left == float("inf"):
            return self._n_folds
        return max(1, min(self._n_folds, int(left / _TRIALS_WANTED / max(seconds, 1e-3))))

    def _held_out(self, fold: int) -> HeldOut:
        rows = self._bench.data.train
        chosen = rows.take(np.flatnonzero((self._folds == fold) & ~rows.fit_only).tolist())
        return HeldOut(chosen.texts, chosen.labels)

    def _accuracy(self, results: list[FoldResult]) -> float:
        return float(correct(results, self._bench.data.train.labels).mean())

    def _look(self, asked: Any, step: int, accuracy: float) -> None:
        self._so_far = accuracy
        asked.report(accuracy, step)
        if asked.should_prune():
            raise _GivenUpError("pruned", "behind three quarters of the earlier trials at the same point")

    def _look_at_clock(self) -> None:
        if self._seconds_left() < 0:
            raise _GivenUpError("stopped", "the budget was used up")
