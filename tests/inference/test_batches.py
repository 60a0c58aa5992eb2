from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.inference.batches import length_batches, padded

LENGTHS = st.lists(st.integers(0, 600), max_size=200)


@settings(max_examples=50)
@given(LENGTHS, st.integers(1, 1024), st.integers(1, 64))
def test_each_text_is_in_one_batch_within_the_limits(lengths: list[int], tokens: int, rows: int) -> None:
    batches = length_batches(lengths, tokens, rows)
    assert sorted(index for batch in batches for index in batch.tolist()) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[index] for index in batch)
        assert 1 <= len(batch) <= rows
        assert len(batch) == 1 or len(batch) * longest <= tokens


@settings(max_examples=50)
@given(LENGTHS, st.integers(1, 1024))
def test_batches_go_from_long_to_short(lengths: list[int], tokens: int) -> None:
    batches = length_batches(lengths, tokens, 8)
    ordered = [lengths[index] for batch in batches for index in batch.tolist()]
    assert ordered == sorted(lengths, reverse=True)


def test_padding_is_masked() -> None:
    tokens, mask = padded([[5, 6, 7], [8]])
    np.testing.assert_array_equal(tokens, [[5, 6, 7], [8, 0, 0]])
    np.testing.assert_array_equal(mask, [[1, 1, 1], [1, 0, 0]])
