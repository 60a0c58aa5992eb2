from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.care import Selection
from headway.care.traces import Traces, mask_rows, quarantined_rows, quoting_reports
from headway.project import Project
from headway.records import Record

LONG = "张三丰在解放路一百零八号三单元等快递等了整整三天还没有到，请马上联系我或者直接退款给我"
SHORT = "ok 好"
FORGOTTEN = [
    Record("r1", "id:42", 1, LONG, {"no": "42", "customer": "张", "42": "x"}),
    Record("r2", "row:ab:1", 1, SHORT, {"note": "row:ab:1"}),
]


def row(raw: str | dict[str, str], reason: str = "the text is empty") -> str:
    """A line of a quarantine file, whose raw row is JSON of its fields or a line of the user's file."""
    content = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=True)
    return json.dumps({"line": 3, "reason": reason, "raw": content}, ensure_ascii=True)


BY_ID = Traces(Selection(id="42"), FORGOTTEN)
BY_COLUMN = Traces(Selection(where=("customer", "张")), [])
BY_TEXT = Traces(Selection(contains='张"三"'), [])


@pytest.mark.parametrize(
    ("traces", "line"),
    [
        (BY_ID, row({"no": "42", "text": "another text"})),
        (BY_ID, row({"no": "7", "text": SHORT})),
        (BY_ID, row(f"7,{LONG},too,many,columns")),
        (BY_ID, row("x", reason=f"the time {LONG!r} is not ISO 8601")),
        (BY_ID, f"not JSON: {LONG}"),
        (BY_COLUMN, row({"customer": "张", "text": "?"})),
        (BY_TEXT, row({"text": 'from 张"三" himself'})),
        (BY_TEXT, row('1;张"三";x')),
        (BY_TEXT, row(json.dumps({"a": 'x张"三"'}, ensure_ascii=False) + "…")),
        (BY_TEXT, row("x", reason='the id 张"三" stands in line 2')),
    ],
)
def test_a_quarantined_row_that_is_meant_is_found(traces: Traces, line: str) -> None:
    assert traces.in_row(line)


@pytest.mark.parametrize(
    ("traces", "line"),
    [
        (BY_ID, row({"no": "420", "text": "another text"})),
        (BY_ID, row({"stars": "42", "text": "another text"})),
        (BY_ID, row({"no": "7", "text": f"{SHORT}, thanks"})),
        (BY_ID, row({"no": "7", "text": f"somebody else wrote: {LONG}"})),
        (BY_ID, row(f"7,{SHORT},too,many,columns")),
        (BY_COLUMN, row({"customer": "张三", "text": "张"})),
        (BY_COLUMN, row({"client": "张"})),
        (BY_COLUMN, row("customer,张")),
        (BY_TEXT, row({"text": "张三"})),
        *((BY_ID, line) for line in ("", "{", "[]", "null", "42", '{"line": 1}', '{"raw": null}', "\ud800")),
    ],
)
def test_another_row_is_not(traces: Traces, line: str) -> None:
    assert not traces.in_row(line)


def test_a_report_that_quotes_a_text_is_found_in_every_form() -> None:
    quotation = '看："' + LONG[:36] + "…"
    for content in (
        json.dumps({"mistakes": [{"text": quotation}]}),
        json.dumps([{LONG: 1}], ensure_ascii=False),
        f"<td>{html.escape(quotation)}</td>",
        f"<td>{SHORT}</td>",
    ):
        assert BY_ID.in_report(content)
    assert BY_TEXT.in_report(html.escape('向 张"三" 道歉'))
    for content in ("", "{}", "<p>退款</p>", json.dumps({"text": LONG[:20]}), "[" * 100_000):
        assert not BY_ID.in_report(content)


