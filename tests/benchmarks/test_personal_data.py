"""The benchmark of personal data: its cases are what they say, and its figures count right."""

from __future__ import annotations

import random
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from benchmarks.inputs import Inputs
from benchmarks.personal_data import Case, add_options, judge, make_cases, run
from benchmarks.personal_data_near_misses import NEAR_MISSES
from benchmarks.personal_data_templates import TEMPLATES
from benchmarks.personal_data_values import POSITIVE, card, iso7064, shape
from headway.text.personal_data import KINDS, Finding


@pytest.mark.parametrize("half", TEMPLATES)
def test_a_half_has_enough_of_everything(half: str) -> None:
    cases = list(make_cases(half, 40, 7))
    expected = [kind for case in cases for kind, _, _ in case.expected]
    assert len(expected) >= 500
    assert sum(not case.expected for case in cases) >= 2_000
    assert set(expected) == set(KINDS)
    assert {case.language for case in cases} == {"en", "zh"}


def test_the_halves_share_no_sentence() -> None:
    sentences = [
        {sentence for templates in half for group in templates.values() for sentence in group}
        for half in TEMPLATES.values()
    ]
    assert not set.intersection(*sentences)


def test_cases_are_seeded_and_mark_the_values() -> None:
    cases = list(make_cases("development", 2, 1))
    assert cases == list(make_cases("development", 2, 1))
    assert cases != list(make_cases("development", 2, 2))
    case = next(case for case in cases if case.text.startswith("护照号码："))
    assert case.text[case.expected[0][1] : case.expected[0][2]] == case.text.removeprefix("护照号码：")


@pytest.mark.parametrize("slot", [*POSITIVE, *NEAR_MISSES])
def test_every_slot_gives_values(slot: str) -> None:
    rng = random.Random(3)
    make = POSITIVE[slot][1] if slot in POSITIVE else NEAR_MISSES[slot]
    assert len({make(rng) for _ in range(50)}) > (20 if slot in POSITIVE else 2)


def test_check_digits_by_published_samples() -> None:
    assert iso7064("11010519491231002") == "X"
    assert len(card(random.Random(1)).replace(" ", "").replace("-", "")) in (15, 16, 19)
    assert len(shape(random.Random(1), "+1 ##%")) == 6


def test_right_wrong_and_missed_are_told_apart() -> None:
    case = Case("en", "x" * 40, (("phone", 0, 11), ("address", 20, 30)))
    findings = [Finding("phone", 0, 10, ""), Finding("address", 20, 29, ""), Finding("name", 35, 40, "")]
    tallies = judge(case, findings)
    assert tallies["phone", "wrong"] == tallies["phone", "missed"] == 1
    assert tallies["address", "right"] == 1
    assert tallies["name", "wrong"] == 1
    assert (tallies["en", "right"], tallies["en", "wrong"], tallies["all", "missed"]) == (1, 2, 1)


def test_figures_of_a_small_run(tmp_path: Path) -> None:
    for folder in ("banking77", "thucnews_titles_zh"):
        (tmp_path / folder).mkdir()
    (tmp_path / "banking77" / "test.csv").write_text(
        "text,category\nCall 415-555-2671,card\nok,card\n", "utf-8"
    )
    (tmp_path / "thucnews_titles_zh" / "class.txt").write_text("finance\n", "utf-8")
    (tmp_path / "thucnews_titles_zh" / "test.txt").write_text("锌价难续去年辉煌\t0\n", "utf-8")
    parser = ArgumentParser()
    add_options(parser)
    options: Namespace = parser.parse_args(["--per-template", "2", "--half", "development"])
    figures = run(Inputs(tmp_path, tmp_path), options)
    assert figures["precision"] > 0.99
    assert figures["recall"] > 0.97
    assert figures["positives"] == figures["found"] + figures["missed"]
    assert figures["clean_texts"]["banking77"] == {"texts": 2, "findings": 1}
    assert set(figures["kinds"]) == set(KINDS)
