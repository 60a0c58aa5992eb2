from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text.shingles import shingle_hashes, shingle_sets


def sets_of(texts: list[str]) -> list[set[int]]:
    """The shingles of each text as a set."""
    hashes, counts = shingle_sets(texts)
    ends = np.cumsum(counts)
    return [set(hashes[end - count : end].tolist()) for end, count in zip(ends.tolist(), counts, strict=True)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Where is my parcel?", "where is  my PARCEL"),
        ("ｗｈｅｒｅ　ｉｓ１２", "where is12"),
        ("我要退款！！", "我要退款"),
        ("我想退訂這個訂單", "我想退订这个订单"),
        ("Café, s'il vous plaît", "cafe sil vous plait"),
        ("线 上\u200b付款", "线上付款。"),
    ],
)
def test_case_width_accents_spaces_and_traditional_forms_make_no_difference(one: str, other: str) -> None:
    first, second = sets_of([one, other])
    assert first == second
    assert first


def test_a_chinese_shingle_has_two_characters_and_any_other_three() -> None:
    assert [len(found) for found in sets_of(["退款退款", "abcabcabc"])] == [3, 5]
    # 退款 款退 款+end; abc bca cab bc+end c+end


def test_one_character_more_or_less_is_another_set() -> None:
    for one, other in (("退款", "退款了"), ("refund", "refunds"), ("ab", "abab")):
        first, second = sets_of([one, other])
        assert first != second


def test_a_text_without_letters_and_digits_has_no_shingle() -> None:
    hashes, counts = shingle_sets(["", "!!! …", "？！", "😀", "好"])
    assert counts.tolist() == [0, 0, 0, 0, 1]
    assert len(hashes) == 1
    assert shingle_sets([])[1].tolist() == shingle_hashes([])[1].tolist() == []


@given(st.lists(st.text(max_size=30), max_size=8))
def test_a_text_has_the_same_shingles_whatever_stands_beside_it(texts: list[str]) -> None:
    together = sets_of(texts)
    assert together == [sets_of([text])[0] for text in texts]
    hashes, counts = shingle_hashes(texts)
    ends = np.cumsum(counts)
    for found, end, count in zip(together, ends.tolist(), counts.tolist(), strict=True):
        assert set(hashes[end - count : end].tolist()) == found
