from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.annotation.agreement import agreement, cohen_kappa
from headway.datasets.answers import Answers
from tests.datasets.published import observers, raters


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    found = agreement(observers())
    assert found.alpha is not None
    assert found.alpha.value == pytest.approx(0.743, abs=5e-4)
    # Eleven of the twelve units were judged by two or more.
    assert (found.n_items, found.n_answers) == (11, 40)


def test_fleiss_kappa_is_that_of_the_textbooks() -> None:
    found = agreement(raters())
    assert found.fleiss is not None
    assert found.percent is not None
    assert found.fleiss.value == pytest.approx(0.210, abs=5e-4)
    assert found.percent.value == pytest.approx(0.378, abs=5e-4)


def test_cohens_kappa_of_two_by_two() -> None:
    # Yes and yes 20, yes and no 5, no and yes 10, no and no 15: observed 0.7, by chance 0.5.
    assert cohen_kappa(np.array([[20, 5], [10, 15]])) == pytest.approx(0.4)


def test_cohens_kappa_of_a_pair_is_scikit_learns() -> None:
    from sklearn.metrics import cohen_kappa_score

    generator = np.random.default_rng(0)
    first = generator.integers(0, 3, 200)
    second = np.where(generator.random(200) < 0.6, first, generator.integers(0, 3, 200))
    answers = Answers.of(
        (str(item), name, str(label))
        for name, said in (("李", first), ("Ann", second))
        for item, label in enumerate(said.tolist())
    )
    (pair,) = agreement(answers).pairs
    assert (pair.first, pair.second, pair.n_items) == ("Ann", "李", 200)
    assert pair.kappa == pytest.approx(cohen_kappa_score(first, second))
    assert pair.percent == pytest.approx(float((first == second).mean()))


def test_of_two_annotators_a_pair_is_told_only_where_they_share_items() -> None:
    answers = Answers.of(
        [("1", "a", "x"), ("1", "b", "x"), ("2", "b", "y"), ("2", "c", "x"), ("3", "a", "y")]
    )
    assert [(pair.first, pair.second, pair.n_items) for pair in agreement(answers).pairs] == [
        ("a", "b", 1),
        ("b", "c", 1),
    ]


def test_annotators_who_always_agree_have_one_and_an_interval_of_one() -> None:
    answers = Answers.of((str(item), who, "是" if item % 3 else "否") for item in range(30) for who in "abc")
    found = agreement(answers)
    for estimate in (found.percent, found.fleiss, found.alpha):
        assert estimate is not None
        assert (estimate.value, estimate.low, estimate.high) == (1, 1, 1)


def test_answers_by_chance_have_an_interval_around_zero() -> None:
    generator = np.random.default_rng(4)
    answers = Answers.of(
        (str(item), who, str(generator.integers(0, 4))) for item in range(400) for who in "abc"
    )
    alpha = agreement(answers).alpha
    assert alpha is not None
    assert alpha.low < 0 < alpha.high
    assert abs(alpha.value) < 0.05


def test_a_label_nobody_agrees_on_is_told_from_one_that_all_see() -> None:
    # All see a refund; complaint and question are mixed up at random.
    generator = np.random.default_rng(5)
    said = [
        (str(item), who, "退款" if item < 100 else str(generator.choice(["投诉", "提问"])))
        for item in range(300)
        for who in "ab"
    ]
    alphas = {each.label: each.alpha for each in agreement(Answers.of(said)).labels}
    refund, complaint = alphas["退款"], alphas["投诉"]
    assert refund is not None
    assert complaint is not None
    assert refund.value == 1
    assert complaint.high < 0.5


def test_one_label_only_says_nothing_beyond_chance() -> None:
    found = agreement(Answers.of((str(item), who, "是") for item in range(9) for who in "ab"))
    assert found.percent is not None
    assert found.percent.value == 1
    assert found.alpha is None
    assert found.fleiss is None
    assert found.pairs[0].kappa is None


@pytest.mark.parametrize("said", [[], [("1", "a", "x"), ("2", "b", "y")]], ids=["nothing", "no item twice"])
def test_where_no_item_was_answered_twice_there_is_no_figure(said: list[tuple[str, str, str]]) -> None:
    found = agreement(Answers.of(said))
    assert (found.n_items, found.percent, found.fleiss, found.alpha) == (0, None, None, None)
    assert found.pairs == ()


def test_the_same_seed_gives_the_same_interval() -> None:
    assert agreement(observers(), seed=4) == agreement(observers(), seed=4)
    assert agreement(observers(), seed=4).alpha != agreement(observers(), seed=5).alpha


def test_an_interval_holds_the_figure_of_more_items_most_of_the_time() -> None:
    generator = np.random.default_rng(11)

    def drawn(n_items: int) -> Answers:
        truth = generator.integers(0, 3, n_items)
        said = [
            np.where(generator.random(n_items) < 0.7, truth, generator.integers(0, 3, n_items)) for _ in "abc"
        ]
        return Answers.of(
            (str(item), who, str(labels[item]))
            for who, labels in zip("abc", said, strict=True)
            for item in range(n_items)
        )

    whole = agreement(drawn(20_000), resamples=2).alpha
    assert whole is not None
    held = 0
    for _ in range(100):
        alpha = agreement(drawn(80), resamples=200).alpha
        assert alpha is not None
        held += alpha.low <= whole.value <= alpha.high
    assert held >= 88


answers = st.lists(
    st.tuples(st.sampled_from("123456"), st.sampled_from("abc"), st.sampled_from("xyz")), max_size=40
)


@given(answers)
def test_coefficients_stay_in_their_range_and_inside_their_interval(said: list[tuple[str, str, str]]) -> None:
    found = agreement(Answers.of(said), resamples=50)
    for estimate in (found.percent, found.fleiss, found.alpha):
        if estimate is not None:
            assert -1 <= estimate.value <= 1
            assert estimate.low <= estimate.high


@given(answers)
def test_who_said_what_does_not_matter_for_alpha(said: list[tuple[str, str, str]]) -> None:
    shuffled = [(item, str(number), label) for number, (item, _, label) in enumerate(reversed(said))]
    one, other = agreement(Answers.of(said), resamples=2), agreement(Answers.of(shuffled), resamples=2)
    assert (one.alpha is None) == (other.alpha is None)
    if one.alpha and other.alpha:
        assert one.alpha.value == pytest.approx(other.alpha.value)


@pytest.mark.parametrize(
    ("name", "raters", "low", "high"), [("HS-Brexit", 6, 0.3, 0.5), ("MD-Agreement", 5, 0.2, 0.5)]
)
def test_real_annotators_agree_as_far_as_the_bootstrap_says(
    shared: Path, name: str, raters: int, low: float, high: float
) -> None:
    folder = shared / "data" / "lewidi_multiannotator_en" / "LeWiDi_2-2023" / f"{name}_dataset"
    items = json.loads((folder / f"{name}_train.json").read_text("utf-8"))
    found = agreement(
        Answers.of(
            (item, who.strip(), label.strip())
            for item, row in items.items()
            for who, label in zip(row["annotators"].split(","), row["annotations"].split(","), strict=True)
        )
    )
    assert found.n_answers == raters * len(items)
    assert found.alpha is not None
    assert low < found.alpha.low < found.alpha.value < found.alpha.high < high
