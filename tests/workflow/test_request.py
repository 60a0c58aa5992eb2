from __future__ import annotations

from pathlib import Path

import pytest

from headway.errors import UsageError
from headway.workflow.request import TrainRequest, read_request, require_name


def test_what_was_typed_becomes_a_request() -> None:
    request = read_request(
        recipe="lora",
        base="minilm",
        budget="2m",
        seed=7,
        settings=["epochs=3", "targets=a=b"],
        precision="fp32",
        name="意图",
    )
    assert request == TrainRequest(
        recipe="lora",
        base="minilm",
        budget=120.0,
        seed=7,
        settings={"epochs": "3", "targets": "a=b"},
        precision="fp32",
        name="意图",
    )
    assert read_request() == TrainRequest()


def test_all_that_cannot_be_used_is_said_at_once() -> None:
    settings = ["c", "epochs=1", "学习率", "learnin_rate=1"]
    with pytest.raises(UsageError) as caught:
        read_request(settings=settings, precision="int4", name="a@b", budget="soon")
    wrong = ("--set 'c'", "--set '学习率'", "--precision 'int4'", "--name 'a@b'", "'soon'")
    for part in (*wrong, "'learnin_rate' is unknown, did you mean 'learning_rate'?"):
        assert part in caught.value.message
    assert "epochs" not in caught.value.message


def test_a_recipe_that_is_not_there_is_said_with_the_rest() -> None:
    with pytest.raises(UsageError, match="'ful'") as caught:
        read_request(recipe="ful", budget="soon")
    assert "soon" in caught.value.message


def test_a_budget_is_checked_too() -> None:
    with pytest.raises(UsageError, match="'soon' is no time"):
        read_request(budget="soon")


@pytest.mark.parametrize("name", ["intents", "客服-意图", "v1.2_x", "1"])
def test_names_that_a_reference_can_hold_are_taken(name: str) -> None:
    assert require_name(name) == name


@pytest.mark.parametrize("name", ["", "a@3", "../a", "a/b", "a b", ".hidden", "-x", "x" * 101])
def test_names_that_a_reference_or_a_path_cannot_hold_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="may hold letters"):
        require_name(name)


def test_studies_sinks_and_metrics_are_taken(tmp_path: Path) -> None:
    request = read_request(
        recipe="lora",
        search=True,
        trials=5,
        folds=3,
        repeats=2,
        log_to=[f"jsonl={tmp_path}/a.jsonl"],
        metrics=["my_metrics:cost"],
    )
    assert (request.search, request.trials, request.folds, request.repeats) == (True, 5, 3, 2)
    assert request.log_to == (f"jsonl={tmp_path}/a.jsonl",)
    assert request.metrics == ("my_metrics:cost",)


def test_all_mistakes_about_studies_are_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        read_request(
            budget="soon",
            search=True,
            trials=0,
            folds=1,
            repeats=0,
            log_to=["wandb=x", "jsonl"],
            metrics=["cappa"],
        )
    for part in (
        "'soon' is no time",
        "--search needs a recipe by name",
        "--trials 0 is less than 1",
        "--folds 1 is less than 2",
        "--repeats 0 is less than 1",
        "--log-to 'wandb=x'",
        "--log-to 'jsonl' is not kind=target",
        "--metric 'cappa' is none of kappa",
    ):
        assert part in caught.value.message


def test_trials_without_a_search_are_refused() -> None:
    with pytest.raises(UsageError, match="--trials is of use with --search only"):
        read_request(recipe="lora", trials=3)
