"""The gap of `auto` to the best single recipe, and joining what was kept of several runs."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import auto_choice
from benchmarks.auto_choice import judged, measure, run
from benchmarks.commands import Done
from benchmarks.inputs import Inputs, Labelled, MissingInputError
from benchmarks.results import kept_sets
from headway.errors import CheckFailedError
from tests.projects import call, mixed

ROWS = Labelled(*map(list, zip(*mixed(200), strict=True)))


def model(recipe: str, accuracy: float, dataset: str = "x") -> dict[str, Any]:
    return {"recipe": recipe, "accuracy": accuracy, "dataset": dataset}


def test_the_gap_is_to_the_best_that_gave_a_model() -> None:
    found = {
        "auto": model("probe", 0.90),
        "baseline": model("baseline", 0.85),
        "probe": model("probe", 0.89),
        "full": model("full", 0.92),
        "lora": {"failed": "out of memory"},
    }
    one = judged("banking77", found)
    assert (one["gap"], one["best"], one["chosen"]) == (pytest.approx(2.0), "full", "probe")
    assert one["recipes"] == found


@pytest.mark.parametrize(
    "found",
    [
        {"auto": {"failed": "no time"}, "probe": model("probe", 0.9)},
        {"auto": model("probe", 0.9), "probe": {"failed": "no time"}},
        {"auto": model("probe", 0.9), "probe": model("probe", 0.9, "other rows")},
    ],
)
def test_what_cannot_be_compared_is_no_figure(found: dict[str, Any]) -> None:
    with pytest.raises(CheckFailedError, match="tnews"):
        judged("tnews", found)


def test_a_set_goes_through_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def headway(*arguments: str, project: Path | None = None) -> Done:
        place = [] if project is None else ["--project", project]
        # What auto would compare with needs a base model, and minutes.
        words = ["baseline" if word == "auto" else word for word in arguments]
        return Done(call(capsys, *words, *place, "--json").json, 1.0)

    monkeypatch.setattr(auto_choice, "headway_command", headway)
    monkeypatch.setattr(auto_choice, "SINGLE", ("baseline",))
    monkeypatch.setattr(auto_choice, "SETS", {"messages": lambda inputs: ROWS})
    options = Namespace(join=False, auto_only=False, sets=["messages"], budget="60s", rows=None)
    figures = run(Inputs(tmp_path, tmp_path), options)
    assert (figures["mean_gap"], figures["worst_gap"], figures["n_sets"]) == (0.0, 0.0, 1)
    found = figures["sets"]["messages"]
    assert found["rows"] == 200
    assert found["recipes"]["auto"]["dataset"] == found["recipes"]["baseline"]["dataset"]
    assert 0 < found["recipes"]["baseline"]["accuracy"] <= 1


def train_nothing(monkeypatch: pytest.MonkeyPatch, accuracy: float) -> list[str]:
    """Every training gives a model of such an accuracy; says which recipes were trained."""
    tried: list[str] = []

    def train(recipe: str, project: Path, copy: Path, budget: str) -> dict[str, Any]:
        tried.append(recipe)
        return model(recipe, accuracy)

    monkeypatch.setattr(auto_choice, "make_project", lambda folder, rows: folder)
    monkeypatch.setattr(auto_choice, "_train", train)
    return tried


def test_few_shot_is_tried_where_labels_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = train_nothing(monkeypatch, 0.5)
    measure("few", Labelled(["文"] * 400, ["a", "b"] * 200), "3m")
    assert "fewshot" in tried
    tried.clear()
    measure("many", Labelled(["text"] * 402, ["a", "b"] * 201), "3m")
    assert tried == ["auto", "baseline", "probe", "lora", "full"]


def test_auto_alone_is_set_against_the_recipes_that_were_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried = train_nothing(monkeypatch, 0.9)
    monkeypatch.setattr(auto_choice, "SETS", {"messages": lambda inputs: ROWS, "other": lambda inputs: ROWS})
    options = Namespace(join=False, auto_only=True, sets=["messages"], budget="3m", rows=None)
    recipes = {"auto": model("probe", 0.8), "full": model("full", 0.95)}
    for moment in ("1", "2"):
        result(tmp_path, moment, {"messages": {"recipes": recipes}, "other": {"recipes": recipes}})
    options.results = tmp_path
    (name, one), *_ = run(Inputs(tmp_path, tmp_path), options)["sets"].items()
    assert (name, tried, one["best"], one["single_measured_at"]) == ("messages", ["auto"], "full", "2")
    assert one["gap"] == pytest.approx(5.0)
    # Measured again, the recipes named are as old as before.
    result(tmp_path, "3", {"messages": one})
    assert run(Inputs(tmp_path, tmp_path), options)["sets"]["messages"]["single_measured_at"] == "2"


def result(folder: Path, moment: str, sets: dict[str, dict[str, Any]], budget: str = "3m") -> None:
    content = {
        "budget": budget,
        "rows": None,
        "sets": sets,
        "measured_at": moment,
        "machine": {"commit": "c", "cpu": f"processor {moment}", "flags": ["avx2"]},
    }
    (folder / f"auto_choice-{moment}.json").write_text(json.dumps(content), "utf-8")


def test_joining_takes_the_newest_of_each_set(tmp_path: Path) -> None:
    result(tmp_path, "1", {"sst2": {"gap": 9.0}, "tnews": {"gap": 0.5}})
    result(tmp_path, "2", {"sst2": {"gap": -0.5}})
    result(tmp_path, "3", {"sst2": {"gap": 7.0}}, budget="1m")
    options = Namespace(
        join=True, auto_only=False, sets=["sst2", "tnews", "sst5"], budget="3m", rows=None, results=tmp_path
    )
    figures = run(Inputs(tmp_path, tmp_path), options)
    assert (figures["mean_gap"], figures["worst_gap"], figures["n_sets"]) == (0.0, 0.5, 2)
    assert figures["sets"]["sst2"]["measured_at"] == "2"
    # Sets may come from several machines.
    assert [figures["sets"][name]["cpu"] for name in ("sst2", "tnews")] == ["processor 2", "processor 1"]
    assert figures["sets"]["sst2"]["flags"] == ["avx2"]


def test_nothing_to_join_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="auto_choice") as missing:
        kept_sets(tmp_path, "auto_choice", ["sst2"], {"budget": "3m", "rows": None})
    assert "--join" in (missing.value.next_step or "")
