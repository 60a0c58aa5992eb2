"""What is done around one training: settings searched before it, folds and further seeds beside it."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.errors import MissingExtraError, UsageError
from headway.terminal import Progress
from headway.training.events import Sink
from headway.training.recipe import Fitted, HeldOut, recipe_class
from headway.workflow.cross_validate import CrossValidation, cross_validate
from headway.workflow.repeats import Measure, repeat
from headway.workflow.search import Found, search, search_problem

if TYPE_CHECKING:
    from headway.workflow.bench import Bench
    from headway.workflow.data import Rows, TrainingData
    from headway.workflow.request import TrainRequest

_TRIALS = "trials.jsonl"


@dataclass(frozen=True)
class Studies:
    """What folds and repeats found."""

    #: `folds` and `repeats`, as far as they were asked for
    metrics: dict[str, Any] = field(default_factory=dict)
    #: the same keys: sentences by language
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    #: scores of every training row by a model that had not seen it
    out_of_fold: CrossValidation | None = None


def check_studies(request: TrainRequest, data: TrainingData) -> None:
    """Raise `UsageError` naming all that was asked for and that these data or this recipe cannot bear.

    Raises `MissingExtraError` for a search without optuna.
    """
    problems = []
    if request.folds is not None and (problem := _fold_problem(request.folds, data.train, data.names)):
        problems.append(problem)
    if request.repeats > 1 and not len(data.validation):
        problems.append("--repeats: there are no validation rows to measure the repeats on")
    if request.search:
        kind = recipe_class(request.recipe).Settings
        if problem := search_problem(request.recipe, kind, request.settings):
            problems.append(problem)
        if len(set(data.train.clusters)) < 2:
            problems.append("--search: all training texts belong together, so none can be held out")
    if problems:
        raise UsageError(f"{'; '.join(problems)}.", next_step="Correct these, then run the command again.")
    if request.search and importlib.util.find_spec("optuna") is None:
        raise MissingExtraError(
            "--search needs the package optuna, which is not installed.",
            next_step="pip install 'headway[train]'",
        )


def search_before(
    bench: Bench, recipe: str, *, progress: Progress, on_event: Sink, folder: Path | None = None
) -> Found | None:
    """The search that was asked for, or None; `folder` is where its trials are kept for a resumed run."""
    if not bench.request.search:
        return None
    file = folder / _TRIALS if folder else None
    return search(
        bench, recipe, n_trials=bench.request.trials, progress=progress, on_event=on_event, file=file
    )


def study_beside(
    bench: Bench,
    recipe: str,
    *,
    first: Fitted | None,
    measure: Measure,
    progress: Progress,
    settings: Mapping[str, Any] | None = None,
    from_trial: bool = False,
) -> Studies:
    """The folds and repeats that were asked for.

    `first` is the model that was validated, `from_trial` if there was no time to fit it on all rows, and
    `measure` gives the scores of the validation rows, float32 [n, labels], by the exported form of a fitted
    model. `settings` are those that `auto` has found; where there are any, validation rows do not say which
    epoch is kept.
    """
    request, rows = bench.request, bench.data.validation
    held_out = HeldOut(rows.texts, rows.labels) if len(rows) and not settings else None
    metrics: dict[str, Any] = {}
    words: dict[str, dict[str, str]] = {}
    out_of_fold = None
    if request.repeats > 1 and first is not None:
        seeds = repeat(
            bench,
            recipe,
            request.repeats,
            first=first,
            measure=measure,
            progress=progress,
            settings=settings,
            held_out=held_out,
            from_trial=from_trial,
        )
        metrics["repeats"], words["repeats"] = seeds.figures, seeds.words
    if request.folds is not None:
        out_of_fold = cross_validate(
            bench, recipe, request.folds, progress, settings=settings, held_out=held_out
        )
        metrics["folds"], words["folds"] = out_of_fold.figures, out_of_fold.words
    return Studies(metrics, words, out_of_fold)


def _fold_problem(n_folds: int, rows: Rows, names: Sequence[str]) -> str:
    # Rows that belong together share a fold, so it is their groups that have to go round.
    label_of = dict(zip(rows.clusters, rows.labels.tolist(), strict=True))
    counts = Counter(label_of.values())
    label, n = min(counts.items(), key=lambda item: (item[1], item[0]))
    if n >= n_folds:
        return ""
    most = f"at most --folds {n}" if n > 1 else "no folds at all"
    return (
        f"--folds {n_folds} is more than the label {names[label]!r} has training texts that do not belong "
        f"together: {n}, which allows {most}"
    )
