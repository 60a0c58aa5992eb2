from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headway.errors import ModelError, UsageError
from headway.project import Project
from headway.training.baseline import Baseline
from headway.training.probe import Probe
from headway.workflow.bench import Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.data import TrainingData
from headway.workflow.encoders import Precision
from headway.workflow.request import TrainRequest
from tests.projects import make_base


class Clock(Stopwatch):
    """Shows the seconds it is told to, the last of them for ever."""

    def __init__(self, budget: float | None, shown: list[float]) -> None:
        super().__init__(budget)
        self._shown = shown

    @property
    def seconds(self) -> float:
        return self._shown.pop(0) if len(self._shown) > 1 else self._shown[0]


def bench(project: Project, tmp_path: Path, watch: Stopwatch | None = None, **request: Any) -> Bench:
    data = TrainingData.load(project.store, project.dataset())
    return Bench(
        project.store, data, TrainRequest(**request), tmp_path, watch or Stopwatch(), lambda *_, **__: None
    )


def test_a_baseline_needs_no_base_model(fresh: Project, tmp_path: Path) -> None:
    made = bench(fresh, tmp_path, recipe="baseline", base="no such base", settings={"ngram_low": "3"})
    assert made.base is None
    assert made.base_description() == {}
    assert isinstance(made.recipe("baseline"), Baseline)
    assert made.settings_of("baseline")["ngram_low"] == 3


def test_a_probe_stands_on_the_encoder_of_the_precision_asked_for(
    fresh: Project, base: str, tmp_path: Path
) -> None:
    made = bench(fresh, tmp_path, recipe="probe", base=base, settings={"c": "2"})
    recipe = made.recipe("probe")
    assert isinstance(recipe, Probe)
    assert recipe.settings.c == 2.0
    assert recipe.context.embedder().manifest.precision == "int8"
    assert made.recipe("probe", "fp32").context.embedder().manifest.precision == "fp32"  # type: ignore[attr-defined]
    assert made.embedder("int8") is recipe.context.embedder()
    assert made.base_description() == {
        "name": "tiny",
        "requested": base,
        "licence": "mit",
        "licence_source": "README.md",
    }
    assert made.warnings == []
    assert made.token_statistics()["unknown_rate"] < 0.05


@pytest.mark.parametrize(("settings", "recipe"), [({"c": "2"}, "both"), ({"ngram_high": "3"}, "baseline")])
def test_a_setting_for_auto_goes_to_each_recipe_that_has_it(
    fresh: Project, base: str, tmp_path: Path, settings: dict[str, str], recipe: str
) -> None:
    made = bench(fresh, tmp_path, base=base, settings=settings)
    baseline, probe = made.settings_of("baseline"), made.settings_of("probe")
    if recipe == "both":
        assert (baseline["c"], probe["c"]) == (2.0, 2.0)
    else:
        assert baseline["ngram_high"] == 3


def test_a_setting_that_no_recipe_has_is_refused_by_auto(fresh: Project, base: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'epoch' is unknown"):
        bench(fresh, tmp_path, base=base, settings={"epoch": "3", "c": "2"})


def test_what_a_user_should_know_of_a_base_is_a_warning(fresh: Project, tmp_path: Path) -> None:
    english = make_base(tmp_path / "english", readme="---\nlanguage: en\n---\n")
    chinese_texts = TrainingData.load(fresh.store, fresh.dataset()).version.statistics["language"] == "zh"
    made = bench(fresh, tmp_path, recipe="probe", base=str(english))
    assert any("does not say its licence" in warning for warning in made.warnings)
    assert any("was not trained on Chinese" in warning for warning in made.warnings) == chinese_texts


def test_a_base_that_is_none_is_refused(fresh: Project, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a base model"):
        bench(fresh, tmp_path, base="nothing of the kind")


@pytest.mark.parametrize(
    ("budget", "recipe", "shown", "done"),
    [
        (None, "auto", [0.0], True),
        # Half of the work took ten seconds; ten more are needed, and a quarter of the budget must remain.
        (100.0, "auto", [0.0, 10.0, 10.0], True),
        (20.0, "auto", [0.0, 10.0, 10.0], False),
        (20.0, "probe", [0.0, 10.0, 10.0], True),
    ],
)
def test_embedding_stops_where_the_budget_does_not_reach(
    fresh: Project,
    base: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    budget: float | None,
    recipe: str,
    shown: list[float],
    done: bool,
) -> None:
    monkeypatch.setattr("headway.workflow.encoders._PORTION", 16)
    made = bench(fresh, tmp_path, Clock(budget, list(shown)), recipe=recipe, base=base, budget=budget)
    assert made.embed() is done


def test_embedding_that_is_done_is_not_in_vain_even_past_the_budget(
    fresh: Project, base: str, tmp_path: Path
) -> None:
    made = bench(fresh, tmp_path, Clock(1.0, [0.0, 99.0]), base=base, budget=1.0)
    assert made.embed()


@pytest.mark.parametrize("precision", ["int8", "fp32"])
def test_the_larger_the_encoder_the_more_of_the_budget_is_left_for_what_follows_training(
    fresh: Project, base: str, tmp_path: Path, precision: Precision
) -> None:
    made = bench(fresh, tmp_path, Clock(100.0, [10.0]), recipe="full", base=base, precision=precision)
    assert made.seconds_for_fitting() == pytest.approx(100 - 10 - 3 - 3)
    file = made.encoder(precision) / "model.onnx"
    file.write_bytes(bytes(4_000_000))
    in_int8 = 4 if precision == "int8" else 1
    assert made.seconds_for_fitting() == pytest.approx(100 - 10 - 3 - 3 - 0.19 * in_int8)


def test_without_a_budget_there_is_no_end(fresh: Project, base: str, tmp_path: Path) -> None:
    assert bench(fresh, tmp_path, recipe="full", base=base).seconds_for_fitting() == float("inf")
