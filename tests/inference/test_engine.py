from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from headway.errors import ModelError
from headway.inference.engine import GraphEngine
from tests.compression.tiny import TEXTS, make_tokenizer

IDS = [encoding.ids for encoding in make_tokenizer().encode_batch(TEXTS * 20)]


@pytest.fixture(scope="module")
def engine(encoders: dict[str, Path]) -> GraphEngine:
    return GraphEngine(encoders["int8"] / "model.onnx", threads=2)


def test_rows_come_in_the_callers_order(engine: GraphEngine) -> None:
    rows = engine.run(IDS)
    assert rows.shape == (len(IDS), engine.dimension)
    assert rows.dtype == np.float32
    alone = np.concatenate([engine.run([ids]) for ids in IDS[: len(TEXTS)]])
    np.testing.assert_allclose(rows, np.tile(alone, (20, 1)), atol=1e-5)


def test_batching_and_threads_change_nothing(engine: GraphEngine, encoders: dict[str, Path]) -> None:
    rows = engine.run(IDS)
    np.testing.assert_allclose(engine.run(IDS, one_batch=True), rows, atol=1e-5)
    single = GraphEngine(encoders["int8"] / "model.onnx", threads=1)
    np.testing.assert_allclose(single.run(IDS), rows, atol=1e-5)


def test_no_texts_give_no_rows(engine: GraphEngine) -> None:
    assert engine.run([]).shape == engine.run([], one_batch=True).shape == (0, engine.dimension)


def test_callers_in_several_threads_get_their_own_rows(engine: GraphEngine) -> None:
    expected = engine.run(IDS)
    with ThreadPoolExecutor(4) as callers:
        parts = list(callers.map(lambda start: engine.run(IDS[start : start + 40]), range(0, len(IDS), 40)))
    np.testing.assert_allclose(np.concatenate(parts), expected, atol=1e-5)


def test_a_token_outside_the_vocabulary_is_a_model_error(engine: GraphEngine) -> None:
    with pytest.raises(ModelError, match="2 texts of 3 tokens"):
        engine.run([[1, 2, 10**6], [1]], one_batch=True)
