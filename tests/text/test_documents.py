"""Numbers of cards and papers and what only looks like them."""

from __future__ import annotations

import pytest

from headway.text.documents import has_papers
from headway.text.personal_data import find


def found(text: str) -> list[tuple[str, str]]:
    """Kinds and values of what a text has."""
    return [(finding.kind, finding.value) for finding in find(text)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("card", "4111111111111111"),
        ("card", "4111 1111 1111 1111"),
        ("card", "5555-5555-5555-4444"),
        ("card", "3782 822463 10005"),
        ("card", "6228480084266246416"),
        ("card", "6228 4800 8426 6246 416"),
        ("card", "４１１１１１１１１１１１１１１１"),
        ("resident_id", "11010519491231002X"),
        ("resident_id", "11010519491231002x"),
        ("resident_id", "110105 19491231 002X"),
        ("permit", "810000199408230021"),
        ("passport", "E12345678"),
        ("passport", "EA1234567"),
        ("credit_code", "91330100799655058B"),
        ("plate", "京A12345"),
        ("plate", "粤B·D12345"),
        ("plate", "沪A12345D"),
        ("plate", "苏E 8K6T2"),
    ],
)
@pytest.mark.parametrize("sentence", ["是{}吗", "It is {}.", "{}", "（{}）", "帮我查{}，谢谢"])
def test_what_proves_itself_needs_no_word(kind: str, value: str, sentence: str) -> None:
    assert found(sentence.format(value)) == [(kind, value)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("护照号码：G12345678", "passport", "G12345678"),
        ("护照号QN159530", "passport", "QN159530"),
        ("passport number 123456789", "passport", "123456789"),
        ("Passport No. C01X00T47", "passport", "C01X00T47"),
        ("123456789 is my passport number", "passport", "123456789"),
        ("回乡证H12345678", "permit", "H12345678"),
        ("通行证号码：M1234567801", "permit", "M1234567801"),
        ("台胞证：12345678", "permit", "12345678"),
        ("travel permit number H12345678", "permit", "H12345678"),
        ("身份证号110105491231002", "resident_id", "110105491231002"),
        ("卡号4222222222222", "card", "4222222222222"),
    ],
)
def test_what_cannot_prove_itself_needs_a_word(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]
    assert found(f"编号 {value} 。") == []


@pytest.mark.parametrize(
    "text",
    [
        "卡号4111111111111112",
        "订单号4111111111111111",
        "4111 1111 1111 1111 1111 11",
        "0.4111111111111111",
        "1234567890123452",
        "EAN 4006381333931",
        "身份证110105194912310021",
        "11010519490230002X",
        "19010519491231002X",
        "X11010519491231002X",
        "201105194912310021234",
        "税号91330100799655058C",
        "型号E12345678",
        "order E12345678",
        "E1234567",
        "护照有效期到20300105",
        "the passport I ordered is late, order 123456789",
        "A permit costs 12345678 dollars",
        "新A股12345户",
        "最新A12345",
        "京A1234",
        "京A123456789",
        "京AI2345",
        "粤B12345型",
        "云B2B平台",
        "京ABCDEF",
        "苏宁618满300减50",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(text) == []


def test_the_quick_test_for_papers_is_true_where_one_is_found() -> None:
    assert has_papers("PASSPORT QN159530")
    assert has_papers("e12345678")
    assert not has_papers("12345678")
