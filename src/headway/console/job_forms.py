"""What the console can be asked to do: a closed set of commands, each with options out of closed sets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from headway.web.routes import Strict

RECIPES = ("auto", "baseline", "probe", "fewshot", "lora", "full")
CONSENSUS = ("latest", "majority", "dawid-skene")


class AskedJob(Strict):
    """A job as a form sends it; what a kind has no use for stays out."""

    kind: Literal["train", "evaluate", "dataset", "prepare", "clean"]
    task: str = Field(pattern=r"^\w[\w.-]{0,99}$")
    recipe: Literal["auto", "baseline", "probe", "fewshot", "lora", "full"] = "auto"
    #: "" = as long as it takes
    budget: str = Field(default="", pattern=r"^(\d{1,6}(\.\d{1,3})?[smh])?$")
    consensus: Literal["latest", "majority", "dawid-skene"] = "latest"

    def command(self) -> list[str]:
        """What stands behind `headway`."""
        of_task = ["--task", self.task]
        if self.kind == "train":
            budget = ["--budget", self.budget] if self.budget else []
            return ["train", "--recipe", self.recipe, *budget, *of_task]
        if self.kind == "dataset":
            return ["dataset", "create", "--consensus", self.consensus, *of_task]
        return {"prepare": ["annotate", "prepare"]}.get(self.kind, [self.kind]) + of_task
