from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.errors import DataError, ModelError, TooManyInputsError
from headway.serving import Limits, Service

from .conftest import KEYWORDS, KeywordPredictor, served


def test_a_service_without_a_model_is_refused() -> None:
    with pytest.raises(ModelError, match="no model to serve"):
        Service([])


def test_models_are_found_by_name_and_the_first_is_the_default(make_service: Callable[..., Service]) -> None:
    service = make_service()
    assert service.default is service.model("support")
    assert service.model("second").name == "second"
    with pytest.raises(ModelError, match="No model 'third'") as caught:
        service.model("third")
    assert caught.value.next_step == "Served: support, second."


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("快递退款 parcelrefund", max_size=30), min_size=1, max_size=8), st.integers(1, 5))
def test_labels_come_best_first_and_agree_with_the_predictor(texts: list[str], top_k: int) -> None:
    predictor = KeywordPredictor()
    service = Service([served(predictor)])
    found = asyncio.run(service.predict(service.default, texts, top_k))
    service.close()
    expected = predictor.predict_scores(texts)
    for scored, row in zip(found, expected, strict=True):
        values = [score for _, score in scored.scores]
        assert len(values) == min(top_k, len(KEYWORDS))
        assert values == sorted(values, reverse=True)
        assert scored.scores[0][0] == predictor.labels[int(row.argmax())]
        assert values[0] == round(float(row.max()), 4)


def test_a_model_that_does_not_tell_about_truncation_is_served_too() -> None:
    class Plain:
        labels = ("a", "b")

        def predict_scores(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
            return np.full((len(texts), 2), 0.5)

    service = Service([served(Plain())])
    found = asyncio.run(service.predict(service.default, ["x"], None))
    service.close()
    assert found[0].scores == [("a", 0.5), ("b", 0.5)]
    assert found[0].truncated is None


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        ([], DataError, "empty"),
        (["x"] * 4, TooManyInputsError, "holds 4 texts; at most 3"),
        (["x", "y" * 11], DataError, r"inputs\[1\] has 11 characters"),
        (["\0"], DataError, r"inputs\[0\] holds a NUL"),
        (["x", "好\udfff"], DataError, r"inputs\[1\] holds"),
    ],
)
def test_limits_name_what_passes_them(texts: list[str], error: type[Exception], message: str) -> None:
    service = Service([served(KeywordPredictor())], Limits(max_rows=3, max_characters=10))
    with pytest.raises(error, match=message):
        asyncio.run(service.predict(service.default, texts))
    service.close()
