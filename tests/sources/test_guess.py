from __future__ import annotations

import pytest

from headway.errors import DataError
from headway.sources.guess import guess_label, guess_text, is_known_name, is_number, show_names

ENGLISH = ["Where is my parcel?", "I want my money back", "The card was declined", "How do I log in?"]
CHINESE = ["我的快递在哪里", "我要退款", "银行卡被拒绝了", "怎么登录"]


def table(**columns: list[str]) -> tuple[list[str], list[dict[str, str]]]:
    names = list(columns)
    return names, [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def text_of(**columns: list[str]) -> str:
    return guess_text("a.csv", *table(**columns))[0]


@pytest.mark.parametrize(
    "name",
    [
        "text",
        "Text",
        " message ",
        "text_a",
        "sentence1",
        "customer_message",
        "reviewText",
        "query",
        "content",
    ],
)
def test_english_names_of_texts(name: str) -> None:
    assert text_of(id=list("1234"), **{name: ENGLISH, "other words": CHINESE}) == name


@pytest.mark.parametrize("name", ["文本", "内容", "正文", "标题", "评论", "问题", "內容"])
def test_chinese_names_of_texts(name: str) -> None:
    assert text_of(**{"编号": list("1234"), name: CHINESE, "作者": ["王芳", "李雷", "小明", "小红"]}) == name


def test_the_only_column_of_words_is_the_text() -> None:
    assert text_of(a=list("1234"), b=CHINESE, c=["2026-11-22"] * 4, d=["https://a.b/c?d=1"] * 4) == "b"
    assert text_of(text_id=["1", "2", "3", "4"], words=ENGLISH) == "words"


def test_of_columns_without_known_names_much_the_longest_is_the_text() -> None:
    assert text_of(a=["yes", "no", "yes", "no"], b=ENGLISH) == "b"


def test_the_plainest_name_goes_before_others() -> None:
    assert text_of(title=ENGLISH, text=CHINESE, comment=ENGLISH) == "text"


@pytest.mark.parametrize(
    ("columns", "both"),
    [
        ({"sentence1": ENGLISH, "sentence2": CHINESE}, "'sentence1', 'sentence2'"),
        ({"标题": CHINESE, "正文": CHINESE}, "'标题', '正文'"),
        (
            {"column_1": ENGLISH, "column_2": ENGLISH[::-1], "column_3": list("1234")},
            "'column_1', 'column_2'",
        ),
    ],
)
def test_of_two_that_do_equally_well_neither_is_taken(columns: dict[str, list[str]], both: str) -> None:
    with pytest.raises(DataError) as caught:
        text_of(**columns)
    assert f"{both} would do equally well" in caught.value.message
    for name, values in columns.items():
        assert f"{name!r} ({values[0]})" in caught.value.message
    assert str(caught.value.next_step).startswith(f"Name it: --text {next(iter(columns))}")


def test_without_any_words_each_column_is_shown() -> None:
    with pytest.raises(
        DataError, match=r"Which column of a.csv holds the text\? It has 'a' \(1\), 'b' \(3\.5\)"
    ):
        text_of(a=list("1234"), b=["3.5"] * 4)
    with pytest.raises(DataError, match="'label'"):
        text_of(id=list("1234"), label=["refund", "delivery", "refund", "card"])


def test_very_many_columns_are_not_all_shown() -> None:
    with pytest.raises(DataError, match="and 9,980 more") as caught:
        text_of(**{f"c{number}": ["1"] for number in range(10_000)})
    assert len(caught.value.message) < 1_000


@pytest.mark.parametrize(
    "name", ["label", "intent", "Category", "class", "sub_category", "标签", "意图", "情感"]
)
def test_labels_are_known_by_their_names(name: str) -> None:
    names, rows = table(text=ENGLISH, **{name: ["a", "b", "a", "b"]})
    assert guess_label(names, rows, "text") == (name, ())


def test_a_column_whose_values_hardly_come_again_is_no_label() -> None:
    rows = [{"text": f"t {number}", "label": f"free words {number}"} for number in range(100)]
    assert guess_label(["text", "label"], rows, "text") == (None, ())


def test_of_two_possible_labels_neither_is_taken() -> None:
    names, rows = table(text=ENGLISH, category=list("abab"), intent=list("cdcd"))
    assert guess_label(names, rows, "text") == (None, ("category", "intent"))
    names, rows = table(text=ENGLISH, label=list("abab"), intent=list("cdcd"))
    assert guess_label(names, rows, "text") == ("label", ())


def test_columns_without_names_are_proposed_and_never_taken() -> None:
    names, rows = table(column_1=ENGLISH * 10, column_2=list("3456") * 10)
    assert guess_label(names, rows, "column_1") == (None, ("column_2",))


def test_known_names_numbers_and_many_names() -> None:
    assert is_known_name("customer_id")
    assert not is_known_name("A plane is taking off.")
    assert [
        one for one in ("5", "3.8", "-1,000", "12%", "1e-5", "", "a1", "2026-11-22") if is_number(one)
    ] == [
        "5",
        "3.8",
        "-1,000",
        "12%",
        "1e-5",
    ]
    assert show_names(["a", "b"]) == "'a', 'b'"
    assert show_names([str(number) for number in range(22)]).endswith("'19' and 2 more")
