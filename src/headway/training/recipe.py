"""What every recipe offers, what it is given, and how its settings are read."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from headway.errors import UsageError
from headway.inference import Embedder
from headway.models import BaseModel
from headway.terminal import Progress
from headway.text import DEFAULT_STEPS
from headway.training.events import Event, ignore
from headway.training.hooks import RECIPES, load_hook

Settings = TypeVar("Settings")
#: what a recipe stands on: nothing, the frozen encoder as an artefact, or a base model's weights
Needs = Literal["nothing", "embedder", "base"]


class Fitted(Protocol):
    """A trained model while it is still in memory.

    What can be exported is one of `FittedBaseline`, `FittedProbe` and `FineTuned`; a recipe of your own
    returns one of these.
    """

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give probabilities for raw texts, float32 [n, labels]."""


@dataclass(frozen=True)
class HeldOut:
    """Rows that are not fitted on: measured after each epoch, and they say which epoch was best."""

    texts: Sequence[str]
    #: positions of the labels, int64 [n]
    labels: NDArray[np.int64]


def _no_deadline() -> float:
    return float("inf")


def _silent(stage: str, done: int, total: int | None = None) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Context:
    """What a recipe may use besides rows and settings."""

    #: the labels' names, in the order of their positions
    names: tuple[str, ...] = ()
    preparation: tuple[str, ...] = DEFAULT_STEPS
    seed: int = 0
    #: the pretrained model; None for a recipe that needs nothing
    base: BaseModel | None = None
    #: opens the embedder of the base model's artefact, with the project's cache of embeddings
    open_embedder: Callable[[], Embedder] | None = None
    #: a folder of this training's own, gone at its end
    scratch: Path = Path()
    #: where checkpoints go; None = none are written
    checkpoints: Path | None = None
    #: whether to go on from the last checkpoint
    resume: bool = False
    #: seconds left of the budget
    seconds_left: Callable[[], float] = _no_deadline
    #: rows it has to see within the budget, each as often as it is seen; else it ends with `TooSlowError`
    least_rows: int = 0
    progress: Progress = _silent
    #: is told what happens: steps, epochs
    on_event: Callable[[Event], None] = ignore

    def embedder(self) -> Embedder:
        """The embedder of the base model's artefact."""
        if self.open_embedder is None:
            raise ValueError("This recipe was given no embedder.")
        return self.open_embedder()

    def require_base(self) -> BaseModel:
        """The base model."""
        if self.base is None:
            raise ValueError("This recipe was given no base model.")
        return self.base


class Fits(Protocol):
    """Anything that is fitted on rows."""

    def fit(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        n_labels: int,
        held_out: HeldOut | None = None,
    ) -> Fitted:
        """Train on raw texts and the positions of their labels, int64 [n]."""


class Recipe(Fits, Protocol):
    """A way to train: settings and context in, a fitted model out."""

    #: the dataclass of its settings
    Settings: ClassVar[type[Any]]
    needs: ClassVar[Needs]
    #: whether it is fitted again on training and validation rows together before it is published
    refits: ClassVar[bool]
    #: kinds of task it can train
    tasks: ClassVar[tuple[str, ...]]


def recipe_class(name: str, task: str = "text-classification") -> Any:
    """The class of a recipe, by its name or as `module:Class`.

    Raises `UsageError` for one that is unknown or does not fit the kind of task, naming those that do.
    """
    found = load_hook("recipe", RECIPES, name)
    lacking = [part for part in ("Settings", "needs", "refits", "tasks", "fit") if not hasattr(found, part)]
    if lacking:
        raise UsageError(
            f"{name} is no recipe: it lacks {', '.join(lacking)}.",
            next_step="docs/training.md shows a recipe of your own.",
        )
    if task not in found.tasks:
        fitting = [each for each in RECIPES if task in load_hook("recipe", RECIPES, each).tasks]
        raise UsageError(
            f"The recipe {name} trains {', '.join(found.tasks)}, not {task}.",
            next_step=f"For {task} there are: auto, {', '.join(fitting)}.",
        )
    return found


def read_settings(kind: type[Settings], given: Mapping[str, str]) -> Settings:
    """Settings of a recipe from `key=value` texts, each turned into the type its default has.

    Raises `UsageError` naming every key that is unknown, with the nearest one there is, and every value
    that cannot be used.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    problems = [unknown_setting(key, list(fields)) for key in given if key not in fields]
    for key in (key for key in given if key in fields):
        try:
            values[key] = _converted(given[key], type(fields[key].default))
        except TypeError:
            problems.append(f"{key} cannot be set: its default is no text, number or yes or no")
        except ValueError as error:
            problems.append(f"{key}={given[key]!r} is no {error}")
    if not problems:
        try:
            return kind(**values)
        except ValueError as error:
            problems.append(str(error))
    raise UsageError(
        f"Settings that cannot be used: {'; '.join(problems)}.",
        next_step=f"This recipe has: {', '.join(f'{f.name}={f.default}' for f in fields.values())}.",
    )


def unknown_setting(key: str, known: Sequence[str]) -> str:
    """What is wrong with a key that is none of those known, and which of them is meant, if one is near."""
    near = difflib.get_close_matches(key, known, n=1)
    return f"{key!r} is unknown" + (f", did you mean {near[0]!r}?" if near else "")


def _converted(text: str, kind: type[Any]) -> Any:
    if kind is bool:
        answers = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.lower() not in answers:
            raise ValueError("yes or no")
        return answers[text.lower()]
    if kind not in (int, float, str):
        raise TypeError(kind.__name__)
    try:
        return kind(text)
    except ValueError as error:
        raise ValueError(kind.__name__) from error
