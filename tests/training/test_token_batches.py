from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import UsageError
from headway.inference.tokenize import TextTokenizer
from headway.models import BaseModel
from headway.text import DEFAULT_STEPS, prepare
from headway.training.token_batches import epoch_batches, micro_batches, tokenise


@given(n=st.integers(1, 300), size=st.integers(1, 64), seed=st.integers(0, 9), epoch=st.integers(0, 9))
def test_an_epoch_has_every_row_once(n: int, size: int, seed: int, epoch: int) -> None:
    batches = epoch_batches(n, size, seed=seed, epoch=epoch)
    assert sorted(np.concatenate(batches).tolist()) == list(range(n))
    assert all(len(batch) == size for batch in batches[:-1])
    again = epoch_batches(n, size, seed=seed, epoch=epoch)
    assert all(np.array_equal(one, other) for one, other in zip(batches, again, strict=True))


def test_each_epoch_and_seed_has_an_order_of_its_own() -> None:
    orders = {
        tuple(np.concatenate(epoch_batches(50, 8, seed=seed, epoch=epoch)).tolist())
        for seed in range(3)
        for epoch in range(3)
    }
    assert len(orders) == 9


@given(lengths=st.lists(st.integers(1, 50), min_size=1, max_size=40), most=st.integers(1, 120))
def test_parts_hold_every_row_in_order_and_no_more_than_fits(lengths: list[int], most: int) -> None:
    rows = list(range(len(lengths)))
    parts = micro_batches(rows, lengths, most)
    assert [row for part in parts for row in part] == rows
    for part in parts:
        assert len(part) == 1 or sum(lengths[row] for row in part) <= most


def test_texts_become_the_tokens_the_published_model_will_see(base: BaseModel) -> None:
    texts = ["  你好，我想退款 ", "Where is my parcel?", ""]
    tokenizer = TextTokenizer(base.folder / "tokenizer.json", base.max_length, base.prefix)
    expected = tokenizer.encode([base.prefix + prepare(text, DEFAULT_STEPS) for text in texts])
    assert tokenise(base, DEFAULT_STEPS, texts) == expected


def test_a_shorter_length_cuts_and_a_longer_one_changes_nothing(base: BaseModel) -> None:
    text = "退款 refund " * 200
    assert len(tokenise(base, (), [text], 10)[0]) == 10
    assert len(tokenise(base, (), [text], 10_000)[0]) == base.max_length


def test_what_is_no_text_is_named(base: BaseModel) -> None:
    with pytest.raises(UsageError, match="Text number 1 is of type float"):
        tokenise(base, (), ["好", 1.5])  # type: ignore[list-item]
