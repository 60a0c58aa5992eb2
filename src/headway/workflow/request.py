"""What the user may say about a training."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from headway.errors import UsageError
from headway.workflow.clock import parse_budget
from headway.workflow.encoders import Precision

_NAME = re.compile(r"\w[\w.-]{0,99}")
_NAME_RULE = "may hold letters, digits, '-', '_' and '.' only, at most 100"


@dataclass(frozen=True)
class TrainRequest:
    """What the user may say about a training."""

    recipe: str = "auto"
    #: a base model: a short name, a folder or a name on the hub; None = by the language of the texts
    base: str | None = None
    #: seconds from start to registered version; None = as long as it takes
    budget: float | None = None
    seed: int = 0
    #: settings of the recipe, as texts
    settings: Mapping[str, str] = field(default_factory=dict)
    #: what is published where it passes the equivalence check
    precision: Precision = "int8"
    #: the model's name; None = the task's
    name: str | None = None


def require_name(name: str) -> str:
    """The name of a task or model as it is. Raises `UsageError` for one that paths cannot hold."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"The name {name!r} {_NAME_RULE}.", next_step="Choose another with --name NAME.")
    return name


def refuse_with_resume(given: Collection[str]) -> None:
    """Raise `UsageError` naming the options that cannot be given with --resume: a run keeps its own."""
    refused = sorted(set(given) - {"--resume", "--project", "--json"})
    if refused:
        raise UsageError(
            f"A run that is resumed keeps what it was begun with; {', '.join(refused)} cannot be given.",
            next_step="Leave them out, or begin a new run without --resume.",
        )


def read_request(
    *,
    recipe: str = "auto",
    base: str | None = None,
    budget: str | None = None,
    seed: int = 0,
    settings: Sequence[str] = (),
    precision: str = "int8",
    name: str | None = None,
) -> TrainRequest:
    """A request from what was typed. Raises `UsageError` naming everything that cannot be used."""
    problems = []
    given = dict(item.split("=", 1) for item in settings if "=" in item)
    problems += [f"--set {item!r} is not key=value" for item in settings if "=" not in item]
    if precision not in {"int8", "fp32"}:
        problems.append(f"--precision {precision!r} is neither int8 nor fp32")
    if name is not None and not _NAME.fullmatch(name):
        problems.append(f"--name {name!r} {_NAME_RULE}")
    if problems:
        raise UsageError(f"{'; '.join(problems)}.", next_step="See `headway train --help`.")
    return TrainRequest(
        recipe=recipe,
        base=base,
        budget=None if budget is None else parse_budget(budget),
        seed=seed,
        settings=given,
        precision=cast(Precision, precision),
        name=name,
    )
