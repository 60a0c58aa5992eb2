"""Each finding has what it finds and a near miss, in both languages, through the whole report."""

from __future__ import annotations

from typing import Any

import pytest

from headway.cleaning.report import build_clean_report
from headway.store import Store
from tests.cleaning.texts import TASK, Row, add_rows

PLAIN: list[Row] = [
    ("我想退掉上周买的水壶，请告诉我怎么办理", "退款"),
    ("包裹三天了还没有到，能帮我查一下吗", "物流"),
    ("I would like to return the kettle that I bought last week", "退款"),
    ("The parcel has not arrived for three days, can you check it", "物流"),
]


def finding(store: Store, key: str, rows: list[Row], **options: Any) -> dict[str, Any]:
    """What is found among plain rows and those given."""
    add_rows(store, [*PLAIN, *rows])
    report = build_clean_report(store, TASK, **options)
    return next(one for one in report["findings"] if one["key"] == key)


FOUND: list[tuple[str, str]] = [
    ("mojibake", "æˆ‘æƒ³é€€æŽ‰ä¸Šå‘¨ä¹°çš„æ°´å£¶ï¼Œè¯·å‘Šè¯‰æˆ‘æ€Žä¹ˆåŠžç†"),
    ("mojibake", "I donâ€™t want the kettle, itâ€™s too small for me"),
    ("html", "我想退掉<br/>上周买的&nbsp;水壶和灯"),
    ("html", "I want to <b>return</b> the lamp &amp; the chair"),
    ("control", "我想退掉\u200b上周买的\ufeff相机"),
    ("control", "I want to return\x07 the camera"),
    ("full-width", "我想退掉上周买的ｉＰｈｏｎｅ１５手机"),
    ("full-width", "Ｉ want to return the ｐｈｏｎｅ of mine"),
    ("traditional", "我想退掉上週買的水壺，請告訴我怎麼辦理退貨"),
    ("languages", "Ich möchte den Wasserkocher zurückgeben, den ich letzte Woche gekauft habe"),
    ("languages", "先週買ったやかんを返品したいのですが、どうすればいいですか"),
    ("duplicates", PLAIN[0][0]),
    ("duplicates", PLAIN[2][0] + " "),
    ("near-duplicates", PLAIN[0][0] + "？？"),
    ("near-duplicates", PLAIN[2][0].upper()),
    ("short", "退"),
    ("short", "?"),
    ("outliers", "哈哈哈哈哈哈"),
    ("outliers", "https://example.com/orders/12"),
    ("personal-data", "我的电话是13800138000，请打给我"),
    ("personal-data", "please write to jo.smith@example.com about it"),
]
MISSED: list[tuple[str, str]] = [
    ("mojibake", "我觉得这家店的服务员态度真好"),
    ("mojibake", "Das Café in Zürich – très bien, señor"),
    ("html", "如果 a < b 且 b > c，那么价格会变"),
    ("html", "Tom & Jerry: is 3 < 5 & 5 > 3?"),
    ("control", "第一行\n第二行\t第三行"),
    ("full-width", "\u3000\u3000包裹到哪里了？请查一下！谢谢。"),
    ("full-width", "Is it (really) 15% off, or 20%?"),
    ("traditional", "干净的后面是皇后的面条和头发"),
    ("languages", "我的 iPhone 不能开机了 please help"),
    ("languages", "ok thx"),
    ("languages", "订单 12345"),
    ("duplicates", PLAIN[0][0] + "呢"),
    ("near-duplicates", "我想知道上周买的电脑什么时候可以送到家"),
    ("short", "退款"),
    ("short", "OK"),
    ("outliers", "哈哈哈"),
    ("outliers", "订单12345"),
    ("personal-data", "订单号是 20240112，金额 13800 元"),
    ("personal-data", "order 4111, version 1.2.3, 10:30 on 2024-01-12"),
]


@pytest.mark.parametrize(("key", "text"), FOUND)
def test_dirt_is_found(store: Store, key: str, text: str) -> None:
    found = finding(store, key, [(text, "退款")])
    assert (found["count"], found["share"]) == (1, 1 / 5)
    (example,) = found["examples"]
    assert example["source"] == "a.csv"
    assert example["record"]
    assert example["text"]


@pytest.mark.parametrize(("key", "text"), MISSED)
def test_what_only_looks_like_it_is_not(store: Store, key: str, text: str) -> None:
    found = finding(store, key, [(text, "退款")])
    assert (found["count"], found["examples"]) == (0, [])


