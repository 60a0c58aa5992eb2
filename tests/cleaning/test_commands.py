from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from headway.cleaning.kept import report_path
from headway.store import Store
from tests.cleaning.texts import TASK, Row, add_rows
from tests.projects import Called, call

Run = Callable[..., Called]
ROWS: list[Row] = [
    *((f"我要退掉第{n}件商品，请告诉我怎么办理", "退款") for n in range(10)),
    *((f"where is parcel number {n} of mine", "delivery") for n in range(10)),
    ("我要退掉第3件商品，请告诉我怎么办理", "退款"),
    ("where is parcel &amp; lamp number 5 of mine?", "Delivery"),
    ("打13800138000\x1b[31m找我退款", "退款"),
]


@pytest.fixture
def run(store: Store, capsys: pytest.CaptureFixture[str]) -> Run:
    """`headway clean` in a project with some dirt."""
    add_rows(store, ROWS)
    return lambda *arguments: call(capsys, "clean", "--project", store.project, *arguments)


def test_the_report_names_findings_and_what_to_type(run: Run) -> None:
    done = run()
    assert done.code == 0
    for words in (
        "23 texts from 1 file",
        "--apply duplicates",
        "--apply html",
        "--apply label-variants",
        "where is parcel &amp; lamp",
        "→ where is parcel & lamp",
        "'Delivery' 1, 'delivery' 10 → 'delivery'",
        "Not found: ",
        "This report changes nothing",
    ):
        assert words in done.out, words
    assert "13800138000" not in done.out
    assert "\x1b" not in done.out


def test_json_is_the_report(run: Run) -> None:
    content = run("--json", "--min-characters", 4).json
    assert content["texts"] == 23
    assert next(one for one in content["findings"] if one["key"] == "short")["least"] == 4


def test_what_is_applied_changes_the_next_version_and_can_be_undone(run: Run) -> None:
    done = run("--apply", "duplicates", "--apply", "label-variants", "--apply", "html")
    for words in (
        "Applied: duplicates, label-variants, html. The raw texts stay as they are.",
        "takes 22 of 23 labelled rows",
        "1 stay out: duplicates",
        "1 texts are read otherwise: html@1",
        "1 labels are written otherwise",
        "headway clean --undo",
    ):
        assert words in done.out, words
    assert "done: only the first of each stays" in run().out
    undone = run("--undo", "--json").json
    assert (undone["undone"], undone["next_version"]["rows"]) == (True, 23)
    assert "Nothing was ever applied" in (again := run("--undo")).err
    assert again.code == 1


def test_the_same_again_is_said_to_change_nothing(run: Run) -> None:
    run("--apply", "duplicates")
    assert "applied already; nothing was changed" in run("--apply", "duplicates").out


def test_a_page_is_written(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "报告.html"
    assert str(page) in run("--html", page).out
    assert page.read_text("utf-8").startswith("<!doctype html>")
    page.unlink()
    content = run("--html", page, "--apply", "html", "--json").json
    assert (content["html"], content["applied"]) == (str(page), ["html"])
    assert page.exists()


def test_the_newest_page_is_kept(run: Run, store: Store, tmp_path: Path) -> None:
    kept = report_path(store, TASK)
    assert run("--json", "--keep").json["html"] == str(kept)
    assert "where is parcel" in kept.read_text("utf-8")
    kept.write_text("old")
    page = tmp_path / "a.html"
    assert run("--json", "--keep", "--html", page).json["html"] == str(page)
    assert kept.read_bytes() == page.read_bytes()
    assert len(list(kept.parent.iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--apply", "duplicate", "--apply", "typos"], 2, "'duplicate', 'typos'"),
        (["--apply", "short", "--undo"], 2, "both given"),
        (["--min-characters", "0"], 2, "--min-characters"),
        (["--task", "nothing"], 2, "no task 'nothing'"),
        (["--apply", "short", "--min-characters", "500"], 1, "none of the 23 labelled rows"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    run: Run, arguments: list[str], code: int, words: str
) -> None:
    before = run("--json").json
    done = run(*arguments, "--json")
    assert done.code == code
    assert words in json.dumps(done.json) + done.err
    after = run("--json").json
    assert after["policy"] == before["policy"]


def test_a_page_where_no_file_can_be_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("--html", tmp_path / "file" / "report.html")
    assert (done.code, "report.html" in done.err) == (6, True)


def test_an_empty_project_has_nothing_wrong(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    add_rows(store, [])
    done = call(capsys, "clean", "--project", store.project, "--task", TASK)
    assert (done.code, "The project holds no text yet." in done.out) == (0, True)
