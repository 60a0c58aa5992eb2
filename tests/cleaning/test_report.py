from __future__ import annotations

import csv
import json
from pathlib import Path

from headway.cleaning.applying import apply_options
from headway.cleaning.policy import OPTIONS
from headway.cleaning.report import build_clean_report
from headway.store import Store
from headway.store.cleanings import list_policies
from headway.store.tasks import add_task
from headway.text.lengths import LENGTHS
from headway.text.personal_data import find
from tests.cleaning.texts import TASK, Row, add_rows

KEYS = [
    "mojibake",
    "html",
    "control",
    "full-width",
    "traditional",
    "languages",
    "duplicates",
    "near-duplicates",
    "near-contradictions",
    "contradictions",
    "label-variants",
    "short",
    "outliers",
    "label-leaks",
    "coverage",
    "personal-data",
]
ROWS: list[Row] = [
    ("请打电话13800138000给我，我要退款", "退款"),
    ("where is my parcel &amp; when does it come", "物流"),
    ("请打电话13800138000给我，我要退款", "物流"),
]


def test_a_report_is_plain_data_with_every_finding(store: Store) -> None:
    add_rows(store, ROWS)
    report = build_clean_report(store, TASK)
    assert json.loads(json.dumps(report)) == report
    assert [one["key"] for one in report["findings"]] == KEYS
    for one in report["findings"]:
        assert {"key", "title", "count", "share", "option", "applied", "action", "details"} < set(one)
        assert all(one[name][language] for name in ("title", "action") for language in ("en", "zh"))
        assert 0 <= one["share"] <= 1
    assert {one["option"] for one in report["findings"]} == {*OPTIONS, None}
    assert (report["texts"], report["different_texts"], report["labelled"], report["sources"]) == (3, 2, 3, 1)
    assert report["labels"] == {"物流": 2, "退款": 1}
    assert report["characters"]["longest"] == len(ROWS[1][0])
    assert report["lengths"]["from"] == list(LENGTHS)
    assert sum(report["lengths"]["texts"]) == 3
    assert report["language"] == "zh"


def test_a_report_changes_nothing(store: Store) -> None:
    add_rows(store, ROWS)
    assert build_clean_report(store, TASK)["findings"] == build_clean_report(store, TASK)["findings"]
    assert list_policies(store, TASK) == []


def test_an_empty_project_is_said_to_be_empty(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    report = build_clean_report(store, TASK)
    assert [one["count"] for one in report["findings"]] == [0] * len(KEYS)
    assert report["summary"] == {"en": ["The project holds no text yet."], "zh": ["项目里还没有文本。"]}


def test_what_is_applied_is_said_to_be_and_is_not_offered_again(store: Store) -> None:
    add_rows(store, ROWS)
    apply_options(store, TASK, ["html", "contradictions", "personal-data", "short"])
    report = build_clean_report(store, TASK)
    assert {one["option"] for one in report["findings"] if one["applied"]} == {
        "html",
        "contradictions",
        "personal-data",
        "short",
    }
    html = next(one for one in report["findings"] if one["key"] == "html")
    assert html["count"] == 1
    assert "about 0 of them" in report["summary"]["en"][1]


def test_no_part_of_a_report_holds_personal_data(store: Store) -> None:
    text = "请打13800138000或写信到li@example.com"
    rows: list[Row] = [
        (text, "a"),
        (text, "b"),
        (f"<p>{text}</p>", "a"),
        (text + "！", "a"),
        (f"ＡＢ{text}", "a"),
    ]
    rows += [
        (text + "\u200b", "a"),
        (f"{text} 這個時候", "a"),
        ("13800138000", "a"),
        ("13800138000\u200b", "b"),
    ]
    add_rows(store, rows)
    shown = json.dumps(build_clean_report(store, TASK), ensure_ascii=False)
    assert "13800138000" not in shown
    assert "example.com" not in shown


def test_stages_are_told(store: Store) -> None:
    add_rows(store, ROWS)
    told: list[tuple[str, int, int | None]] = []
    build_clean_report(
        store, TASK, progress=lambda stage, done, total=None: told.append((stage, done, total))
    )
    assert [stage for stage, _, _ in told] == ["Reading", "Looking at each text", "Comparing"]


def test_a_text_of_a_million_characters_is_no_trouble(store: Store) -> None:
    add_rows(store, [("字词" * 500_000, "a"), ("word " * 200_000, "b"), ("<b>" * 300_000, None)])
    report = build_clean_report(store, TASK)
    assert report["characters"]["longest"] == 1_000_000
    assert len(json.dumps(report)) < 50_000


def test_five_thousand_labels_are_no_trouble(store: Store) -> None:
    add_rows(store, [(f"文本 number {n}", f"标签 {n}") for n in range(5_000)])
    report = build_clean_report(store, TASK)
    coverage = next(one for one in report["findings"] if one["key"] == "coverage")
    assert (coverage["count"], len(coverage["examples"]), len(report["labels"])) == (5_000, 20, 5_000)


def test_real_reviews_have_what_is_known_of_them(shared: Path, store: Store) -> None:
    for split in ("train", "dev", "test"):
        with (shared / "data" / "chnsenticorp_zh" / f"{split}.tsv").open(
            encoding="utf-8", newline=""
        ) as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            add_rows(store, [(row["text_a"], row["label"]) for row in rows], source=split)
    report = build_clean_report(store, TASK)
    found = {one["key"]: one["count"] for one in report["findings"]}
    assert found["duplicates"] > 2_000
    assert 50 < found["contradictions"] < 150
    assert found["mojibake"] == found["label-leaks"] == found["languages"] == found["label-variants"] == 0
    shown = [one["text"] for finding in report["findings"] for one in finding["examples"]]
    assert len(shown) > 20
    assert not any(map(find, shown))
