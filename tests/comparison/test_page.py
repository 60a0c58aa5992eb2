"""Pages of comparisons: all is shown in both languages, nothing loads, nothing of the user is markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headway.comparison.page import megabytes, rate, render_bases, render_comparison
from headway.store import Store
from headway.workflow.kept_reports import keep_report
from tests.evaluation.test_html import ATTACK, Page

WORDS = {"en": "said", "zh": "说了"}


def model(number: int, **values: Any) -> dict[str, Any]:
    return {
        "number": number,
        "name": f"intents@{number}",
        "recipe": "probe",
        "base": ATTACK,
        "precision": "int8",
        "accuracy": 0.9,
        "interval": [0.88, 0.92],
        "seconds": 61.0,
        "size_bytes": 24_100_000,
        "texts_per_second": 812.3,
        "front": True,
        "dominated_by": [],
        **values,
    }


def base(number: int, **values: Any) -> dict[str, Any]:
    search = {"accuracy": 0.8, "interval": [0.78, 0.82], "difference_to_best": [-0.031, -0.05, -0.01]}
    return {
        "number": number,
        "base": f"base-{number}",
        "name": f"base-{number}",
        "recommended": False,
        "search": search,
        "texts_per_second": 410.0,
        "size_bytes": 65_300_000,
        "licence": ATTACK,
        "licence_source": "README.md",
        "languages": ["zh", "en"],
        "unknown_rate": 0.668,
        "truncation_rate": 0.0,
        "mean_tokens": 19.44,
        **values,
    }


def comparison(*rows: dict[str, Any], language: str = "en") -> str:
    return render_comparison(
        {
            "task": ATTACK,
            "language": language,
            "created_at": "2026-11-22T09:42:00.000000+00:00",
            "rows": list(rows),
            "speed": {"texts": 200, "rounds": 5},
            "warnings": [{"en": f"note {ATTACK}", "zh": "注意"}],
            "summary": {language: [f"first {said}", f"then {said}"] for language, said in WORDS.items()},
        }
    )


def bases(*rows: dict[str, Any]) -> str:
    return render_bases(
        {
            "task": ATTACK,
            "language": "zh",
            "created_at": "2026-11-22T09:42:00.000000+00:00",
            "precision": "int8",
            "search": {"rows": 2_000, "folds": 5},
            "rows": [base(0, base="baseline", name="baseline", licence=None), *rows],
            "speed": {"texts": 200, "rounds": 5},
            "warnings": [{"en": f"note {ATTACK}", "zh": "注意"}],
            "summary": {language: [f"first {said}", f"then {said}"] for language, said in WORDS.items()},
        }
    )


@pytest.mark.parametrize("html", [comparison(model(1), model(2)), bases(base(1))], ids=["models", "bases"])
def test_nothing_is_loaded_and_nothing_runs(html: str) -> None:
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert name not in {"src", "href", "srcset", "action", "style", "xlink:href"}, (tag, name, value)
        assert not name.startswith("on")
    assert "<script" not in html
    assert ATTACK in page.text
    for words in ("first said", "then said", "first 说了", "then 说了", "note ", "注意"):
        assert words in page.text


def test_models_are_shown_with_their_figures() -> None:
    text = Page(comparison(model(1), model(2, front=False, dominated_by=["intents@1"]))).text
    for words in ("90.0%", "88.0% – 92.0%", "1 min 1 s", "1 分 1 秒", "24.1 MB", "812", "on it", "在前沿上"):
        assert words in text
    assert "dominated by intents@1" in text
    assert "不如 intents@1" in text


def test_a_plot_for_each_cost_and_language() -> None:
    html = comparison(model(1), model(2))
    assert html.count('class="marks"') == 6
    assert html.count("<figure") == 6
    assert bases(base(1)).count('class="marks"') == 4


def test_what_is_not_known_is_a_dash_and_no_plot() -> None:
    unknown = dict.fromkeys(("accuracy", "interval", "seconds", "size_bytes", "texts_per_second", "front"))
    html = comparison(model(1, **unknown))
    assert html.count('class="marks"') == 0
    assert "None" not in Page(html).text
    assert "–" in Page(html).text


def test_a_page_opens_in_the_language_of_the_data() -> None:
    assert '<html lang="zh">' in comparison(model(1), language="zh")
    assert '<html lang="en">' in comparison(model(1))


def test_base_models_are_shown_with_what_is_known_of_them() -> None:
    best = base(2, recommended=True, search={"accuracy": 0.83, "interval": None, "difference_to_best": None})
    html = bases(base(1), best, base(3, search=None, licence=None))
    text = Page(html).text
    for words in (
        "−3.1",
        "−5.0 … −1.0",
        "66.8%",
        "19.4",
        "README.md",
        "zh, en",
        "410",
        "65.3 MB",
        "best",
        "最好",
    ):
        assert words in text
    for words in (
        "baseline (character n-grams)",
        "基线（字符 n-gram）",
        "not compared",
        "未参与比较",
        "5-fold",
        "5 折",
    ):
        assert words in text
    assert html.count('<tr class="chosen"') == 1


def test_a_report_is_kept_as_data_and_page_with_a_copy(store: Store, tmp_path: Path) -> None:
    report: dict[str, Any] = {"created_at": store.now(), "词": "值"}
    kept = keep_report(store, "compare-任务", report, "<p>", tmp_path / "copy.html")
    (folder,) = (store.project / "reports").iterdir()
    assert folder.name.startswith("compare-任务-")
    assert json.loads((folder / "report.json").read_text("utf-8")) == report
    assert kept == {**report, "html": str(tmp_path / "copy.html")}
    assert (tmp_path / "copy.html").read_text() == (folder / "report.html").read_text() == "<p>"
    assert keep_report(store, "x", report, "<p>", None)["html"].endswith("report.html")


def test_sizes_and_rates_are_written_for_people() -> None:
    assert (megabytes(24_112_974), megabytes(None)) == ("24.1 MB", "–")
    assert (rate(12_345.6), rate(3.21), rate(None)) == ("12,346", "3.2", "–")
