from __future__ import annotations

import time
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from headway.serving.schemas import HuggingFaceRequest, PredictRequest


def test_defaults() -> None:
    assert PredictRequest.model_validate({"inputs": ["x"]}).top_k == 3
    assert HuggingFaceRequest.model_validate({"inputs": "x"}).parameters.top_k is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"inputs": None},
        {"inputs": "x"},
        {"inputs": [b"x"]},
        {"inputs": ("x",)},
        {"inputs": {"0": "x"}},
        {"inputs": ["x"], "top_k": "3"},
        {"inputs": ["x"], "top_k": True},
        {"inputs": ["x"], "top_k": -1},
        {"inputs": ["x"], "topk": 1},
    ],
)
def test_nothing_is_converted_and_nothing_unknown_is_taken(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PredictRequest.model_validate(body)


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": 1},
        {"inputs": [["x"]]},
        {"inputs": "x", "options": {}},
        {"inputs": "x", "parameters": {"k": 1}},
    ],
)
def test_the_hugging_face_shape_is_as_strict(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        HuggingFaceRequest.model_validate(body)


@pytest.mark.parametrize("model", [PredictRequest, HuggingFaceRequest])
def test_a_million_wrong_items_give_few_errors(model: type[BaseModel]) -> None:
    started = time.monotonic()
    with pytest.raises(ValidationError) as caught:
        model.model_validate({"inputs": [1] * 700_000})
    assert caught.value.error_count() <= 2
    assert time.monotonic() - started < 5
