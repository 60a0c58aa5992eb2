"""What the console can be asked to do: a closed set of commands, each with options out of closed sets."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from headway.datasets.labelled import RULES, Rule
from headway.web.routes import Strict

Kind = Literal["train", "evaluate", "dataset", "prepare", "clean"]
Recipe = Literal["auto", "baseline", "probe", "fewshot", "lora", "full"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RECIPES: tuple[Recipe, ...] = get_args(Recipe)
CONSENSUS = RULES


class AskedJob(Strict):
    """A job as a form sends it; what a kind has no use for stays out."""

    kind: Kind
    task: str = Field(pattern=r"^\w[\w.-]{0,99}$")
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
        return {"prepare": ["annotate", "prepare"]}.get(self.kind, [self.kind]) + of_task


#: a run's id, or a model as name, name@3 or name@champion
Reference = Annotated[str, Field(pattern=r"^\w[\w.-]{0,99}(@\w[\w.-]{0,99})?$")]


class AskedComparison(Strict):
    """Models and runs that are to be set side by side."""

    models: list[Reference] = Field(min_length=2, max_length=20)

    def command(self, task: str) -> list[str]:
        """What stands behind `headway`."""
        return ["compare", *self.models, "--task", task]
