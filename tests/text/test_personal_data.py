"""Personal data in raw texts: where they stand, what masking leaves, and that no text takes for ever."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text import addresses, contacts, contexts, documents, names, personal_data, phones
from headway.text.personal_data import KINDS, Finding, find, mask, pseudonym

KEY = b"a key of the project"

VALUES = {
    "13800138000": "phone",
    "１３８－００１３－８０００": "phone",
    "+86 138 0013 8000": "phone",
    "(415) 555-2671": "phone",
    "a.b@qq.com": "email",
    "4111 1111 1111 1111": "card",
    "11010519491231002X": "resident_id",
    "91330100799655058B": "credit_code",
    "E12345678": "passport",
    "京A12345": "plate",
    "192.168.1.20": "ip",
}
PIECES = [
    *VALUES,
    " ",
    "，",
    "。",
    "姓名：张三",
    "我叫李四，",
    "my name is Ann ",
    "Dr. Grey ",
    "北京市海淀区中关村大街27号1101室 ",
]
PIECES += [
    "12 Oak Ave, Apt 3 ",
    "https://a.cn/?token=abcDEF1234567890 ",
    "订单号",
    "退款",
    "call ",
    "1",
    "-",
    "@",
    "[PHONE]",
    "[NAME:3f9a2c]",
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text())


@given(TEXTS)
def test_offsets_cut_the_value_out_of_the_raw_text_and_never_overlap(text: str) -> None:
    end = 0
    for finding in find(text):
        assert text[finding.start : finding.end] == finding.value
        assert end <= finding.start < finding.end
        assert finding.kind in KINDS
        end = finding.end


@given(TEXTS)
@pytest.mark.parametrize("key", [None, KEY])
def test_masking_leaves_nothing_to_find_or_to_mask(key: bytes | None, text: str) -> None:
    masked = mask(text, key)
    assert find(masked) == []
    assert mask(masked, key) == masked


@given(TEXTS)
def test_without_a_key_pseudonyms_are_dropped(text: str) -> None:
    assert mask(mask(text, KEY)) == mask(text)


@given(
    st.sampled_from(list(VALUES)),
    st.sampled_from(["", "请看 ", "See: ", "（"]),
    st.sampled_from(["", "，谢谢", ". Thanks", "）"]),
)
def test_what_stands_around_does_not_change_what_is_found(value: str, head: str, tail: str) -> None:
    assert find(head + value + tail) == [Finding(VALUES[value], len(head), len(head) + len(value), value)]


def test_masks_in_a_sentence() -> None:
    text = "我叫张三，电话１３８００１３８０００，邮箱 a@b.cn"
    assert mask(text) == "我叫[NAME]，电话[PHONE]，邮箱 [EMAIL]"
    assert re.fullmatch(r"我叫\[NAME:\w{6}\]，电话\[PHONE:\w{6}\]，邮箱 \[EMAIL:\w{6}\]", mask(text, KEY))
    assert mask("打[PHONE:3f9a2c]") == "打[PHONE]"
    assert mask("打[PHONE:3f9a2c]", KEY) == "打[PHONE:3f9a2c]"
    assert mask("[WORD:3f9a2c] stays") == "[WORD:3f9a2c] stays"


@pytest.mark.parametrize(
    ("kind", "ways"),
    [
        (
            "phone",
            [
                "13800138000",
                "+86 138-0013-8000",
                "0086 13800138000",
                "86-13800138000",
                "１３８００１３８０００",
                "(+86)13800138000",
            ],
        ),
        ("phone", ["010-88886666", "+86 10 88886666", "(010)88886666"]),
        ("phone", ["(415) 555-2671", "+1 415 555 2671", "1-415-555-2671", "+14155552671"]),
        ("phone", ["020 7946 0958", "+44 20 7946 0958"]),
        ("email", ["A.B@QQ.com", "a.b@qq.com", "ａ.b@qq.com"]),
        ("card", ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111"]),
        ("resident_id", ["11010519491231002X", "11010519491231002x", "110105 19491231 002X"]),
        ("plate", ["京A12345", "京A·12345", "京a12345"]),
        ("ip", ["2001:db8::1", "2001:DB8:0:0:0:0:0:1"]),
        ("name", ["John Smith", "JOHN  smith"]),
        ("address", ["12 Oak Ave, Apt 3", "12 Oak Ave Apt 3"]),
    ],
)
def test_a_value_has_one_pseudonym_however_it_is_written(kind: str, ways: list[str]) -> None:
    pseudonyms = {pseudonym(kind, value, KEY) for value in ways}
    assert len(pseudonyms) == 1
    assert re.fullmatch("[0-9a-f]{6}", pseudonyms.pop())


def test_another_value_kind_or_key_has_another_pseudonym() -> None:
    others = [
        ("phone", "13800138000", KEY),
        ("phone", "13800138001", KEY),
        ("card", "13800138000", KEY),
        ("phone", "13800138000", b"x"),
    ]
    assert len({pseudonym(*other) for other in others}) == 4


def test_of_overlapping_findings_the_more_telling_one_stays() -> None:
    assert [finding.kind for finding in find("https://bob:pw12@mail.example.com/x")] == ["url_token"]
    assert [finding.kind for finding in find("https://a.cn/?password=a.b@qq.com")] == ["url_token"]


def test_findings_come_in_the_order_of_the_text() -> None:
    text = "a@b.cn 13800138000 姓名：张三，京A12345"
    assert [finding.kind for finding in find(text)] == ["email", "phone", "name", "plate"]


def test_no_pattern_can_look_ahead_without_end() -> None:
    modules = (addresses, contacts, contexts, documents, names, personal_data, phones)
    patterns = [
        value for module in modules for value in vars(module).values() if isinstance(value, re.Pattern)
    ]
    patterns += [pattern for pattern, _ in phones._RULES]
    assert len(patterns) > 40
    for pattern in patterns:
        # What stands in brackets or behind a backslash is no quantifier.
        quantified = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern.pattern)
        assert not re.search(r"[*+]|\{[0-9]*,\}", quantified), pattern.pattern


TROUBLE = [
    "138",
    "1-",
    "(1)",
    "+1",
    "a@",
    "a.a@",
    "a:",
    "1.",
    "路1号",
    "中",
    "苑1栋1",
    "姓名：",
    "我叫张",
    "Mr ",
    "Mr. A",
]
TROUBLE += [
    "name: ",
    "my name is ",
    "Aa ",
    "1 Aa St",
    "?token=",
    "a://b:",
    "eyJaaaaaaaaaa.",
    "[PHONE:",
    "4111 ",
    "号",
    "１",
]


@pytest.mark.parametrize(
    ("piece", "length"),
    [("1", 1_000_000), (" ", 1_000_000), ("@a.", 1_000_000), *((piece, 60_000) for piece in TROUBLE)],
)
def test_long_texts_of_trouble_come_to_an_end(piece: str, length: int) -> None:
    text = (piece * (length // len(piece) + 1))[:length]
    assert all(text[finding.start : finding.end] == finding.value for finding in find(text))


def test_clean_public_texts_have_next_to_nothing(shared) -> None:  # type: ignore[no-untyped-def]
    titles = (shared / "data" / "thucnews_titles_zh" / "test.txt").read_text("utf-8").splitlines()
    # One title names an estate by street and number.
    assert sum(len(find(title.rsplit("\t", 1)[0])) for title in titles) <= 1