@pytest.mark.parametrize("value", ["张", "Zhang & Sons", "7"])
def test_a_report_that_names_the_value_of_a_column_is_found(value: str) -> None:
    traces = Traces(Selection(where=("customer", value)), [])
    slices = [{"kind": "column", "name": "customer", "slices": [{"value": value, "n": 12}]}]
    assert traces.in_report(json.dumps({"slices": slices}))
    assert traces.in_report(json.dumps({"slices": slices}, ensure_ascii=False))
    for other in (f"{value}三", f"{value} 7", "customer"):
        assert not traces.in_report(json.dumps({"slices": [{"value": other, "n": 7}]}))
    assert not Traces(Selection(where=("customer", "")), []).in_report(json.dumps({"slices": [""]}))


def test_the_value_of_a_column_is_found_where_reports_have_it_on_one_line() -> None:
    traces = Traces(Selection(where=("address", "解放路\n 108 号")), [])
    assert traces.in_report(json.dumps({"value": "解放路 108 号"}))


@given(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=64, max_size=200), st.data())
def test_any_quotation_of_64_characters_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 64))
    traces = Traces(Selection(record="r"), [Record("r", "row:a:1", 1, text)])
    assert traces.in_report(json.dumps(["…" + text[start : start + 64] + "…"]))
    assert traces.in_row(row({"text": text}))
    assert traces.in_row(row(f"1,{text}"))


def test_the_rows_of_a_file_that_are_meant_are_emptied_and_the_others_stay(project: Project) -> None:
    folder = project.store.project / "quarantine"
    path = folder / f"{'1' * 20}-表.jsonl"
    lines = [
        row({"no": "42"}),
        row({"no": "7", "text": "保留"}),
        '{"line": "x", "raw": ' + json.dumps(LONG),
        "",
    ]
    path.write_text("\n".join(lines), "utf-8")
    found = quarantined_rows(project.store, BY_ID)
    assert found == {path: [0, 2]}
    mask_rows(path, found[path])
    after = path.read_text("utf-8").split("\n")
    assert json.loads(after[0]) == {"line": 3, "reason": "forgotten", "raw": ""}
    assert after[1] == lines[1]
    assert json.loads(after[2]) == {"line": None, "reason": "forgotten", "raw": ""}
    assert after[3] == ""
    assert quarantined_rows(project.store, BY_ID) == {}


def test_a_file_that_is_not_utf8_is_searched_all_the_same(project: Project) -> None:
    path = project.store.project / "quarantine" / "mine.jsonl"
    path.write_bytes(b"\xff\xfe\n" + row({"no": "42"}).encode() + b"\n\xff")
    found = quarantined_rows(project.store, BY_ID)
    mask_rows(path, found[path])
    assert path.read_bytes().startswith(b"\xff\xfe\n{")
    assert path.read_bytes().endswith(b"}\n\xff")
    assert b"42" not in path.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.text(max_size=30), max_size=6), st.integers(0, 6))
def test_masking_keeps_every_other_byte(tmp_path: Path, texts: list[str], at: int) -> None:
    path = tmp_path / "q.jsonl"
    lines = [row({"text": text}) for text in texts]
    at = min(at, len(lines))
    lines.insert(at, row({"no": "42"}))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    mask_rows(path, [at])
    after = path.read_text("utf-8").split("\n")
    assert [line for line in after if "forgotten" not in line] == [*lines[:at], *lines[at + 1 :], ""]


def test_reports_are_found_as_a_whole(project: Project) -> None:
    reports = project.store.project / "reports"
    (reports / "intents-1-ab").mkdir(parents=True)
    (reports / "intents-1-ab" / "report.json").write_text(json.dumps({"text": LONG}))
    (reports / "intents-2-cd").mkdir()
    (reports / "intents-2-cd" / "report.html").write_text("<p>退款</p>", "utf-8")
    (reports / "clean.html").write_text(f"<p>{LONG[:33]}</p>", "utf-8")
    found = [path.name for path in quoting_reports(project.store, BY_ID)]
    assert found == ["clean.html", "intents-1-ab"]


def test_a_quotation_on_one_line_is_found() -> None:
    traces = Traces(
        Selection(record="r"), [Record("r", "row:a:1", 1, "第一行\n\n第二行\t说：退款　请快一点")]
    )
    assert traces.in_report("<td>第一行 第二行 说：退款 请快一点</td>")
