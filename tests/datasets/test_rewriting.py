from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.datasets.rewriting import (
    Rewrite,
    delete,
    homophones,
    keyboard,
    read_synonyms,
    swap,
    synonyms,
    typos,
)
from headway.errors import DataError

SYNONYMS = [
    ("refund", "money back", "reimbursement"),
    ("退款", "退钱"),
    ("退", "还"),
    ("bank card", "debit card"),
]
WAYS: list[Rewrite] = [typos, swap, delete, keyboard, homophones(["他她它在再"]), synonyms(SYNONYMS)]


def many(rewrite: Rewrite, text: str) -> set[str]:
    """What comes out over many draws."""
    return {rewrite(text, Random(seed)) for seed in range(200)}


@pytest.mark.parametrize("rewrite", WAYS)
@given(text=st.text(max_size=60), seed=st.integers(0, 5))
def test_any_text_can_be_rewritten_and_the_seed_decides_how(rewrite: Rewrite, text: str, seed: int) -> None:
    written = rewrite(text, Random(seed))
    assert isinstance(written, str)
    assert rewrite(text, Random(seed)) == written


def test_typos_swap_drop_and_double_characters() -> None:
    assert many(typos, "card") == {
        "acrd", "crad", "cadr", "ard", "crd", "cad", "car", "ccard", "caard", "carrd", "cardd",
    }  # fmt: skip
    assert {"款退", "退", "款", "退退款"} <= many(typos, "退款")
    assert many(typos, "!?…") == {"!?…"}
    long = "w" * 19 + " " + "x" * 80
    assert max(abs(len(one) - len(long)) for one in many(typos, long)) > 1


def test_swap_exchanges_neighbouring_words_and_pairs_of_chinese_characters() -> None:
    assert many(swap, "where is my card?") == {"is where my card?", "where my is card?", "where is card my?"}
    assert many(swap, "快递没到，退款") == {"没到快递，退款", "快递退款，没到"}
    assert many(swap, "don't worry") == {"worry don't"}
    assert many(swap, "退款") == {"退款"}


def test_delete_leaves_out_one_word_of_three_and_more() -> None:
    assert {one.strip() for one in many(delete, "where is it")} == {"is it", "where  it", "where is"}
    assert many(delete, "快递还没送到") == {"还没送到", "快递送到", "快递还没"}
    assert many(delete, "my card") == {"my card"}


def test_keyboard_takes_neighbouring_keys_of_latin_letters_only() -> None:
    assert many(keyboard, "a") == set("qwsz")
    assert many(keyboard, "G") == set("TYFHVB")
    assert many(keyboard, "p退款 1") == {"o退款 1", "l退款 1"}
    assert many(keyboard, "退款 42！") == {"退款 42！"}


def test_homophones_come_from_the_texts_themselves() -> None:
    rewrite = homophones(["他她它", "在再", "退款"])
    assert many(rewrite, "他在") == {"她在", "它在", "他再"}
    assert many(rewrite, "退款") == {"退款"}
    assert many(rewrite, "where is my card") == {"where is my card"}
    assert many(homophones([]), "他在") == {"他在"}


def test_synonyms_take_the_place_of_whole_words_the_longest_first() -> None:
    rewrite = synonyms(SYNONYMS)
    assert many(rewrite, "a Refund please") == {"a money back please", "a reimbursement please"}
    assert many(rewrite, "refunded or prerefund") == {"refunded or prerefund"}
    assert many(rewrite, "我要退款") == {"我要退钱"}
    assert many(rewrite, "我要退货") == {"我要还货"}
    assert many(rewrite, "my bank card退了") == {"my debit card退了", "my bank card还了"}
    assert many(rewrite, "") == {""}


def test_synonyms_are_read_from_lines_with_tabs_or_commas(tmp_path: Path) -> None:
    path = tmp_path / "同义词.txt"
    path.write_text("refund, money back\n\n退款\t退钱，还钱\n", "utf-8-sig")
    assert read_synonyms(path) == (("refund", "money back"), ("退款", "退钱", "还钱"))


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.mkdir(), "There is no file"),
        (lambda path: path.write_bytes("退款,退钱".encode("gb18030")), "is not UTF-8: byte 1"),
        (lambda path: path.write_text("a,b\nrefund\nx,x\n", "utf-8"), "fewer than two different words: 2, 3"),
        (lambda path: path.write_text("\n\n", "utf-8"), "holds no synonyms"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(
    tmp_path: Path, write: Callable[[Path], object], message: str
) -> None:
    path = tmp_path / "list.txt"
    write(path)
    with pytest.raises(DataError, match=message):
        read_synonyms(path)
