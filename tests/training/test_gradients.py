from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from headway.errors import MachineError
from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.frozen import FrozenLayers
from headway.training.gradients import GradientComputer
from headway.training.losses import cross_entropy
from headway.training.token_batches import tokenise
from tests.training.tuning import LABELS, NAMES, TEXTS

ROWS = [3, 17, 5, 40, 41, 80]


@pytest.fixture(scope="module")
def ids(base: BaseModel) -> list[list[int]]:
    return tokenise(base, (), TEXTS)


def computer(base: BaseModel, ids: list[list[int]], **given: Any) -> GradientComputer:
    torch.manual_seed(1)
    encoder = Encoder.load(base, 0.0)
    head = torch.nn.Linear(encoder.width, len(NAMES))
    given = {"max_tokens": 10_000, **given}
    if given.get("learn_words"):
        encoder.word_table.requires_grad_(False)
    return GradientComputer(encoder, head, ids, torch.from_numpy(LABELS), cross_entropy, **given)


def gradients(made: GradientComputer) -> dict[str, Tensor]:
    named = [*made.encoder.named_parameters(), *made.head.named_parameters()]
    return {name: one.grad for name, one in named if one.grad is not None}


def test_small_parts_give_the_gradient_of_the_whole_batch(base: BaseModel, ids: list[list[int]]) -> None:
    whole, parts = computer(base, ids), computer(base, ids, max_tokens=20)
    assert whole.compute(ROWS).loss == pytest.approx(parts.compute(ROWS).loss, rel=1e-5)
    expected, found = gradients(whole), gradients(parts)
    assert expected.keys() == found.keys()
    for name in expected:
        torch.testing.assert_close(found[name], expected[name], atol=1e-5, rtol=1e-3)


def test_touched_rows_have_the_gradient_of_the_whole_table(base: BaseModel, ids: list[list[int]]) -> None:
    dense, sparse = computer(base, ids), computer(base, ids, learn_words=True, max_tokens=30)
    dense.compute(ROWS)
    found = sparse.compute(ROWS)
    table = dense.encoder.word_table.grad
    assert found.touched is not None
    assert found.rows is not None
    assert table is not None
    assert found.touched.tolist() == sorted({token for row in ROWS for token in ids[row]})
    torch.testing.assert_close(found.rows, table[found.touched], atol=1e-5, rtol=1e-3)
    untouched = torch.ones(len(table), dtype=torch.bool)
    untouched[found.touched] = False
    assert not table[untouched].any()
    assert sparse.encoder.word_table.grad is None


def test_the_loss_is_the_mean_over_the_rows(base: BaseModel, ids: list[list[int]]) -> None:
    made = computer(base, ids)
    with torch.no_grad():
        logits = made.head(made.encoder([ids[row] for row in ROWS]))
    expected = float(cross_entropy(logits, torch.from_numpy(LABELS[ROWS])).mean())
    assert made.compute(ROWS).loss == pytest.approx(expected, rel=1e-5)


def test_kept_outputs_of_frozen_layers_change_nothing(base: BaseModel, ids: list[list[int]]) -> None:
    plain = computer(base, ids)
    kept = computer(base, ids)
    kept = computer(base, ids, frozen=FrozenLayers(kept.encoder, ids, 1))
    plain.compute(ROWS)
    kept.compute(ROWS)
    torch.testing.assert_close(kept.head.weight.grad, plain.head.weight.grad, atol=1e-6, rtol=1e-4)
    assert all(one.grad is None for one in kept.encoder.parameters())


def test_out_of_memory_is_answered_by_smaller_parts(base: BaseModel, ids: list[list[int]]) -> None:
    expected = computer(base, ids)
    expected.compute(ROWS)
    tight = computer(base, ids, max_tokens=400)
    forward, asked = tight.encoder.forward, []

    def limited(texts: Any, words: Any = None) -> Tensor:
        asked.append(len(texts.ids))
        if len(texts.ids) > 30:
            raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.")
        vectors: Tensor = forward(texts, words)
        return vectors

    tight.encoder.forward = limited  # type: ignore[method-assign]
    tight.compute(ROWS)
    assert tight.max_tokens in range(10, 31)
    assert max(asked) > 30
    for name, gradient in gradients(expected).items():
        torch.testing.assert_close(gradients(tight)[name], gradient, atol=1e-5, rtol=1e-3)


def test_where_one_text_is_too_much_it_says_what_to_do(base: BaseModel, ids: list[list[int]]) -> None:
    made = computer(base, ids)

    def never(texts: Any, words: Any = None) -> Tensor:
        raise MemoryError

    made.encoder.forward = never  # type: ignore[method-assign]
    with pytest.raises(MachineError, match="not enough memory") as caught:
        made.compute(ROWS)
    assert "max_length" in str(caught.value.next_step)


def test_another_error_is_not_taken_for_a_lack_of_memory(base: BaseModel, ids: list[list[int]]) -> None:
    made = computer(base, ids)

    def wrong(texts: Any, words: Any = None) -> Tensor:
        raise RuntimeError("shapes do not fit")

    made.encoder.forward = wrong  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        made.compute(ROWS)


def test_bfloat16_is_near(base: BaseModel, ids: list[list[int]]) -> None:
    wide, narrow = computer(base, ids), computer(base, ids, bf16=True)
    assert narrow.compute(ROWS).loss == pytest.approx(wide.compute(ROWS).loss, rel=0.02)
    first, second = gradients(wide)["weight"], gradients(narrow)["weight"]
    assert torch.nn.functional.cosine_similarity(first.reshape(-1), second.reshape(-1), dim=0) > 0.99
    assert second.dtype == torch.float32
