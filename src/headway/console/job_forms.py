"""What the console can be asked to do: a closed set of commands, each with options out of closed sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field

from headway.datasets.labelled import RULES, Rule
from headway.errors import UsageError
from headway.records import Split
from headway.web.routes import Strict

Kind = Literal["train", "evaluate", "dataset", "prepare", "clean"]
TaskName = Annotated[str, Field(pattern=r"^\w[\w.-]{0,99}$")]
#: "" = none
Column = Annotated[str, Field(max_length=200)]
Recipe = Literal["auto", "baseline", "probe", "fewshot", "lora", "full"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RECIPES: tuple[Recipe, ...] = get_args(Recipe)
CONSENSUS = RULES
SPLITS: tuple[str, ...] = tuple(Split)


class AskedJob(Strict):
    """A job as a form sends it; what a kind has no use for stays out."""

    kind: Kind
    task: TaskName
    recipe: Recipe = "auto"
    #: "" = as long as it takes
    budget: str = Field(default="", pattern=r"^(\d{1,6}(\.\d{1,3})?[smh])?$")
    consensus: Rule = "latest"

    def command(self) -> list[str]:
        """What stands behind `headway`."""
        of_task = ["--task", self.task]
        if self.kind == "train":
            budget = ["--budget", self.budget] if self.budget else []
            return ["train", "--recipe", self.recipe, *budget, *of_task]
        if self.kind == "dataset":
            return ["dataset", "create", "--consensus", self.consensus, *of_task]
        words = {"prepare": ["annotate", "prepare"], "clean": ["clean", "--keep"]}
        return words.get(self.kind, [self.kind]) + of_task


class AskedImport(Strict):
    """How a file that was sent is to be imported; its columns are named as the file has them."""

    task: TaskName
    text: Column = Field(min_length=1)
    label: Column = ""
    id: Column = ""
    time: Column = ""
    split: Literal["", "train", "validation", "test"] = ""

    def command(self, file: Path, columns: Sequence[str], reading: Sequence[str] = ()) -> list[str]:
        """What stands behind `headway`; `reading` are the options that say how the file is read.

        Raises `UsageError` for columns that the file does not have.
        """
        named = {"--text": self.text, "--label": self.label, "--id": self.id, "--time": self.time}
        missing = sorted({name for name in named.values() if name and name not in columns})
        if missing:
            raise UsageError(
                f"{file.name} has no column {', '.join(map(repr, missing))}.",
                next_step="Choose among the columns it has.",
            )
        # In one word with its option: a name that begins with a dash would else be taken for one.
        options = [f"{option}={name}" for option, name in {**named, "--split": self.split}.items() if name]
        return ["import", str(file), *reading, *options, "--task", self.task]


#: a run's id, or a model as name, name@3 or name@champion
Reference = Annotated[str, Field(pattern=r"^\w[\w.-]{0,99}(@\w[\w.-]{0,99})?$")]


class AskedComparison(Strict):
    """Models and runs that are to be set side by side."""

    models: list[Reference] = Field(min_length=2, max_length=20)

    def command(self, task: str) -> list[str]:
        """What stands behind `headway`."""
        return ["compare", *self.models, "--task", task]
