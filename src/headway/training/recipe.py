"""What every recipe offers, and how one is found and configured."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from headway.errors import UsageError
from headway.training import RECIPES

Settings = TypeVar("Settings")


class Fitted(Protocol):
    """A trained model while it is still in memory."""

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give probabilities for raw texts, float32 [n, labels]."""


class Recipe(Protocol):
    """A way to train: settings in, a fitted model out."""

    def fit(self, texts: Sequence[str], labels: NDArray[np.int64], n_labels: int) -> Fitted:
        """Train on raw texts and the positions of their labels, int64 [n]."""


def recipe_module(name: str) -> Any:
    """The module of a recipe. Raises `UsageError` for a name that is unknown."""
    if name not in RECIPES:
        raise UsageError(
            f"There is no recipe {name!r}; known are auto, {', '.join(RECIPES)}.",
            next_step="Choose one of them with --recipe.",
        )
    return importlib.import_module(RECIPES[name])


def read_settings(kind: type[Settings], given: Mapping[str, str]) -> Settings:
    """Settings of a recipe from `key=value` texts, each turned into the type its default has.

    Raises `UsageError` naming every key that is unknown and every value that cannot be used.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    problems = [f"{key!r} is unknown" for key in given if key not in fields]
    for key in (key for key in given if key in fields):
        convert: type[Any] = type(fields[key].default)
        try:
            values[key] = convert(given[key])
        except ValueError:
            problems.append(f"{key}={given[key]!r} is no {convert.__name__}")
    if not problems:
        try:
            return kind(**values)
        except ValueError as error:
            problems.append(str(error))
    raise UsageError(
        f"Settings that cannot be used: {'; '.join(problems)}.",
        next_step=f"This recipe has: {', '.join(f'{f.name}={f.default}' for f in fields.values())}.",
    )
