from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import pytest

from headway.training.baseline import BaselineSettings
from headway.training.hooks import RECIPES, load_hook
from headway.training.search_space import Choice, Range, choice, linear_range, log_range, searched, space_of


@dataclass(frozen=True)
class Settings:
    rate: float = field(default=0.1, metadata=log_range(0.01, 1.0))
    layers: int = field(default=2, metadata=linear_range(1, 4))
    kind: str = field(default="宽", metadata=choice("宽", "窄"))
    fixed: int = 7


def test_what_a_field_carries_is_what_can_be_searched() -> None:
    assert space_of(Settings) == {
        "rate": Range(0.01, 1.0, log=True),
        "layers": Range(1, 4),
        "kind": Choice(("宽", "窄")),
    }
    assert space_of(Settings)["layers"].is_whole  # type: ignore[union-attr]
    assert not space_of(Settings)["rate"].is_whole  # type: ignore[union-attr]


def test_what_is_given_is_not_searched() -> None:
    assert list(searched(Settings, {"rate": "0.3", "fixed": "1"})) == ["layers", "kind"]
    assert searched(BaselineSettings, dict.fromkeys(space_of(BaselineSettings), "1")) == {}


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_of_ours_can_be_searched_and_its_defaults_are_within(recipe: str) -> None:
    kind = load_hook("recipe", RECIPES, recipe).Settings
    defaults = {each.name: each.default for each in dataclasses.fields(kind)}
    space = space_of(kind)
    assert space
    assert [name for name, values in space.items() if defaults[name] not in values] == []
    for name, values in space.items():
        if isinstance(values, Range):
            assert values.is_whole == isinstance(defaults[name], int), name
        for value in values.values if isinstance(values, Choice) else (values.low, values.high):
            kind(**{name: value})
