from __future__ import annotations

import pytest

from headway.errors import UsageError
from headway.training.fewshot_settings import FewShotSettings
from headway.training.recipe import read_settings


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("steps", "-1", "steps has to be 0 or more"),
        ("batch_size", "1", "batch_size has to be 2 or more"),
        ("learning_rate", "0", "learning_rate has to be positive"),
        ("temperature", "nan", "temperature has to be positive"),
        ("mix", "0", "mix has to be"),
        ("mix", "1.5", "mix has to be"),
        ("folds", "1", "folds has to be 0, or 2 or more"),
        ("label_texts", "maybe", "label_texts='maybe' is none of auto, yes, no"),
        ("bf16", "on", "bf16='on' is none of auto, yes, no"),
        ("rows_per_label", "1", "rows_per_label has to be 2 or more"),
        ("mixx", "0.5", "did you mean 'mix'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(key: str, value: str, words: str) -> None:
    with pytest.raises(UsageError, match="cannot be used") as wrong:
        read_settings(FewShotSettings, {key: value})
    assert words in str(wrong.value)


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(UsageError, match="mix has to be") as wrong:
        read_settings(FewShotSettings, {"mix": "2", "c": "-1", "layers": "-2"})
    assert "c has to be positive" in str(wrong.value)
    assert "layers has to be 0 or more" in str(wrong.value)
