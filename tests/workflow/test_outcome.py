from __future__ import annotations

import pytest

from headway.project import Project
from headway.store import runs as run_rows
from headway.workflow import outcome


def test_what_a_training_came_to_is_kept_with_its_run(fresh: Project) -> None:
    run = fresh.train("baseline")
    kept = run_rows.get_run(fresh.store, run.id)
    assert (kept.state, kept.recipe, kept.metrics, kept.model) == ("done", "baseline", run.metrics, run.model)
    assert kept.model is not None
    assert fresh.model(kept.model).run == run.id
    assert kept.details["reason"]["zh"] == "您选择了配方 baseline。"
    assert kept.details["rows"]["train"] > kept.details["rows"]["validation"] > 0
    low, high = kept.metrics["interval"]["accuracy"]
    assert low <= kept.metrics["validation"]["accuracy"] <= high
    # Neither an encoder nor epochs, nor studies that nobody asked for.
    assert (kept.details["base"], kept.details["tokens"], kept.details["studies"]) == ({}, {}, {})
    assert not {"encoder_files", "history", "trials"} & set(kept.details)


def test_what_is_kept_of_a_tuned_encoder_and_of_a_search(fresh: Project, base: str) -> None:
    settings = {"epochs": "1", "batch_size": "16"}
    run = fresh.train("full", base=base, settings=settings, search=True, trials=1)
    assert [entry["epoch"] for entry in run.details["history"]] == [1]
    assert "model.safetensors" in run.details["encoder_files"]
    assert len(run.details["trials"]) == 1
    assert run.details["studies"]["search"].keys() == {"en", "zh"}
    assert run.details["tokens"]


def test_a_model_that_cannot_be_registered_leaves_a_run_that_failed(
    fresh: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outcome, "register", full)
    with pytest.raises(OSError, match="No space left"):
        fresh.train("baseline")
    (run,) = run_rows.list_runs(fresh.store)
    assert (run.state, run.model) == ("failed", None)
    assert "No space left" in run.details["error"]