def test_texts_without_a_label_are_looked_at_too(store: Store) -> None:
    assert finding(store, "html", [("<p>退款</p>", None)])["count"] == 1


@pytest.mark.parametrize(
    ("key", "text", "after"),
    [
        ("mojibake", "I donâ€™t want it", "I don’t want it"),
        ("html", "水壶 &amp; <b>灯</b>", "水壶 & 灯"),
        ("control", "退\u200b款的问题", "退款的问题"),
        ("full-width", "ＡＢＣ１２３", "ABC123"),
        ("traditional", "請問這個時候發貨嗎", "请问这个时候发货吗"),
    ],
)
def test_examples_show_what_would_become_of_a_text(store: Store, key: str, text: str, after: str) -> None:
    (example,) = finding(store, key, [(text, "a")])["examples"]
    assert example["after"] == after


def test_equal_rows_count_and_five_texts_are_shown(store: Store) -> None:
    rows: list[Row] = [(f"<b>退款 {n % 7}</b>", "退款") for n in range(21)]
    found = finding(store, "html", rows)
    assert found["count"] == 21
    assert len({example["text"] for example in found["examples"]}) == len(found["examples"]) == 5


def test_languages_are_counted_by_row(store: Store) -> None:
    found = finding(store, "languages", [("12345", None), ("Où est mon colis, s'il vous plaît?", "a")] * 2)
    assert found["languages"] == {"zh": 2, "en": 2, "und": 2, "fr": 2}
    assert {example["language"] for example in found["examples"]} == {"fr"}


def test_repeated_texts_come_with_how_often(store: Store) -> None:
    found = finding(store, "duplicates", [("哪里", "a")] * 4 + [("where", "b")] * 3 + [("哪里", None)])
    assert found["count"] == 3 + 1 + 2
    assert [(one["text"], one["rows"], one["labels"]) for one in found["examples"]] == [
        ("哪里", 5, {"a": 4}),
        ("where", 3, {"b": 3}),
    ]


def test_clusters_show_their_first_text_and_others(store: Store) -> None:
    text = PLAIN[1][0]
    found = finding(store, "near-duplicates", [(text + "！", "物流"), (text + "……", "物流"), (text, "退款")])
    (cluster,) = found["examples"]
    assert (cluster["text"], cluster["rows"], found["clusters"]) == (text, 4, 1)
    assert cluster["others"] == [text + "！", text + "……"]
    assert cluster["labels"] == {"物流": 3, "退款": 1}


def test_contradictions_and_softer_ones(store: Store) -> None:
    rows: list[Row] = [(PLAIN[0][0], "物流"), (PLAIN[3][0] + "?!", "退款")]
    hard = finding(store, "contradictions", rows)
    assert (hard["count"], hard["texts"]) == (2, 1)
    assert hard["examples"][0]["labels"] == {"退款": 1, "物流": 1}
    report = build_clean_report(store, TASK)
    soft = next(one for one in report["findings"] if one["key"] == "near-contradictions")
    assert (soft["count"], soft["option"]) == (2, None)
    assert soft["examples"][0]["text"] == PLAIN[3][0]


def test_how_short_is_too_short_can_be_said(store: Store) -> None:
    rows: list[Row] = [("退款", "a"), ("好 的", "a")]
    assert finding(store, "short", rows, least_characters=3)["count"] == 2


def test_kinds_of_outliers_are_counted(store: Store) -> None:
    rows: list[Row] = [(f"第{n}个订单到哪里了，请查一下", "物流") for n in range(30)]
    rows += [("请查一下订单，" * 60, "物流"), ("12345", "物流"), ("。。。。。", "物流")]
    found = finding(store, "outliers", rows)
    assert found["kinds"] == {"long": 1, "repeated": 1, "wordless": 1}
    assert found["examples"][0]["characters"] == 7 * 60


def test_personal_data_are_counted_by_kind_and_shown_masked(store: Store) -> None:
    rows: list[Row] = [
        ("电话13800138000或13900139000", "a"),
        ("我的电话 13700137000，邮箱 li@example.com", "a"),
        ("请" * 300 + "写信给 wang@example.com", "a"),
    ]
    found = finding(store, "personal-data", rows)
    assert (found["count"], found["kinds"]) == (3, {"phone": 2, "email": 2})
    shown = " ".join(example["text"] for example in found["examples"])
    assert "[PHONE]" in shown
    assert "[EMAIL]" in shown
    assert "@example" not in shown
    assert "138000" not in shown
