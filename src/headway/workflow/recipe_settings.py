"""What `--set` means for the recipes that may be trained."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from headway.errors import UsageError
from headway.training.hooks import RECIPES
from headway.training.recipe import read_settings, recipe_class, unknown_setting


def check_recipe(recipe: str, given: Mapping[str, str]) -> None:
    """Raise `UsageError` for a recipe that is not there, and for settings that it, or `auto`, cannot use."""
    read_recipe_settings(recipe, RECIPES if recipe == "auto" else [recipe], given)


def read_recipe_settings(asked: str, recipes: Iterable[str], given: Mapping[str, str]) -> dict[str, Any]:
    """The settings of each recipe, where `asked` is the one that is to be trained, or `auto`.

    `auto` may train any: a setting goes to each recipe that has it; one that none has is refused. Raises
    `UsageError` as `read_settings` and `recipe_class` do.
    """
    kinds = {name: recipe_class(name).Settings for name in recipes}
    if asked != "auto":
        return {name: read_settings(kind, given if name == asked else {}) for name, kind in kinds.items()}
    names = {name: {field.name for field in dataclasses.fields(kind)} for name, kind in kinds.items()}
    known = sorted(set().union(*names.values()))
    if unknown := [unknown_setting(key, known) for key in given if key not in known]:
        raise UsageError(
            f"Settings that cannot be used: {'; '.join(unknown)}.",
            next_step=f"The recipes that auto may train have: {', '.join(known)}.",
        )
    return {
        name: read_settings(kind, {k: v for k, v in given.items() if k in names[name]})
        for name, kind in kinds.items()
    }
