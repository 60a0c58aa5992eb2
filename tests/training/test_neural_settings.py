from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from headway.errors import UsageError
from headway.training.neural_settings import SCHEDULES, NeuralSettings
from headway.training.recipe import read_settings
from headway.training.search_space import Choice, space_of


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"epochs": 0}, "epochs has to be positive"),
        ({"max_tokens": 0}, "max_tokens has to be positive"),
        ({"learning_rate": -1.0}, "learning_rate has to be positive"),
        ({"learning_rate": math.nan}, "learning_rate has to be positive"),
        ({"weight_decay": math.nan}, "weight_decay has to be 0 or more"),
        ({"patience": -1}, "patience has to be 0 or more"),
        ({"schedule": "stairs"}, "schedule='stairs' is none of linear, cosine, constant"),
        ({"class_weights": "按类别"}, "class_weights='按类别' is none of none, balanced"),
        ({"monitor": "loss"}, "monitor='loss' is none of accuracy, macro_f1, log_loss"),
        ({"dropout": 1.0}, "dropout has to be from 0 to less than 1"),
        ({"warmup": -0.1}, "warmup has to be from 0 to less than 1"),
        ({"head": "forest"}, "head='forest' is none of linear, mlp"),
        ({"loss": "hinge"}, "loss='hinge' is none of cross_entropy, focal"),
        ({"layer_decay": 1.5}, "layer_decay has to be at most 1"),
    ],
)
def test_values_that_make_no_sense_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        NeuralSettings(**given)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValueError, match=r"bf16='maybe' is none of .*; epochs has to be positive; .*warmup"):
        NeuralSettings(bf16="maybe", epochs=-1, warmup=2.0)


def test_texts_of_the_command_line_are_turned_into_what_each_setting_is() -> None:
    given = {"epochs": "3", "learning_rate": "2e-5", "gradient_checkpointing": "yes", "head": "mine:head"}
    found = read_settings(NeuralSettings, given)
    expected = NeuralSettings(epochs=3, learning_rate=2e-5, gradient_checkpointing=True, head="mine:head")
    assert found == expected
    with pytest.raises(UsageError, match="'epoch' is unknown, did you mean 'epochs'") as caught:
        read_settings(NeuralSettings, {"epoch": "3", "batch_size": "many"})
    assert "batch_size='many' is no int" in str(caught.value)


def test_a_head_or_loss_of_the_users_own_is_not_looked_up_yet() -> None:
    settings = NeuralSettings(head="my_module:head", loss="我的:损失")
    assert (settings.head, settings.loss) == ("my_module:head", "我的:损失")


def test_the_schedules_are_those_of_the_optimizer() -> None:
    for name in SCHEDULES:
        assert NeuralSettings(schedule=name).schedule == name


def test_what_is_searched_can_be_set() -> None:
    for name, space in space_of(NeuralSettings).items():
        ends = space.values if isinstance(space, Choice) else (space.low, space.high)
        for value in ends:
            assert getattr(NeuralSettings(**{name: value}), name) == value
        default = {field.name: field.default for field in dataclasses.fields(NeuralSettings)}[name]
        assert default in space, name
