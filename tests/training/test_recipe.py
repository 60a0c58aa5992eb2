from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import pytest

from headway.errors import UsageError
from headway.training import RECIPES
from headway.training.baseline import Baseline, BaselineSettings
from headway.training.full import FullSettings
from headway.training.probe import ProbeSettings
from headway.training.recipe import read_settings, recipe_class


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_says_what_it_needs(name: str) -> None:
    found = recipe_class(name)
    assert dataclasses.fields(found.Settings)
    assert found.needs in {"nothing", "embedder", "base"}
    assert isinstance(found.refits, bool)
    assert found.Settings() == read_settings(found.Settings, {})


def test_an_unknown_recipe_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match=r"no recipe 'prob'; known are baseline, probe") as caught:
        recipe_class("prob")
    assert caught.value.next_step == "Did you mean 'probe'?"


def test_a_recipe_for_another_task_is_refused_with_those_that_fit() -> None:
    with pytest.raises(UsageError, match="trains text-classification, not spans"):
        recipe_class("full", "spans")


def test_a_class_that_is_no_recipe_is_told_what_it_lacks() -> None:
    with pytest.raises(UsageError, match="lacks Settings, needs, refits, tasks, fit"):
        recipe_class("decimal:Decimal")


@pytest.mark.parametrize(("typed", "meant"), [("yes", True), ("FALSE", False), ("0", False), ("True", True)])
def test_yes_and_no_are_read_as_such(typed: str, meant: bool) -> None:
    settings = read_settings(FullSettings, {"freeze_embeddings": typed})
    assert settings.freeze_embeddings is meant
    with pytest.raises(UsageError, match="freeze_embeddings='maybe' is no yes or no"):
        read_settings(FullSettings, {"freeze_embeddings": "maybe"})


def test_the_nearest_setting_is_named() -> None:
    with pytest.raises(UsageError, match="'lerning_rate' is unknown, did you mean 'learning_rate'"):
        read_settings(FullSettings, {"lerning_rate": "1"})


def test_settings_take_the_type_of_their_default() -> None:
    settings = read_settings(BaselineSettings, {"c": "2", "ngram_high": "3"})
    assert (settings.c, settings.ngram_high) == (2.0, 3)
    assert isinstance(settings.c, float)
    assert read_settings(ProbeSettings, {}) == ProbeSettings()


def test_all_that_is_wrong_with_the_settings_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(BaselineSettings, {"epochs": "3", "c": "much", "学习率": "1", "ngram_low": "2.5"})
    for part in (
        "'epochs' is unknown",
        "'学习率' is unknown",
        "c='much' is no float",
        "ngram_low='2.5' is no int",
    ):
        assert part in caught.value.message
    assert caught.value.message.index("c='much'") < caught.value.message.index("ngram_low='2.5'")
    assert "ngram_high=4" in str(caught.value.next_step)


@dataclass(frozen=True)
class OwnSettings:
    """Settings of somebody's own recipe, with defaults that no text can stand for."""

    words: tuple[str, ...] = ()
    depth: int | None = None
    names: list[str] = field(default_factory=list)


@pytest.mark.parametrize("key", ["words", "depth", "names"])
def test_a_setting_whose_type_its_default_does_not_tell_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match=f"{key} cannot be set"):
        read_settings(OwnSettings, {key: "3"})


@pytest.mark.parametrize(
    "given",
    [
        {"ngram_low": "5"},
        {"ngram_high": "11"},
        {"c": "0"},
        {"c": "nan"},
        {"max_features": "0"},
        {"max_iterations": "-1"},
    ],
)
def test_values_that_make_no_sense_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        read_settings(BaselineSettings, given)


@pytest.mark.parametrize("given", [{"c": "-1"}, {"c": "nan"}, {"max_iterations": "0"}])
def test_the_probe_refuses_them_too(given: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="have to be positive"):
        read_settings(ProbeSettings, given)


def test_a_recipe_keeps_the_settings_it_was_given() -> None:
    settings = BaselineSettings(c=2.0)
    assert Baseline(settings).settings is settings
