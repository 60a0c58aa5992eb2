from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from headway.models.attention import attend, blocks

HEADS, WIDTH = 2, 8
some_lengths = st.lists(st.integers(1, 90), min_size=1, max_size=24)


def one_by_one(joint: torch.Tensor, lengths: list[int]) -> torch.Tensor:
    """What attention gives where every text is computed alone."""
    found, start = [], 0
    for length in lengths:
        parts = joint[start : start + length].view(length, 3, HEADS, -1).permute(1, 2, 0, 3)
        attended = functional.scaled_dot_product_attention(*parts)
        found.append(attended.transpose(0, 1).reshape(length, -1))
        start += length
    return torch.cat(found)


def packed_lengths(lengths: list[int]) -> list[int]:
    return [lengths[text] for block in blocks(lengths) for text in block.texts]


@given(lengths=some_lengths)
def test_every_text_attends_to_itself_alone(lengths: list[int]) -> None:
    torch.manual_seed(0)
    joint = torch.randn(sum(lengths), 3 * WIDTH)
    found = attend(joint, blocks(lengths), HEADS)
    torch.testing.assert_close(found, one_by_one(joint, packed_lengths(lengths)), atol=1e-5, rtol=1e-4)


@given(lengths=some_lengths)
def test_the_gradient_is_that_of_texts_alone(lengths: list[int]) -> None:
    torch.manual_seed(0)
    joint = torch.randn(sum(lengths), 3 * WIDTH)
    above = torch.randn(sum(lengths), WIDTH)
    together, alone = (joint.clone().requires_grad_() for _ in range(2))
    attend(together, blocks(lengths), HEADS).backward(above)
    one_by_one(alone, packed_lengths(lengths)).backward(above)
    assert together.grad is not None
    torch.testing.assert_close(together.grad, alone.grad, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize("lengths", [[5, 3], [40, 40], [70, 30, 9]])
def test_the_gradient_with_dropout_is_that_of_what_was_computed(lengths: list[int]) -> None:
    torch.manual_seed(0)
    joint = torch.randn(sum(lengths), 3 * WIDTH, dtype=torch.float64, requires_grad=True)

    def run(given: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(1)
        return attend(given, blocks(lengths), HEADS, dropout=0.3)

    # In a random direction: entry by entry it takes minutes.
    assert torch.autograd.gradcheck(run, joint, fast_mode=True)


def test_dropout_keeps_the_mean_and_changes_from_call_to_call() -> None:
    torch.manual_seed(0)
    lengths = [30] * 40
    joint = torch.ones(sum(lengths), 3 * WIDTH)
    first, second = (attend(joint, blocks(lengths), HEADS, dropout=0.5) for _ in range(2))
    assert not torch.equal(first, second)
    assert float(first.mean()) == pytest.approx(1.0, abs=0.02)


@given(lengths=some_lengths)
def test_blocks_hold_every_text_once_and_every_token_has_its_place(lengths: list[int]) -> None:
    layout = blocks(lengths)
    assert sorted(text for block in layout for text in block.texts) == list(range(len(lengths)))
    assert [block.start for block in layout] == [0, *[block.end for block in layout[:-1]]]
    assert layout[-1].end == sum(lengths)
    for block in layout:
        n_tokens = sum(lengths[text] for text in block.texts)
        assert block.end - block.start == n_tokens <= block.rows * block.length
        if block.places is None or block.tokens is None:
            assert n_tokens == block.rows * block.length
        else:
            assert block.places[block.tokens].tolist() == list(range(n_tokens))


def test_short_texts_share_rows_and_long_ones_lie_with_their_like() -> None:
    lengths = [100, 90, 60, 40, 12, 12, 11, 10, 8]
    layout = blocks(lengths)
    assert [[lengths[text] for text in block.texts] for block in layout] == [
        [100, 90, 60],
        [40],
        [12, 12, 8, 11, 10],
    ]
    assert [(block.rows, block.length) for block in layout] == [(3, 100), (1, 40), (2, 32)]


def test_texts_of_one_length_need_no_mask() -> None:
    for length in (9, 50):
        (block,) = blocks([length] * 4)
        assert (block.rows, block.length) == (4, length)
        assert block.mask is None
        assert block.places is None


def test_in_bfloat16_both_ways_stay_so() -> None:
    joint = torch.randn(20, 3 * WIDTH).to(torch.bfloat16).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        found = attend(joint, blocks([12, 8]), HEADS, dropout=0.1)
    found.sum().backward()
    assert found.dtype == torch.bfloat16
    assert joint.grad is not None
    assert joint.grad.dtype == torch.bfloat16
