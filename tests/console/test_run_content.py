from __future__ import annotations

import dataclasses

import pytest

from headway.console.run_content import author_of, run_page, run_row
from headway.records import Job, Run

RUN = Run(
    id="r1",
    task="intents",
    recipe="full",
    dataset="f1f4",
    seed=7,
    settings={"epochs": 2},
    state="done",
    started_at="2026-11-22T10:00:00",
    seconds=1234.56,
    metrics={"validation": {"accuracy": 0.5, "log_loss": 1.5}, "interval": {"accuracy": [0.4, 0.6]}},
    details={
        "process": 42,
        "reason": {"en": "Best.", "zh": "最好。"},
        "history": [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25, "accuracy": 0.5}],
        "stages": {"fit": 1.234},
        "studies": {"folds": {"en": "Five folds.", "zh": "五折。"}},
        "warnings": ["Few rows."],
    },
    model="intents@1",
)
JOB = Job("j1", ("train",), "done", "李雷", "2026-11-22T09:00:00", "2026-11-22T09:59:00", process=42)


def test_a_run_is_shown_in_the_language_of_the_reader() -> None:
    page = run_page(RUN, [], "zh")
    assert (page["reason"], page["notes"], page["warnings"]) == ("最好。", ["五折。"], ["Few rows."])
    assert run_page(RUN, [], "en")["reason"] == "Best."
    assert page["metrics"]["log_loss"] == {"value": "1.5000", "low": None, "high": None}
    assert page["seconds"] == "1,234.6"
    assert page["stages"] == {"fit": "1.23"}


def test_epochs_have_the_figures_that_were_taken() -> None:
    assert run_page(RUN, [], "en")["epochs"] == [
        {"epoch": "1", "loss": "0.5000"},
        {"epoch": "2", "loss": "0.2500", "accuracy": "50.0%"},
    ]


def test_a_run_that_failed_says_why_and_has_no_figures() -> None:
    failed = dataclasses.replace(RUN, state="failed", metrics={}, details={"error": "No labels."}, model=None)
    page = run_page(failed, [], "en")
    assert (page["error"], page["accuracy"], page["metrics"], page["epochs"]) == ("No labels.", None, {}, [])


def test_a_run_whose_process_is_gone_was_killed() -> None:
    running = dataclasses.replace(RUN, state="running", details={"process": 2**30})
    assert run_row(running, [])["state"] == "killed"


@pytest.mark.parametrize(
    ("changes", "author"),
    [
        ({}, "李雷"),
        ({"finished_at": "2026-11-22T11:00:00"}, "李雷"),
        # Another process that had this number before, and one that got it afterwards.
        ({"finished_at": "2026-11-22T09:59:30"}, None),
        ({"started_at": "2026-11-22T10:30:00"}, None),
        ({"process": 43}, None),
        ({"started_at": None, "process": None}, None),
    ],
)
def test_who_asked_for_a_run_is_known_by_process_and_time(
    changes: dict[str, object], author: str | None
) -> None:
    job = dataclasses.replace(JOB, **changes)  # type: ignore[arg-type]
    assert author_of(RUN, [job]) == author
    assert author_of(dataclasses.replace(RUN, details={}), [job]) is None
