"""What the user may say about a training."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from headway.errors import UsageError
from headway.training.sinks import sink_problems
from headway.workflow.clock import parse_budget
from headway.workflow.encoders import Precision
from headway.workflow.own_metrics import metric_problems
from headway.workflow.recipe_settings import check_recipe

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
    #: `auto` compares baseline and probe only: a demonstration is to be over in seconds
    light: bool = False
    #: what is published where it passes the equivalence check
    precision: Precision = "int8"
    #: the model's name; None = the task's
    name: str | None = None
    #: whether the recipe's settings are searched first
    search: bool = False
    #: trials of the search; None = as many as the budget allows
    trials: int | None = None
    #: folds of a cross-validation beside the training; None = none
    folds: int | None = None
    #: seeds that the recipe is trained with
    repeats: int = 1
    #: further places that are told what happens: `jsonl=FILE`, `tensorboard=FOLDER`, `mlflow=URI`
    log_to: Sequence[str] = ()
    #: further metrics by name, and the user's own as `module:function`
    metrics: Sequence[str] = ()


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
    search: bool = False,
    trials: int | None = None,
    folds: int | None = None,
    repeats: int = 1,
    log_to: Sequence[str] = (),
    metrics: Sequence[str] = (),
) -> TrainRequest:
    """A request from what was typed. Raises `UsageError` naming everything that cannot be used."""
    problems = []
    given = dict(item.split("=", 1) for item in settings if "=" in item)
    problems += [f"--set {item!r} is not key=value" for item in settings if "=" not in item]
    if precision not in {"int8", "fp32"}:
        problems.append(f"--precision {precision!r} is neither int8 nor fp32")
    if name is not None and not _NAME.fullmatch(name):
        problems.append(f"--name {name!r} {_NAME_RULE}")
    seconds = None
    try:
        seconds = None if budget is None else parse_budget(budget)
    except UsageError as error:
        problems.append(f"{error.message.removesuffix('.')}: write it as 35s, 5m or 1.5h")
    problems += _study_problems(recipe, search, trials, folds, repeats)
    problems += sink_problems(log_to) + metric_problems(metrics)
    try:
        check_recipe(recipe, given)
    except UsageError as error:
        if not problems:
            raise
        problems.append(error.message.removesuffix("."))
    if problems:
        raise UsageError(f"{'; '.join(problems)}.", next_step="See `headway train --help`.")
    return TrainRequest(
        recipe=recipe,
        base=base,
        budget=seconds,
        seed=seed,
        settings=given,
        precision=cast(Precision, precision),
        name=name,
        search=search,
        trials=trials,
        folds=folds,
        repeats=repeats,
        log_to=tuple(log_to),
        metrics=tuple(metrics),
    )


def _study_problems(
    recipe: str, search: bool, trials: int | None, folds: int | None, repeats: int
) -> list[str]:
    """What is wrong with what is to be done around the training."""
    problems = []
    if search and recipe == "auto":
        problems.append("--search needs a recipe by name, such as --recipe probe")
    if trials is not None and not search:
        problems.append("--trials is of use with --search only")
    if trials is not None and trials < 1:
        problems.append(f"--trials {trials} is less than 1")
    if folds is not None and folds < 2:
        problems.append(f"--folds {folds} is less than 2: one part has to be held out of the others")
    if repeats < 1:
        problems.append(f"--repeats {repeats} is less than 1")
    return problems
