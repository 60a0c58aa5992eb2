"""Draws, summary and one cell of the few-shot benchmark, on a tiny encoder and without the rival."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as roof
from benchmarks import fewshot
from benchmarks.fewshot import Bench, difference, draw, read_set, run, summary
from benchmarks.inputs import Inputs, Labelled
from headway.models import resolve_base
from tests.projects import tiny_base, toy


def rows(start: int, end: int) -> Labelled:
    texts, labels = zip(*toy(120)[start:end], strict=True)
    return Labelled(list(texts), list(labels))


def options(**given: Any) -> Namespace:
    common = {
        "labels": 4,
        "seeds": 2,
        "test_rows": 40,
        "no_setfit": True,
        "label_texts": "auto",
        "join": False,
    }
    return Namespace(**{**common, "sets": ["sst2"], "setfit_iterations": 20, **given})


def test_a_draw_is_balanced_seeded_and_has_no_text_twice() -> None:
    many = rows(0, 60)
    drawn = draw(Labelled(many.texts * 2, many.labels * 2), 5, seed=3)
    assert len(drawn) == len(set(drawn.texts)) == 10
    assert {label: drawn.labels.count(label) for label in set(drawn.labels)} == {"refund": 5, "delivery": 5}
    assert drawn == draw(many, 5, seed=3)
    assert drawn != draw(many, 5, seed=4)
    assert len(draw(rows(0, 4), 5, seed=0)) == 4


def test_one_set_is_measured_from_texts_to_predictions(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = resolve_base(str(tiny_base(tmp_path_factory.getbasetemp())), "en", tmp_path)
    monkeypatch.setattr("headway.models.resolve_base", lambda *given: base)
    monkeypatch.setattr(fewshot, "read_set", lambda name, inputs: (rows(0, 60), rows(60, 120)))
    found = run(Inputs(tmp_path, tmp_path), options())
    row = found["rows"]["sst2"]
    assert (row["classes"], row["n_test"]) == (2, 40)
    for contestant in ("probe", "fewshot"):
        assert len(row[contestant]["accuracy"]) == 2
        assert min(row[contestant]["accuracy"]) > 0.8
        assert min(row[contestant]["seconds"]) > 0
    assert "setfit" not in row
    assert found["points_over_probe"]["low"] <= found["points_over_probe"]["mean"]
    assert "time_ratio" not in found
    json.dumps(found)


def test_the_rival_is_given_the_same_texts(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = resolve_base(str(tiny_base(tmp_path_factory.getbasetemp())), "en", tmp_path)
    asked: dict[str, Any] = {}

    def answered(python: Path, encoder: Path, train: Labelled, test: list[str], **given: Any) -> Any:
        asked.update(given, train=train, config=json.loads((encoder / "config.json").read_text("utf-8")))
        return fewshot_answer(["refund"] * len(test))

    monkeypatch.setattr(fewshot, "python_of", lambda folder: Path("python"))
    monkeypatch.setattr(fewshot, "run_setfit", answered)
    train, test = rows(0, 8), rows(60, 100)
    cell = Bench(base, tmp_path, options(no_setfit=False)).measure(train, test, seed=5)
    assert asked["train"] == train
    assert (asked["iterations"], asked["seed"], asked["prefix"]) == (20, 5, base.prefix)
    assert asked["config"]["dtype"] == "float32"
    assert cell["setfit"]["accuracy"] == 0.5
    assert cell["setfit"]["seconds"] == 8.0


def fewshot_answer(predicted: list[str]) -> Any:
    from benchmarks.setfit_rival import Answer

    return Answer(predicted, 8.0, 6.0, {"setfit": "1.2.0"})


def test_the_interval_is_that_of_the_draws_not_of_the_sets() -> None:
    # The sets differ by ten points, their draws by two: pooled within the sets, 2 degrees of freedom.
    found = difference([[1.0, 3.0], [11.0, 13.0]])
    assert found["mean"] == 7.0
    half = 4.302653 * ((2.0 / 2 + 2.0 / 2) ** 0.5) / 2
    assert found["low"] == pytest.approx(7.0 - half, abs=1e-4)
    assert found["high"] == pytest.approx(7.0 + half, abs=1e-4)
    assert difference([[1.0], [3.0]]) == {"mean": 2.0, "low": None, "high": None}


def test_the_summary_compares_with_both() -> None:
    def one(*accuracy: float, seconds: float = 1.0) -> dict[str, list[float]]:
        return {"accuracy": list(accuracy), "seconds": [seconds] * len(accuracy)}

    found = summary(
        {
            "a": {"probe": one(0.8, 0.8), "fewshot": one(0.9, 0.9), "setfit": one(0.7, 0.7, seconds=10)},
            "b": {"probe": one(0.6, 0.6), "fewshot": one(0.6, 0.6), "setfit": one(0.6, 0.6, seconds=30)},
        }
    )
    assert found["points_over_probe"]["mean"] == pytest.approx(5)
    assert found["points_over_setfit"]["mean"] == pytest.approx(10)
    assert found["time_ratio"] == pytest.approx(4 / 80)
    assert found["accuracy"]["fewshot"] == pytest.approx(0.75)


def test_reviews_of_the_test_split_that_are_among_the_labelled_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "fewclue_zh" / "eprstmt"
    folder.mkdir(parents=True)
    for part, texts in (("train_few_all", "好"), ("dev_few_all", "坏"), ("test_public", "好很")):
        lines = [json.dumps({"sentence": text, "label": "Positive"}) for text in texts]
        (folder / f"{part}.json").write_text("\n".join(lines), "utf-8")
    train, test = read_set("eprstmt", Inputs(tmp_path, tmp_path))
    assert train.texts == ["好", "坏"]
    assert test.texts == ["很"]


def test_joining_puts_sets_of_equal_options_together(tmp_path: Path) -> None:
    def keep(moment: str, name: str, accuracy: float, **options: object) -> None:
        one = {"accuracy": [accuracy] * 3, "seconds": [1.0] * 3}
        content = {
            "labels_per_class": 8,
            "seeds": 3,
            "label_texts": "auto",
            "setfit_iterations": 20,
            "rows": {name: {"probe": one, "fewshot": one, "setfit": one}},
            "measured_at": moment,
            "machine": {"commit": "c"},
            **options,
        }
        (tmp_path / f"fewshot-{moment}.json").write_text(json.dumps(content), "utf-8")

    keep("1", "sst2", 0.5)
    keep("2", "tnews", 0.7)
    keep("3", "tnews", 0.1, seeds=1)
    given = ["fewshot", "--join", "--sets", "sst2", "tnews", "--results", str(tmp_path)]
    found = run(Inputs(tmp_path, tmp_path), roof.build_parser().parse_args(given))
    assert found["accuracy"]["fewshot"] == pytest.approx(0.6)
    assert found["rows"]["tnews"]["measured_at"] == "2"


def test_options() -> None:
    given = ["fewshot", "--sets", "sst2", "tnews", "--seeds", "2", "--setfit-iterations", "5"]
    found = roof.build_parser().parse_args(given)
    assert (found.sets, found.seeds, found.setfit_iterations) == (["sst2", "tnews"], 2, 5)
    assert not found.no_setfit
