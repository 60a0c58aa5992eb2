from __future__ import annotations

import numpy as np

from headway.workflow.data import Rows
from headway.workflow.prospects import prospects

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
