"""Memory of looks: the newest first, and what choosing among many does to a figure."""

from __future__ import annotations

import numpy as np
import pytest

from headway.evaluation.looks import Look, remember_looks


def looks(*models: str) -> list[Look]:
    return [Look(f"2026-01-0{day}T00:00:00.000000+00:00", model, 0.8) for day, model in enumerate(models, 1)]


def test_a_first_look_chooses_nothing() -> None:
    assert remember_looks([], "a@1", 0.8, 100) == {"n": 1, "models": 1, "optimism": 0.0, "earlier": []}


def test_looks_at_the_same_model_choose_nothing_either() -> None:
    found = remember_looks(looks("a@1", "a@1"), "a@1", 0.8, 100)
    assert (found["n"], found["models"], found["optimism"]) == (3, 1, 0.0)


def test_earlier_looks_are_listed_the_newest_first() -> None:
    found = remember_looks(looks("a@1", "a@2"), "a@3", 0.8, 100)
    assert [look["model"] for look in found["earlier"]] == ["a@2", "a@1"]
    assert found["earlier"][0]["accuracy"] == 0.8
    assert found["models"] == 3


@pytest.mark.parametrize("models", [2, 5, 20])
def test_optimism_is_what_the_best_of_equal_models_gains_by_chance(models: int) -> None:
    found = remember_looks([Look("", f"a@{i}", None) for i in range(models - 1)], "b@1", 0.8, 500)
    drawn = np.random.default_rng(0).binomial(500, 0.8, size=(20_000, models)) / 500
    assert found["optimism"] == pytest.approx(drawn.max(axis=1).mean() - 0.8, rel=0.06)


def test_of_very_many_looks_the_newest_fifty_are_listed() -> None:
    earlier = [Look(f"2026-{i:05d}", "a@1", 0.5) for i in range(80)]
    found = remember_looks(earlier, "a@1", 0.5, 10)
    assert found["n"] == 81
    assert len(found["earlier"]) == 50
    assert found["earlier"][0]["at"] == "2026-00079"
