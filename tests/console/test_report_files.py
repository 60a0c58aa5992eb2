from __future__ import annotations

from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from headway.console.report_files import (
    ReportFile,
    evaluations,
    find_report,
    list_reports,
    report_made,
)
from headway.records import ModelVersion
from headway.store import Store
from headway.web.standalone import standalone_page

VERSION = ModelVersion("intents", 1, "intents", "a" * 64, "fp32", "2026-11-22")


def keep(store: Store, name: str, content: bytes = b"{}") -> Path:
    folder = store.project / "reports" / name
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(name, "utf-8")
    (folder / "report.json").write_bytes(content)
    return folder


def named(store: Store, name: str) -> ReportFile:
    return next(report for report in list_reports(store) if report.folder.name == name)


def test_a_report_is_found_by_the_id_of_the_listing_alone(store: Store) -> None:
    assert list_reports(store) == []
    for name in ("客服-1-0123abcd", "compare-intents-0123abcd", "odd name"):
        keep(store, name)
    reports = list_reports(store)
    assert {report.stem for report in reports} == {"客服-1", "compare-intents", "odd name"}
    for report in reports:
        assert len(report.id) == 20
        assert find_report(store, report.id) == report
        assert report.page.read_text("utf-8") == report.folder.name
    for unknown in ("0" * 20, "odd name", "../odd name", ""):
        with pytest.raises(HTTPException):
            find_report(store, unknown)


def test_links_and_folders_without_a_page_are_no_reports(store: Store, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "report.html").write_text("secret", "utf-8")
    reports = store.project / "reports"
    (reports / "empty-0123abcd").mkdir(parents=True)
    (reports / "file-0123abcd").write_text("x", "utf-8")
    (reports / "linked-0123abcd").symlink_to(elsewhere)
    (reports / "page-0123abcd").mkdir()
    (reports / "page-0123abcd" / "report.html").symlink_to(elsewhere / "report.html")
    assert list_reports(store) == []


def test_a_report_that_is_gone_meanwhile_is_not_found(store: Store) -> None:
    report = named(store, keep(store, "intents-1-0123abcd").name)
    report.page.unlink()
    with pytest.raises(HTTPException):
        standalone_page(report.page)


def test_evaluations_of_a_version_are_those_that_say_so_the_newest_first(store: Store) -> None:
    keep(store, "intents-1-00000001", b'{"model": "intents@1", "created_at": "2026-01-01", "n": 1}')
    keep(store, "intents-1-00000002", b'{"model": "intents@1", "created_at": "2026-02-01", "n": 2}')
    keep(store, "intents-11-00000003", b'{"model": "intents@11", "created_at": "2026-03-01"}')
    # A comparison of a task called intents-1, a file that was cut off, and one that holds something else.
    keep(store, "intents-1-00000004", b'{"task": "intents-1", "rows": []}')
    keep(store, "intents-1-00000005", b'{"model": "inte')
    keep(store, "intents-1-00000006", b"[1]")
    keep(store, "intents-1-00000007", b"\xff")
    found = evaluations(list_reports(store), VERSION)
    assert [one["n"] for one in found] == [2, 1]
    assert found[0]["id"] == named(store, "intents-1-00000002").id


def test_the_report_of_a_command_is_one_of_the_listing(store: Store) -> None:
    folder = keep(store, "compare-intents-0123abcd")
    assert report_made(store, {"html": str(folder / "report.html")}) == named(store, folder.name)
    for result in (None, {}, {"html": None}, {"html": "/etc/passwd"}, {"html": 3}, {"html": ""}):
        assert report_made(store, result) is None
