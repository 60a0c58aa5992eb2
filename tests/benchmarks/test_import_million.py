"""What counts as found, and as right."""

from __future__ import annotations

import pytest

from benchmarks.import_million import alike, judge
from benchmarks.resampled import Corpus

EN = "I have been waiting for my card to arrive for more than two weeks now"
ZH = "我上个星期在你们店里买的洗衣机到现在还没有送到，请帮我查一下"


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (EN, EN.upper() + "!", True),
        (ZH, ZH.replace("，", " "), True),
        (EN, ZH, False),
        ("How do I cancel my order?", "What is the exchange rate?", False),
    ],
)
def test_texts_are_alike_where_most_characters_agree(one: str, other: str, verdict: bool) -> None:
    assert alike(one, other) is verdict


def test_recall_counts_planted_pairs_that_share_a_cluster() -> None:
    figures = judge(Corpus([EN, "nothing like it at all", EN + "!", ZH], [(2, 0), (3, 1)]))
    assert figures == {"recall": 0.5, "precision": 1.0, "found": 1}
