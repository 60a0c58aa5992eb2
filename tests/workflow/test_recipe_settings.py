from __future__ import annotations

import pytest

from headway.errors import UsageError
from headway.training.hooks import RECIPES
from headway.workflow.recipe_settings import check_recipe, read_recipe_settings


def test_settings_go_to_the_recipe_that_is_trained_and_to_no_other() -> None:
    found = read_recipe_settings("full", ["baseline", "full"], {"epochs": "7"})
    assert found["full"].epochs == 7
    with pytest.raises(UsageError, match="'epochs' is unknown"):
        read_recipe_settings("baseline", ["baseline", "full"], {"epochs": "7"})


def test_with_auto_each_recipe_takes_what_it_has() -> None:
    found = read_recipe_settings("auto", RECIPES, {"epochs": "7", "c": "2"})
    assert found["full"].epochs == found["lora"].epochs == 7
    assert found["baseline"].c == 2.0
    assert not hasattr(found["baseline"], "epochs")


@pytest.mark.parametrize(
    ("recipe", "given"), [("auto", {"学习率": "1"}), ("nope", {}), ("lora", {"epochs": "many"})]
)
def test_what_cannot_be_used_is_refused_before_anything_is_read(recipe: str, given: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        check_recipe(recipe, given)
