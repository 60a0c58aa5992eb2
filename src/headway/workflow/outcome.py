"""What a training came to, and how it goes on record: the registered version, the figures, the reasons."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.records import Run, Task
from headway.registry.artifacts import keep_artifact
from headway.registry.versions import register
from headway.store import runs as run_rows
from headway.training.fine_tuned import FineTuned
from headway.training.recipe import Fitted
from headway.workflow.auto import Choice
from headway.workflow.bench import Bench
from headway.workflow.search import Found
from headway.workflow.studies import Studies
from headway.workflow.validate import Validated
from headway.workflow.weights import keep_weights


@dataclass(frozen=True)
class Outcome:
    """What a training came to, before it is on record."""

    choice: Choice
    validated: Validated
    final: Fitted
    #: the search for settings, where one was asked for
    found: Found | None
    studies: Studies
    curve: dict[str, Any]
    #: artefacts of the model and of the baseline that stands beside it
    model: Path
    baseline: Path


def put_on_record(task: Task, run: Run, bench: Bench, outcome: Outcome) -> Run:
    """Register the model of a training, and keep with its run what there is to know."""
    choice, validated, found, studies = outcome.choice, outcome.validated, outcome.found, outcome.studies
    with bench.watch.stage("register"):
        version = register(bench.store, outcome.model, task=task.name, run=run.id)
        details = {
            **run.details,
            **_details(bench, choice, validated, keep_artifact(bench.store, outcome.baseline)),
            **_tuned_details(bench, outcome.final),
            **outcome.curve,
            "studies": {**({"search": found.words} if found else {}), **studies.words},
            **({"trials": found.trials} if found else {}),
        }
        run = dataclasses.replace(
            run,
            recipe=choice.recipe,
            state="done",
            seconds=bench.watch.seconds,
            metrics={
                "validation": validated.metrics,
                "interval": validated.interval,
                "search": found.figures if found else choice.search,
                **studies.metrics,
            },
            details=details,
            model=version.reference,
        )
        run_rows.update_run(bench.store, run)
    return run


def _details(bench: Bench, choice: Choice, validated: Validated, baseline: str) -> dict[str, Any]:
    return {
        "reason": choice.reason,
        "warnings": bench.warnings + validated.warnings,
        "temperature": validated.temperature,
        "refitted": bench.traits(choice.recipe).refits,
        "precision": validated.precision,
        "base": bench.base_description() if choice.recipe != "baseline" else {},
        "tokens": bench.token_statistics() if choice.recipe != "baseline" else {},
        "equivalence": validated.equivalence,
        "baseline": baseline,
        "stages": {name: round(seconds, 2) for name, seconds in bench.watch.stages.items()},
        "rows": {"train": len(bench.data.train), "validation": len(bench.data.validation)},
    }


def _tuned_details(bench: Bench, fitted: Fitted) -> dict[str, Any]:
    """What is kept of a fine-tuned encoder: its files, and what happened epoch by epoch."""
    if not isinstance(fitted, FineTuned):
        return {}
    return {"encoder_files": keep_weights(bench.store, fitted.base), "history": list(fitted.history)}
