from __future__ import annotations

import numpy as np

from headway.annotation.examples import Examples
from headway.annotation.suspects import find_suspects

NAMES = ("退款", "delivery", "other")


def examples(n: int = 150, copies: int = 1) -> Examples:
    """Texts in three clouds, each text so many times."""
    labels = np.arange(n) % 3
    noise = np.random.default_rng(0).normal(0, 0.15, (n, 8))
    vectors = (np.eye(3, 8)[labels] + noise).astype(np.float32)
    return Examples(
        names=NAMES,
        records=tuple(f"r{row}" for row in range(n * copies)),
        texts=tuple(f"{NAMES[row % 3]} 文本 {row}" for row in range(n)) * copies,
        labels=np.tile(labels, copies),
        vectors=np.tile(vectors, (copies, 1)),
        label_vectors=np.eye(3, 8, dtype=np.float32),
    )


def test_planted_errors_are_found_with_the_label_they_should_have() -> None:
    found = examples()
    planted = {3: 1, 40: 0, 77: 0}
    for row, wrong in planted.items():
        found.labels[row] = wrong
    told = find_suspects(found)
    assert told["n"] == 3
    assert {row["key"] for row in told["rows"]} == {"r3", "r40", "r77"}
    for row in told["rows"]:
        number = int(row["key"][1:])
        assert row["predicted"] == NAMES[number % 3]
        assert row["label"] == NAMES[planted[number]]
        assert row["text"] == found.texts[number]


def test_a_copy_of_a_text_does_not_vouch_for_its_label() -> None:
    found = examples(n=60, copies=2)
    for row in (3, 63):
        found.labels[row] = 1
    assert {row["key"] for row in find_suspects(found)["rows"]} == {"r3", "r63"}


def test_clean_labels_and_few_texts_are_not_suspected() -> None:
    assert find_suspects(examples())["n"] == 0
    few = examples(n=45)
    few.labels[:5] = 2
    assert find_suspects(few) == {"n": 0, "rows": []}
