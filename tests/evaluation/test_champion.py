"""The champion beside a model: the test, the verdict, and labels that only one of them has."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from headway.errors import DataError
from headway.evaluation.champion import Champion, compare_with_champion, mcnemar

LABELS = ["退款", "delivery"]


def compare(both: int, only_this: int, only_champion: int, neither: int = 10) -> dict[str, object]:
    """A comparison where so many rows were got right by both, one and none."""
    n = both + only_this + only_champion + neither
    truth = [LABELS[0]] * n
    theirs = (
        [LABELS[0]] * both + [LABELS[1]] * only_this + [LABELS[0]] * only_champion + [LABELS[1]] * neither
    )
    mine = np.array([True] * (both + only_this) + [False] * (only_champion + neither))
    return compare_with_champion(Champion("intents@1", LABELS, theirs), LABELS, truth, mine)


@pytest.mark.parametrize(("a", "b"), [(0, 0), (5, 5), (1, 9), (30, 12), (400, 300)])
def test_the_p_value_is_that_of_tossing_a_coin(a: int, b: int) -> None:
    expected = binomtest(a, a + b).pvalue if a + b else 1.0
    assert mcnemar(a, b) == pytest.approx(expected)
    assert mcnemar(a, b) == mcnemar(b, a)


@pytest.mark.parametrize(
    ("only_this", "only_champion", "verdict"),
    [(40, 8, "better"), (8, 40, "worse"), (12, 9, "unclear"), (0, 0, "unclear")],
)
def test_the_verdict_needs_more_than_chance(only_this: int, only_champion: int, verdict: str) -> None:
    found = compare(100, only_this, only_champion)
    n = 110 + only_this + only_champion
    assert found["verdict"] == verdict
    assert found["accuracy"] == pytest.approx((100 + only_champion) / n, abs=1e-6)
    assert found["difference"] == pytest.approx((only_this - only_champion) / n, abs=1e-6)
    assert (found["only_this_right"], found["only_champion_right"]) == (only_this, only_champion)


def test_few_rows_that_disagree_are_no_verdict() -> None:
    assert compare(5, 4, 0, 0)["verdict"] == "unclear"


def test_other_labels_are_named() -> None:
    champion = Champion("intents@1", ["退款", "发票"], ["退款"], seen=1)
    found = compare_with_champion(champion, LABELS, ["退款"], np.array([True]))
    assert found["labels_only_here"] == ["delivery"]
    assert found["labels_only_there"] == ["发票"]
    assert found["seen"] == 1


def test_a_label_only_the_champion_knows_can_be_right() -> None:
    champion = Champion("intents@1", ["发票"], ["发票", "发票"])
    found = compare_with_champion(champion, LABELS, ["发票", "退款"], np.array([False, True]))
    assert found["accuracy"] == 0.5


def test_uneven_parts_are_refused() -> None:
    with pytest.raises(DataError, match="1 predictions for 2 rows"):
        compare_with_champion(Champion("x", LABELS, ["退款"]), LABELS, ["退款"] * 2, np.array([True, True]))
