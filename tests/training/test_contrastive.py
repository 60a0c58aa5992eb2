from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from headway.errors import DivergedError
from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.contrastive import Plan, UpperLayers, _batches, contrastive_loss, has_pairs, tune
from headway.training.fine_tuned import embed
from headway.training.token_batches import tokenise
from tests.training.tuning import LABELS, TEXTS

ROWS = np.arange(40)
PLAN = Plan(steps=12, batch_size=16, learning_rate=1e-3, temperature=0.1, max_tokens=4_096)


def layers_of(base: BaseModel, n_learned: int = 1) -> UpperLayers:
    return UpperLayers(Encoder.load(base, 0.0), tokenise(base, (), TEXTS[:50]), n_learned)


def mean_loss(layers: UpperLayers, rows: NDArray[np.int64]) -> float:
    vectors = torch.from_numpy(layers.vectors()[rows])
    return float(contrastive_loss(vectors, torch.from_numpy(LABELS[rows]), 0.1))


def test_the_loss_is_the_one_of_the_paper() -> None:
    vectors = functional.normalize(torch.randn((6, 5), generator=torch.manual_seed(0)), dim=1)
    labels = [0, 0, 1, 1, 1, 2]
    expected = []
    for one in range(5):  # the last has no company
        others = [other for other in range(6) if other != one]
        total = sum(math.exp(float(vectors[one] @ vectors[other]) / 0.5) for other in others)
        alike = [other for other in others if labels[other] == labels[one]]
        shares = [math.exp(float(vectors[one] @ vectors[other]) / 0.5) / total for other in alike]
        expected.append(-sum(map(math.log, shares)) / len(alike))
    found = contrastive_loss(vectors, torch.tensor(labels), 0.5)
    assert float(found) == pytest.approx(sum(expected) / 5, rel=1e-5)


def test_tuning_draws_labels_together_also_for_texts_it_has_not_seen(base: BaseModel) -> None:
    layers = layers_of(base)
    unseen = np.arange(40, 50)
    before = mean_loss(layers, ROWS), mean_loss(layers, unseen)
    tune(layers, ROWS, LABELS[ROWS], PLAN, seed=0)
    after = mean_loss(layers, ROWS), mean_loss(layers, unseen)
    assert after[0] < before[0] - 0.2
    assert after[1] < before[1]


def test_vectors_are_those_of_the_encoder_and_lower_layers_stay(base: BaseModel) -> None:
    layers = layers_of(base)
    tune(layers, ROWS, LABELS[ROWS], PLAN, seed=0)
    np.testing.assert_allclose(layers.vectors(), embed(layers.encoder, layers.ids), atol=1e-5)
    some = layers.vectors([3, 5])
    np.testing.assert_allclose(some[[3, 5]], layers.vectors()[[3, 5]], atol=1e-5)
    assert not some[[0, 4]].any()
    pretrained = dict(Encoder.load(base).named_parameters())
    changed = {
        name for name, one in layers.encoder.named_parameters() if not torch.equal(one, pretrained[name])
    }
    assert changed
    assert all(layers.encoder.depth_of(name) == 1 for name in changed)


def test_a_mix_lies_between_and_nothing_of_it_is_the_pretrained(base: BaseModel) -> None:
    layers = layers_of(base)
    start = {name: one.detach().clone() for name, one in layers.learned().items()}
    tune(layers, ROWS, LABELS[ROWS], PLAN, seed=0)
    tuned = {name: one.detach().clone() for name, one in layers.learned().items()}
    layers.mix(0.5)
    for name, one in layers.learned().items():
        torch.testing.assert_close(one.detach(), (start[name] + tuned[name]) / 2)
    layers.mix(0.0)
    assert all(torch.equal(one, start[name]) for name, one in layers.learned().items())


def test_the_same_seed_gives_the_same_weights_and_another_does_not(base: BaseModel) -> None:
    def tuned(seed: int) -> list[torch.Tensor]:
        layers = layers_of(base)
        tune(layers, ROWS, LABELS[ROWS], PLAN, seed)
        return [one.detach() for one in layers.learned().values()]

    first, again, other = tuned(0), tuned(0), tuned(1)
    assert all(torch.equal(*pair) for pair in zip(first, again, strict=True))
    assert not all(torch.equal(*pair) for pair in zip(first, other, strict=True))


def test_batches_keep_pairs_together_and_hold_to_their_limits() -> None:
    ids = [[1] * (3 + row % 5) for row in range(400)]
    label_of = {row: row % 20 for row in range(400)}
    batches = _batches(ids, label_of, Plan(1, 32, 1e-4, 0.1, 100), seed=0, epoch=0)
    assert sorted(row for batch in batches for row in batch) == list(range(400))
    for batch in batches:
        assert len(batch) <= 33
        assert sum(len(ids[row]) for row in batch) <= 100
        labels = [label_of[row] for row in batch]
        assert all(labels.count(label) > 1 for label in labels)


def test_a_long_text_makes_a_batch_of_its_own_pair() -> None:
    ids = [[1] * 50, [1] * 500, [1] * 3, [1] * 3]
    found = _batches(ids, {0: 0, 1: 0, 2: 1, 3: 1}, Plan(1, 32, 1e-4, 0.1, 64), seed=0, epoch=0)
    assert sorted(map(sorted, found)) == [[0, 1], [2, 3]]


def test_without_a_pair_there_is_nothing_to_learn(base: BaseModel) -> None:
    assert has_pairs(np.array([0, 1, 1]))
    assert not has_pairs(np.array([0, 1, 2]))
    assert not has_pairs(np.array([], dtype=np.int64))
    with pytest.raises(ValueError, match="two texts"):
        tune(layers_of(base), np.arange(3), np.arange(3), PLAN, seed=0)


def test_a_loss_that_is_no_number_stops(base: BaseModel) -> None:
    plan = Plan(steps=40, batch_size=16, learning_rate=1e30, temperature=0.1, max_tokens=4_096)
    with pytest.raises(DivergedError, match="learning_rate"):
        tune(layers_of(base), ROWS, LABELS[ROWS], plan, seed=0)


def test_bfloat16_learns_too(base: BaseModel) -> None:
    layers = layers_of(base)
    before = mean_loss(layers, ROWS)
    plan = Plan(steps=12, batch_size=16, learning_rate=1e-3, temperature=0.1, max_tokens=4_096, bf16=True)
    tune(layers, ROWS, LABELS[ROWS], plan, seed=0)
    assert mean_loss(layers, ROWS) < before
