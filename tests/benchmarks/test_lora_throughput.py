"""Figures of the throughput of adapters, from turns whose rates are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks import lora_throughput
from benchmarks.lora_throughput import measure
from benchmarks.paced import Turn
from benchmarks.training_job import TrainingJob


def test_the_rival_does_the_same_job(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, TrainingJob] = {}

    def told(jobs: Mapping[str, TrainingJob], steps: int, warm_up: int) -> Any:
        asked.update(jobs)
        return {name: [Turn(1, 32, 320, 0.1 if name == "ours" else 0.25)] * 4 for name in jobs}

    monkeypatch.setattr(lora_throughput, "duel", told)
    figures = measure(TrainingJob("ours", recipe="lora"), 200, 20)
    assert {name: job.side for name, job in asked.items()} == {"ours": "ours", "trainer": "trainer"}
    assert {job.recipe for job in asked.values()} == {"lora"}
    assert figures["ratio"] == pytest.approx(2.5)
    assert figures["examples_per_second"] == pytest.approx(320.0)
    assert figures["trainer_examples_per_second"] == pytest.approx(128.0)
    assert (figures["type"], figures["steps"]) == ("float32", 200)
