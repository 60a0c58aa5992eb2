"""What the pages show of trainings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headway.console.figures import figure, written
from headway.pages.words import Language, in_language
from headway.records import Job, Run
from headway.store.runs import state_of

_METRICS_OF_EPOCHS = ("accuracy", "macro_f1", "log_loss")


def run_row(run: Run, jobs: Sequence[Job]) -> dict[str, Any]:
    """One training, as a table of them shows it."""
    validation, interval = run.metrics.get("validation", {}), run.metrics.get("interval", {})
    return {
        "id": run.id,
        "state": state_of(run),
        "recipe": run.recipe,
        "base": run.details.get("base", {}).get("name"),
        "seconds": f"{run.seconds:,.1f}",
        "accuracy": figure(validation, interval, "accuracy"),
        "model": run.model,
        "author": author_of(run, jobs),
        "started_at": run.started_at,
    }


def run_page(run: Run, jobs: Sequence[Job], language: Language) -> dict[str, Any]:
    """One training with all that was measured and noted."""
    details = run.details
    validation, interval = run.metrics.get("validation", {}), run.metrics.get("interval", {})
    return {
        **run_row(run, jobs),
        "task": run.task,
        "dataset": run.dataset,
        "seed": run.seed,
        "settings": run.settings,
        "rows": details.get("rows", {}),
        "reason": in_language(details.get("reason", ""), language),
        "error": details.get("error"),
        "refitted": details.get("refitted", True),
        "metrics": {name: figure(validation, interval, name) for name in validation},
        "stages": {name: f"{seconds:,.2f}" for name, seconds in details.get("stages", {}).items()},
        "epochs": [_epoch(entry) for entry in details.get("history", [])],
        "notes": [in_language(words, language) for words in details.get("studies", {}).values()],
        "warnings": [in_language(words, language) for words in details.get("warnings", [])],
    }


def author_of(run: Run, jobs: Sequence[Job]) -> str | None:
    """Who asked for a training in the console; None where it was begun on the command line."""
    process = run.details.get("process")
    for job in jobs:
        # Numbers of processes come again: the times tell which is meant.
        if process is not None and job.process == process and _was_going_on(job, run.started_at):
            return job.author
    return None


def _was_going_on(job: Job, moment: str) -> bool:
    return (job.started_at or "~") <= moment <= (job.finished_at or "~")


def _epoch(entry: dict[str, Any]) -> dict[str, str]:
    figures = {name: written(name, entry[name]) for name in _METRICS_OF_EPOCHS if name in entry}
    loss = {"loss": f"{entry['loss']:.4f}"} if "loss" in entry else {}
    return {"epoch": str(entry.get("epoch", "")), **loss, **figures}
