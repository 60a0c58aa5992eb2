from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from headway.console.reading_forms import AskedReading
from headway.errors import UsageError
from headway.sources.layout import parse_delimiter
from headway.sources.plan import Asked

WORKBOOK = {"choices": ["header", "sheet"], "sheets": ["说明", "--客户 反馈"]}
TABLE: dict[str, Any] = {"choices": ["encoding", "delimiter", "header"], "sheets": []}


def test_what_is_chosen_is_the_same_for_the_preview_and_for_the_command() -> None:
    asked = AskedReading(encoding="gb18030", delimiter="semicolon", header="no")
    assert asked.asked() == Asked(encoding="gb18030", delimiter="semicolon", header=False)
    assert asked.options() == ["--encoding=gb18030", "--delimiter=semicolon", "--no-header"]
    asked = AskedReading(header="yes", sheet="--客户 反馈")
    assert asked.asked() == Asked(header=True, sheet="--客户 反馈")
    assert asked.options() == ["--sheet=--客户 反馈", "--header"]


def test_what_is_not_chosen_is_found_out() -> None:
    assert AskedReading().asked() == Asked()
    assert AskedReading().options() == []
    AskedReading().require("a.parquet", {"choices": [], "sheets": []})


@pytest.mark.parametrize(("name", "mark"), [("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|")])
def test_each_delimiter_is_one_that_an_import_knows(name: str, mark: str) -> None:
    asked = AskedReading.model_validate({"delimiter": name}).asked()
    assert parse_delimiter(asked.delimiter or "") == mark


@pytest.mark.parametrize(
    "values",
    [
        {"encoding": "base64"},
        {"encoding": "utf-8 --task b"},
        {"encoding": None},
        {"delimiter": ";"},
        {"delimiter": "--project"},
        {"header": "maybe"},
        {"header": True},
        {"sheet": "一" * 201},
        {"sheet": ["一"]},
        {"format": "csv"},
        {"label_after": "@"},
    ],
)
def test_nothing_else_can_be_chosen(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AskedReading.model_validate(values)


def test_what_fits_a_file_may_be_asked_of_it() -> None:
    AskedReading(encoding="big5", delimiter="tab", header="yes").require("a.csv", TABLE)
    AskedReading(header="no", sheet="--客户 反馈").require("a.xlsx", WORKBOOK)


@pytest.mark.parametrize(
    ("values", "preview", "words"),
    [
        (
            {"encoding": "utf-8", "delimiter": "tab"},
            WORKBOOK,
            "客服 has no encoding and no delimiter to choose",
        ),
        ({"sheet": "说明"}, TABLE, "客服 has no sheet to choose"),
        ({"sheet": "三"}, WORKBOOK, "客服 has no sheet '三'"),
        ({"sheet": "三", "delimiter": "tab"}, WORKBOOK, "no delimiter to choose. 客服 has no sheet '三'"),
        ({"header": "no"}, {"choices": ["encoding"], "sheets": []}, "客服 has no header to choose"),
    ],
)
def test_what_does_not_fit_is_told_all_at_once(
    values: dict[str, str], preview: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        AskedReading.model_validate(values).require("客服", preview)
    assert refused.value.next_step
