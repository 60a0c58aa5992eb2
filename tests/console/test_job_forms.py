from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from headway.console.job_forms import (
    CONSENSUS,
    RECIPES,
    SPLITS,
    AskedComparison,
    AskedImport,
    AskedJob,
)
from headway.datasets.labelled import RULES
from headway.errors import UsageError
from headway.records import Split
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


FILE = Path("/project/客服.csv")
COLUMNS = ["text", "--label", "编号", "a=b", "text --project /"]


def test_an_import_names_each_column_in_one_word() -> None:
    asked = AskedImport(task="客服", text="--label", label="a=b", id="编号", time="text", split="test")
    options = ["--text=--label", "--label=a=b", "--id=编号", "--time=text", "--split=test"]
    assert asked.command(FILE, COLUMNS) == ["import", str(FILE), *options, "--task", "客服"]
    asked = AskedImport(task="a", text="text --project /")
    assert asked.command(FILE, COLUMNS) == ["import", str(FILE), "--text=text --project /", "--task", "a"]


def test_an_import_reads_the_file_as_was_asked() -> None:
    reading = ["--sheet=--客户 反馈", "--no-header"]
    asked = AskedImport(task="a", text="编号")
    assert asked.command(FILE, COLUMNS, reading) == [
        *("import", str(FILE), *reading, "--text=编号"),
        *("--task", "a"),
    ]


def test_columns_that_a_file_does_not_have_are_told_all_at_once() -> None:
    with pytest.raises(UsageError, match=r"客服\.csv has no column 'words', 'when'|'when', 'words'"):
        AskedImport(task="a", text="words", label="a=b", time="when").command(FILE, COLUMNS)


def test_the_splits_to_choose_from_are_all_there_are() -> None:
    assert set(get_args(AskedImport.model_fields["split"].annotation)) == {"", *Split}
    assert tuple(Split) == SPLITS


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""},
        {"text": "a" * 201},
        {"text": None},
        {"task": "--project"},
        {"split": "all"},
        {"format": "csv"},
        {"encoding": "utf-8"},
    ],
)
def test_nothing_else_gets_into_an_import(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AskedImport.model_validate({"task": "a", "text": "text", **values})


def test_a_comparison_is_a_command() -> None:
    asked = AskedComparison(models=["客服@champion", "intents@2", "06h0amsb1ng25pwxrxw9"])
    assert asked.command("客服") == [
        *("compare", "客服@champion", "intents@2", "06h0amsb1ng25pwxrxw9"),
        *("--task", "客服"),
    ]


@pytest.mark.parametrize(
    "models", [[], ["a"], ["a"] * 21, ["a", "-b"], ["a", "a@"], ["a", "@b"], ["a", "a@b@c"], ["a", "a\n"]]
)
def test_what_names_no_models_cannot_be_compared(models: list[str]) -> None:
    with pytest.raises(ValidationError):
        AskedComparison(models=models)
