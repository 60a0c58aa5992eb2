"""Names that a word announces, and words that are no names."""

from __future__ import annotations

import pytest

from headway.text.names import find_names, may_have_names
from headway.text.personal_data import find


def names(text: str) -> list[str]:
    """The names of a text."""
    return [finding.value for finding in find(text) if finding.kind == "name"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓名：张三", "张三"),
        ("姓名:王小明，电话", "王小明"),
        ("收件人：欧阳娜娜 电话", "欧阳娜娜"),
        ("我叫李四，住在", "李四"),
        ("您好，我叫李建国。", "李建国"),
        ("联系人：赵敏电话138", "赵敏"),
        ("持卡人 陈晨", "陈晨"),
        ("我的名字叫周杰", "周杰"),
        ("Mr. Smith called", "Smith"),
        ("ask Dr Grey today", "Grey"),
        ("Ms. Mary-Ann O'Brien left", "Mary-Ann O'Brien"),
        ("Prof. John R. MacDonald", "John R. MacDonald"),
        ("my name is john smith and i", "john smith"),
        ("My name's Ann", "Ann"),
        ("Name: Zhang Wei, Email", "Zhang Wei"),
        ("Cardholder: JOHN SMITH", "JOHN SMITH"),
        ("This is Mary Jones calling", "Mary Jones"),
    ],
)
def test_names_that_are_announced(text: str, name: str) -> None:
    assert names(text) == [name]
    assert may_have_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "姓名：必填",
        "姓名格式不正确",
        "联系人：无",
        "联系人：罗小姐",
        "负责人：管理员",
        "户名：支付宝",
        "我叫了外卖",
        "我叫车去机场",
        "我叫什么名字",
        "他叫我等一下",
        "我叫滴滴",
        "收件人：安保室",
        "法人变更",
        "张三今天没来",
        "Mr. Robot",
        "Dr Pepper",
        "Miss you already",
        "Miss Universe",
        "Ms Word",
        "Mr. President",
        "12 Elm Dr Springfield",
        "my name is wrong on the card",
        "my name is spelled differently",
        "my name is not showing",
        "Name: Required",
        "File name: Annual Report",
        "Product name: Galaxy Buds",
        "Contact: Customer Support",
        "this is great, thanks",
        "John Smith",
    ],
)
def test_near_misses(text: str) -> None:
    assert names(text) == []


def test_the_quick_test_is_true_where_a_name_is_found() -> None:
    for text in ("客户名:张三", "被保人:张三", "contact person: Ann Lee", "i'm called Ann"):
        assert list(find_names(text))
        assert may_have_names(text)
    assert not may_have_names("Where is my card? 退款")
