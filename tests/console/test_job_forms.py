from __future__ import annotations

import pytest
from pydantic import ValidationError

from headway.console.job_forms import CONSENSUS, RECIPES, AskedJob
from headway.datasets.labelled import RULES
from headway.training import RECIPES as KNOWN_RECIPES


def test_each_kind_is_a_command() -> None:
    asked = AskedJob(kind="train", task="客服", recipe="probe", budget="1.5m")
    assert asked.command() == ["train", "--recipe", "probe", "--budget", "1.5m", "--task", "客服"]
    commands = {
        "evaluate": ["evaluate", "--task", "a"],
        "dataset": ["dataset", "create", "--consensus", "latest", "--task", "a"],
        "prepare": ["annotate", "prepare", "--task", "a"],
        "clean": ["clean", "--keep", "--task", "a"],
    }
    for kind, command in commands.items():
        assert AskedJob.model_validate({"kind": kind, "task": "a"}).command() == command


def test_what_can_be_chosen_is_all_there_is() -> None:
    assert set(RECIPES) == {"auto", *KNOWN_RECIPES}
    assert CONSENSUS == RULES


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "restore"},
        {"kind": "train", "recipe": "os:system"},
        {"kind": "train", "budget": "--log-to jsonl=/etc/passwd"},
        {"kind": "train", "budget": "5 m"},
        {"task": "--project"},
        {"task": "../elsewhere"},
        {"task": "a b"},
        {"consensus": "mine"},
        {"base": "/etc"},
    ],
)
def test_nothing_else_gets_into_a_command(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AskedJob.model_validate({"kind": "clean", "task": "a", **values})
