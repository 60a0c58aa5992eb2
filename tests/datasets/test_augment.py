from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.cleaning.near_duplicates import near_duplicate_components
from headway.datasets.augment import METHODS, Augmentation, Plan, augment_rows, read_plan
from headway.errors import UsageError
from headway.records import DatasetRow, Split
from headway.text import DEFAULT_STEPS, prepare

TRAIN = [
    "Where is the parcel that I ordered last week?",
    "I would like my money back, please.",
    "我上周订的包裹怎么还没有送到",
    "商品有质量问题，请给我退款",
]
SYNONYMS = [("parcel", "package"), ("包裹", "快递")]
ALL = read_plan([f"{method}=2" for method in METHODS], SYNONYMS)


def rows(texts: Sequence[str], split: Split = Split.TRAIN) -> list[DatasetRow]:
    return [
        DatasetRow(f"{split}{n}", text, "ab"[n % 2], split, f"cluster {n}") for n, text in enumerate(texts)
    ]


def augmented(
    train: Sequence[DatasetRow], held_out: Sequence[DatasetRow], plan: Plan, seed: int = 0
) -> tuple[list[DatasetRow], int]:
    return augment_rows(train, held_out, plan, preparation=DEFAULT_STEPS, seed=seed)


@given(st.lists(st.sampled_from(TRAIN), unique=True), st.integers(0, 3), st.randoms(use_true_random=False))
def test_new_texts_are_new_and_depend_on_seed_and_text_only(
    texts: list[str], seed: int, random: Random
) -> None:
    train = rows(texts)
    made, _ = augmented(train, [], ALL, seed)
    prepared = [prepare(row.text) for row in [*train, *made]]
    assert all(prepared)
    assert len(set(prepared)) == len(prepared)
    assert all(row.parent and row.split is Split.TRAIN for row in made)
    mixed, _ = augmented(random.sample(train, len(train)), [], ALL, seed)
    assert mixed == made


def test_each_method_makes_at_most_as_many_as_asked_of_each_text() -> None:
    train = rows(TRAIN)
    for method in METHODS:
        given_synonyms = SYNONYMS if method == "synonyms" else ()
        for count in (1, 3):
            made, _ = augmented(train, [], read_plan([f"{method}={count}"], given_synonyms))
            of_parent = [sum(row.parent == parent.record for row in made) for parent in train]
            assert max(of_parent) <= count
            assert max(of_parent) >= 1, method
    assert augmented(train, [], Plan()) == ([], 0)


def test_equal_texts_are_rewritten_once() -> None:
    train = rows([TRAIN[0], TRAIN[1], TRAIN[0] + " "])
    made, _ = augmented([train[0], train[2]], [], read_plan(["typos"]))
    assert len(made) == 1


def test_what_comes_near_a_held_out_text_is_dropped() -> None:
    held_out = rows(["我上周订的包裹怎么还没有送到呢", "I want my money back!"], Split.TEST)
    answers = {
        TRAIN[0]: "Where is the package that I ordered last week?",
        TRAIN[1]: "i want my money back",
        TRAIN[2]: "我上周订的包裹怎么还没有送到呢？",
        TRAIN[3]: held_out[1].text,
    }
    made, too_close = augmented(rows(TRAIN), held_out, read_plan([answers.get]))
    assert [row.text for row in made] == [answers[TRAIN[0]]]
    assert too_close == 2  # the third one is equal to a held-out text, so it is not even new
    components = near_duplicate_components([row.text for row in [*held_out, *made]])
    assert len(set(components.tolist())) == 3


def shout(text: str) -> str | None:
    return None if "money" in text else text.upper() + "！"


def test_a_function_of_the_users_is_called_once_a_text() -> None:
    plan = read_plan([shout])
    assert plan.counts == {"own:shout": 1}
    made, _ = augmented(rows(TRAIN), [], plan)
    assert {row.text for row in made} == {text.upper() + "！" for text in TRAIN if "money" not in text}


@pytest.mark.parametrize("answer", [3, b"refund", ["a"], "half a pair: \ud800"])
def test_a_function_that_gives_no_text_is_named(answer: object) -> None:
    def wrong(text: str) -> str:
        return answer  # type: ignore[return-value]

    with pytest.raises(UsageError, match="The function wrong gave"):
        augmented(rows(TRAIN), [], read_plan([wrong]))


def test_rows_of_a_function_that_is_gone_are_taken_over() -> None:
    train = rows(TRAIN)
    earlier, _ = augmented(train, [], read_plan([shout]))
    replayed = read_plan(["own:shout=1"])
    relabelled = [*train[1:3], DatasetRow("train3", TRAIN[3], "other", Split.TRAIN, "cluster 3")]
    kept, _ = augment_rows(relabelled, [], replayed, preparation=DEFAULT_STEPS, earlier=[*train, *earlier])
    assert [row.text for row in kept] == [TRAIN[2] + "！"]
    again, _ = augment_rows(train, [], replayed, preparation=DEFAULT_STEPS, earlier=earlier)
    assert sorted(again, key=str) == sorted(earlier, key=str)


@pytest.mark.parametrize("wrong", ["typo", "typos=0", "typos=x", "typos=-1", "", "=2", "typos=1.5"])
def test_what_is_not_understood_is_named_with_the_methods(wrong: str) -> None:
    with pytest.raises(UsageError, match="not understood") as caught:
        read_plan(["swap", wrong])
    assert repr(wrong) in caught.value.message
    assert "homophones" in str(caught.value.next_step)


def test_synonyms_need_their_list_and_the_list_its_method() -> None:
    with pytest.raises(UsageError, match="needs a list"):
        read_plan(["synonyms"])
    with pytest.raises(UsageError, match="needs the augmentation"):
        read_plan(["typos"], SYNONYMS)


@pytest.mark.parametrize(
    "asked", [["typos", "typos=abc"], ["typos=0"], ["unknown"], [lambda t: t, lambda t: t + "!"]]
)
def test_what_is_not_understood_or_would_be_lost_is_refused(asked: list[Augmentation]) -> None:
    with pytest.raises(UsageError):
        read_plan(asked)
