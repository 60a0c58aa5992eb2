from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.cleaning.near_duplicates import (
    THRESHOLD,
    near_duplicate_clusters,
    near_duplicate_components,
)
from headway.text.shingles import shingle_sets
from tests.projects import messages

EN = "I have been waiting for my card to arrive for more than two weeks now"
ZH = "我上个星期在你们店里买的洗衣机到现在还没有送到，请帮我查一下"


@pytest.mark.parametrize(
    "copy",
    [
        EN.upper() + "!!!",
        EN.replace("waiting", "wating"),
        EN + " thanks",
        EN.replace("card to arrive", "card ot arrive"),
        ZH.replace("，", " ") + "。",
        ZH.replace("星期", "礼拜"),
        ZH + "谢谢",
        ZH.replace("们", "們").replace("买", "買"),
    ],
)
def test_typing_errors_punctuation_and_thanks_make_a_near_duplicate(copy: str) -> None:
    original = ZH if copy[0] == ZH[0] else EN
    texts = ["something else entirely, 完全不同", original, "Where is the nearest branch?", copy]
    assert near_duplicate_clusters(texts).tolist() == [0, 1, 2, 1]
    assert near_duplicate_components(texts).tolist() == [0, 1, 2, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I cancel my order?", "How do I change my order?"),
        ("我要退款", "我要退货"),
        ("怎么取消订单", "怎么修改订单"),
        ("My card has not arrived", "My card has not been charged"),
        ("一般一般", "一般一般一般一般一般一般一般一般"),
        ("!!!", "???"),
    ],
)
def test_texts_that_mean_something_else_are_none(one: str, other: str) -> None:
    assert near_duplicate_clusters([one, other]).tolist() == [0, 1]


def test_no_text_and_one_text_and_equal_texts() -> None:
    assert near_duplicate_clusters([]).tolist() == near_duplicate_components([]).tolist() == []
    assert near_duplicate_clusters(["退款"]).tolist() == [0]
    assert near_duplicate_clusters(["退款", "refund"] * 50).tolist() == [0, 1] * 50


def test_a_chain_is_one_component_whose_clusters_hold_only_what_is_near_their_first() -> None:
    words = (
        "订单 order 退款 refund 快递 parcel 发票 invoice 密码 password 会员 member 客服 agent 地址 address"
    )
    parts = [*words.split(" "), "优惠", "coupon"]
    texts = [" ".join(parts[start : start + 12]) for start in range(7)]
    components, clusters = near_duplicate_components(texts), near_duplicate_clusters(texts)
    assert set(components.tolist()) == {0}
    assert len(set(clusters.tolist())) > 1
    for member, leader in enumerate(clusters.tolist()):
        assert jaccard(texts[leader], texts[member]) >= THRESHOLD


def test_planted_near_duplicates_are_found_among_thousands_in_both_languages() -> None:
    rng = random.Random(0)
    originals = [text for language in ("zh", "en") for text, _ in messages(language) if len(text) >= 20]
    copies = []
    for text in originals:
        place = rng.randrange(len(text) - 1)
        copies.append(text[:place] + text[place + 1 :] + rng.choice("。!"))
    filler = [
        f"{one} {other}" for one, other in itertools.islice(itertools.combinations(originals, 2), 3_000)
    ]
    texts = originals + filler + copies
    components = near_duplicate_components(texts)
    found = components[: len(originals)] == components[-len(originals) :]
    assert found.mean() >= 0.97


@given(
    st.lists(
        st.sampled_from([EN, EN + "!", EN[:-9], ZH, ZH[2:], ZH + "啊", "ok", "好", "", "??"]), max_size=12
    )
)
def test_clusters_are_the_same_groups_in_any_order_of_equal_texts(texts: list[str]) -> None:
    clusters = near_duplicate_clusters(texts)
    components = near_duplicate_components(texts)
    for position, leader in enumerate(clusters.tolist()):
        assert leader <= position
        assert clusters[leader] == leader
        assert components[leader] == components[position]
    by_text = {text: set() for text in texts}  # type: dict[str, set[int]]
    for text, component in zip(texts, components.tolist(), strict=True):
        by_text[text].add(component)
    assert all(len(found) == 1 for text, found in by_text.items() if any(map(str.isalnum, text)))


def test_texts_without_letters_stand_for_themselves() -> None:
    assert np.array_equal(near_duplicate_components(["!!!", "!!!", "…", ""]), np.arange(4))


def jaccard(one: str, other: str) -> float:
    """The Jaccard index of the shingles of two texts, computed by sets."""
    sets = [set(shingle_sets([text])[0].tolist()) for text in (one, other)]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])
