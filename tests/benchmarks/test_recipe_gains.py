"""What recipes bring beyond the probe: dividing rows, gains, and what is said of several sets."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import recipe_gains
from benchmarks.commands import Done
from benchmarks.inputs import Inputs, Labelled
from benchmarks.recipe_gains import divided, exponent, gain, run, summary
from tests.projects import call, mixed

ROWS = Labelled(*map(list, zip(*mixed(300), strict=True)))


def test_a_fifth_of_each_label_is_kept_apart_and_nothing_is_in_both() -> None:
    rows = Labelled([f"文本 {number}" for number in range(100)], ["a"] * 80 + ["b"] * 20)
    learn, apart = divided(rows, None)
    assert Counter(apart.labels) == {"a": 16, "b": 4}
    assert sorted(learn.texts + apart.texts) == sorted(rows.texts)
    label_of = dict(zip(rows.texts, rows.labels, strict=True))
    assert all(label_of[text] == label for text, label in zip(learn.texts, learn.labels, strict=True))


def test_few_rows_of_a_label_leave_those_kept_apart_alone() -> None:
    rows = Labelled([f"text {number}" for number in range(100)], ["a"] * 80 + ["b"] * 20)
    few, apart = divided(rows, 8)
    assert Counter(few.labels) == {"a": 8, "b": 8}
    assert apart == divided(rows, None)[1]


def test_a_gain_is_in_points_with_its_interval() -> None:
    probe = np.array([True] * 60 + [False] * 40)
    better = np.array([True] * 70 + [False] * 30)
    found = gain(better, probe)
    assert found["gain"] == pytest.approx(10.0)
    assert 0 < found["interval"][0] < 10 < found["interval"][1]
    with pytest.raises(ValueError, match="kept apart"):
        gain(probe[:0], probe[:0])


def of(recipe: str, points: float, half: float = 0.0) -> dict[str, Any]:
    return {"exponent": None, recipe: {"gain": points, "interval": [points - half, points + half]}}


def test_what_chance_adds_is_taken_from_how_far_sets_lie_apart() -> None:
    certain = summary({"one": of("full", 1.0), "two": of("full", 3.0)})
    assert certain["full"] == {"mean_gain": 2.0, "n_sets": 2, "deviation": pytest.approx(2**0.5)}
    # Intervals of +-1.96 points leave one of the two points of variance.
    partly = summary({"one": of("lora", 1.0, 1.95996), "two": of("lora", 3.0, 1.95996)})
    assert partly["lora"]["deviation"] == pytest.approx(1.0, abs=1e-4)
    wide = summary({"one": of("lora", 1.0, 9.0), "two": of("lora", 3.0, 9.0)})
    assert wide["lora"]["deviation"] == 0.0
    assert "deviation" not in summary({"one": of("lora", 1.0)})["lora"]


FOUND = {"one": 0.1, "two": 0.3, "three": None}


def test_the_exponent_is_the_slope_of_the_errors() -> None:
    curve = [{"rows": rows, "accuracy": 1 - 2 * rows**-0.5} for rows in (100, 200, 400)]
    assert exponent(curve) == pytest.approx(0.5)
    assert exponent(curve[1:]) is None
    assert exponent([*curve, {"rows": 800, "accuracy": 1.0}]) is None
    found: dict[str, dict[str, Any]] = {name: {"exponent": one} for name, one in FOUND.items()}
    assert summary(found) == {"exponent": pytest.approx(0.2)}


def test_a_set_goes_through_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def headway(*arguments: str, project: Path | None = None) -> Done:
        place = [] if project is None else ["--project", project]
        # The recipes that are measured here need a base model, and minutes.
        words = ["baseline" if word in ("probe", "full") else word for word in arguments]
        return Done(call(capsys, *words, *place, "--json").json, 1.0)

    monkeypatch.setattr("benchmarks.auto_choice.headway_command", headway)
    monkeypatch.setattr(recipe_gains, "headway_command", headway)
    monkeypatch.setattr(recipe_gains, "SETS", {"messages": lambda inputs: ROWS})
    options = Namespace(join=False, sets=["messages"], recipes=["full"], budget="60s", per_label=None)
    figures = run(Inputs(tmp_path, tmp_path), options)
    found = figures["sets"]["messages"]
    assert (found["rows"], found["apart"]) == (240, 60)
    assert found["full"]["accuracy"] == found["probe"]["accuracy"] > 0.5
    assert figures["full"] == {"mean_gain": 0.0, "n_sets": 1}
