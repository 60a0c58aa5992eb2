from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headway.evaluation.bootstrap import PairedDifference, Z
from headway.project import Project
from headway.workflow.bench import Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.data import Rows, TrainingData
from headway.workflow.prospects import expected_gain, expected_loss, planned, prospects
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


def found(difference: float, by_chance: float) -> PairedDifference:
    """A difference with such a standard deviation."""
    return PairedDifference(difference, difference - Z * by_chance, difference + Z * by_chance)


@pytest.mark.parametrize(
    ("difference", "by_chance", "expected"),
    [
        # As uncertain as what was expected before: half of each.
        (0.03, 0.02, 0.02),
        (-0.03, 0.02, -0.01),
        # Thousands of rows say more than other data; a handful says next to nothing.
        (-0.03, 0.0002, -0.03),
        (-0.03, 2.0, 0.01),
        # No row on which the two differ.
        (0.0, 0.0, 0.0),
    ],
)
def test_what_is_expected_lies_between_other_data_and_the_trial(
    difference: float, by_chance: float, expected: float
) -> None:
    assert expected_gain(0.01, 0.02, found(difference, by_chance)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("gain", "deviation"), [(0.033, 0.02), (0.0, 0.02), (-0.01, 0.03), (0.2, 0.01)])
def test_what_is_lost_untried_is_the_mean_of_what_may_be_worse(gain: float, deviation: float) -> None:
    # Five sets: four degrees of freedom, and the mean itself is uncertain by a fifth of the variance.
    drawn = gain + deviation * 1.2**0.5 * np.random.default_rng(7).standard_t(4, 2_000_000)
    assert expected_loss(gain, deviation) == pytest.approx(np.maximum(-drawn, 0).mean(), rel=0.02, abs=2e-5)


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
