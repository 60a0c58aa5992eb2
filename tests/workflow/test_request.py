from __future__ import annotations

from pathlib import Path

import pytest

from headway.errors import UsageError
from headway.workflow.request import TrainRequest, read_request, require_name


def test_what_was_typed_becomes_a_request() -> None:
    request = read_request(
        recipe="probe",
        base="minilm",
        budget="2m",
        seed=7,
        settings=["c=3", "a=b=c"],
        precision="fp32",
        name="意图",
    )
    assert request == TrainRequest(
        recipe="probe",
        base="minilm",
        budget=120.0,
        seed=7,
        settings={"c": "3", "a": "b=c"},
        precision="fp32",
        name="意图",
    )
    assert read_request() == TrainRequest()


def test_all_that_cannot_be_used_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        read_request(settings=["c", "d=1", "学习率"], precision="int4", name="a@b")
    for part in ("--set 'c'", "--set '学习率'", "--precision 'int4'", "--name 'a@b'"):
        assert part in caught.value.message
    assert "d=1" not in caught.value.message


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
        recipe="probe",
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
        read_request(recipe="probe", trials=3)
