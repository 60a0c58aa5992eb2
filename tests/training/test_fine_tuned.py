from __future__ import annotations

import numpy as np
import pytest
import torch

from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.text import DEFAULT_STEPS
from headway.training.fine_tuned import FineTuned, embed
from headway.training.heads import linear, mlp, start_from
from headway.training.linear import LinearModel
from headway.training.token_batches import tokenise
from tests.training.tuning import TEXTS


def test_vectors_come_in_the_given_order(base: BaseModel) -> None:
    encoder = Encoder.load(base, dropout=0.4).train()
    ids = tokenise(base, DEFAULT_STEPS, TEXTS[:70])
    vectors = embed(encoder, ids)
    assert encoder.training
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([embed(encoder, [ids[row]]) for row in (0, 33, 69)])
    np.testing.assert_allclose(vectors[[0, 33, 69]], alone, atol=1e-5)
    assert embed(encoder, []).shape == (0, encoder.width)


@pytest.mark.parametrize("kind", ["linear", "module"])
def test_its_scores_are_those_of_its_head(base: BaseModel, kind: str) -> None:
    rng = np.random.default_rng(0)
    encoder = Encoder.load(base).eval()
    model = LinearModel(rng.normal(size=(3, encoder.width)).astype(np.float32), np.zeros(3, np.float32))
    head = linear(encoder.width, 3)
    start_from(head, model)
    fitted = FineTuned(base, encoder, model if kind == "linear" else head, DEFAULT_STEPS)
    scores = fitted.scores(TEXTS[:9])
    vectors = embed(encoder, tokenise(base, DEFAULT_STEPS, TEXTS[:9]))
    np.testing.assert_allclose(scores, model.scores(vectors), atol=1e-6)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_any_head_gives_probabilities(base: BaseModel) -> None:
    torch.manual_seed(0)
    encoder = Encoder.load(base).eval()
    scores = FineTuned(base, encoder, mlp(encoder.width, 4), DEFAULT_STEPS).scores(["你好", "hello"])
    assert scores.shape == (2, 4)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
