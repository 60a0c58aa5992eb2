from __future__ import annotations

from pathlib import Path

import numpy as np

from headway.project import Project
from headway.workflow.bench import Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.data import Rows, TrainingData
from headway.workflow.prospects import planned, prospects
from headway.workflow.request import TrainRequest

PASSES = {"fewshot": 1.0, "lora": 4.0, "full": 4.0}


def rows(n: int) -> Rows:
    texts = [f"文 {number}" for number in range(n)]
    return Rows(texts, np.arange(n) % 4, texts, np.zeros(n, dtype=bool))


def test_with_few_labels_few_shot_comes_first() -> None:
    assert prospects(rows(40), 4, 500.0, PASSES)[0].recipe == "fewshot"


def test_with_many_rows_few_shot_is_not_tried() -> None:
    found = prospects(rows(4_000), 4, 500.0, PASSES)
    assert {prospect.recipe for prospect in found} == {"lora", "full"}
    assert found == sorted(found, key=lambda prospect: -prospect.gain_per_second)


def test_a_slow_machine_needs_more_seconds_in_proportion() -> None:
    quick, slow = (prospects(rows(4_000), 4, rate, {"full": 4.0})[0] for rate in (1_000.0, 100.0))
    overhead = 8.0
    assert (slow.seconds - overhead) / (quick.seconds - overhead) == 10


def test_a_recipe_that_is_not_asked_for_is_not_thought_of() -> None:
    assert prospects(rows(4_000), 4, 500.0, {}) == []


def test_real_prospects_are_planned_from_a_measured_speed(
    project: Project, base: str, tmp_path: Path
) -> None:
    data = TrainingData.load(project.store, project.dataset())
    request = TrainRequest(base=base, settings={"epochs": "3"})
    bench = Bench(project.store, data, request, tmp_path, Stopwatch(), lambda *_, **__: None)
    found = {prospect.recipe: prospect for prospect in planned(bench)}
    assert set(found) == {"fewshot", "lora", "full"}
    assert (found["lora"].passes, found["full"].passes) == (3.0, 3.0)
    assert all(prospect.seconds > 0 for prospect in found.values())
