"""The pages of data, over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from headway.cleaning.kept import report_path
from headway.cleaning.page import render_clean_report
from headway.cleaning.report import build_clean_report
from headway.datasets import create_version
from headway.records import Import
from headway.sources import Columns, check_files, import_planned
from headway.store import Store
from headway.store.jobs import add_job, finish_job
from headway.store.tasks import add_task
from tests.console.conftest import SignIn

ATTACK = "<script>hacked()</script>"
CHINESE = {"Cookie": "headway_language=zh"}


def import_rows(store: Store, path: Path, rows: list[str]) -> Import:
    path.write_text("\n".join(["text,label", *rows]) + "\n", "utf-8")
    (plan,) = check_files([path], Columns("text", "label"))
    return import_planned(store, "intents", plan)


@pytest.fixture
def imported(store: Store, tmp_path: Path) -> Import:
    add_task(store, "intents", "text-classification")
    rows = [f"我要退掉第{n}件商品,退款" for n in range(20)] + [
        f"where is parcel {n},delivery" for n in range(20)
    ]
    return import_rows(store, tmp_path / "客服.csv", [*rows, ",empty", "a,b,c"])


def test_a_viewer_sees_what_there_is(store: Store, sign_in: SignIn, imported: Import) -> None:
    version = create_version(store, "intents")
    client = sign_in("viewer")
    page = client.get("/data").text
    for words in ("客服.csv", "退款", "delivery", "latest", f"/data/datasets/{version.hash}"):
        assert words in page
    assert f'href="/data/imports/{imported.id}"' in page
    assert 'id="upload"' not in page
    assert "ask-job" not in page
    assert ">数据<" in client.get("/data", headers={"Accept-Language": "zh"}).text


def test_an_empty_project_is_told_so(store: Store, sign_in: SignIn) -> None:
    add_task(store, "intents", "text-classification")
    page = sign_in("lead").get("/data").text
    for words in ("Nothing was imported yet.", "No text has a label yet.", "No version was frozen yet."):
        assert words in page
    assert "/data/clean?" not in page


def test_an_import_says_what_came_of_its_rows(store: Store, sign_in: SignIn, imported: Import) -> None:
    client = sign_in("viewer")
    page = client.get(f"/data/imports/{imported.id}").text
    for words in ("42", "the text in column &#39;text&#39; is empty", "3 fields where the header has 2"):
        assert words in page
    assert client.get("/data/imports/" + "0" * 20).status_code == 400
    assert client.get("/data/imports/..%2f..").status_code in (404, 422)


def test_the_job_that_imported_says_so_too(store: Store, sign_in: SignIn, imported: Import) -> None:
    result = {"imports": [{"id": imported.id}, {"id": "0" * 20}, {}, None]}
    job = add_job(store, ["import", "x"], "Ann")
    finish_job(store, job.id, "done", result)
    other = add_job(store, ["clean"], "Ann")
    finish_job(store, other.id, "done", result)
    client = sign_in("lead")
    assert "3 fields where the header has 2" in client.get(f"/jobs/{job.id}").text
    assert "3 fields where the header has 2" not in client.get(f"/jobs/{other.id}").text


def test_a_version_shows_its_statistics_and_what_changed(
    store: Store, sign_in: SignIn, imported: Import, tmp_path: Path
) -> None:
    old = create_version(store, "intents")
    import_rows(store, tmp_path / "more.csv", [f"这是第{n}个新的问题,{ATTACK}" for n in range(12)])
    new = create_version(store, "intents")
    client = sign_in("viewer")
    page = client.get(f"/data/datasets/{new.hash}").text
    assert new.hash in page
    assert "&lt;script&gt;hacked" in page
    assert ATTACK not in page
    assert "12 texts more" not in page
    changed = client.get(f"/data/datasets/{new.hash}?against={old.hash}").text
    assert "Version 2 has 12 texts more" in changed
    assert (
        "“intents”的数据集版本 2"
        in client.get(f"/data/datasets/{new.hash}", headers={"Accept-Language": "zh"}).text
    )


def test_a_version_that_is_not_there_is_not_found(store: Store, sign_in: SignIn, imported: Import) -> None:
    version = create_version(store, "intents")
    client = sign_in("viewer")
    assert client.get("/data/datasets/" + "0" * 64).status_code == 404
    assert client.get(f"/data/datasets/{version.hash}?against={'0' * 64}").status_code == 404
    assert client.get("/data/datasets/..%2f1").status_code in (404, 422)
    assert client.get(f"/data/datasets/{version.hash}?against={'0' * 65}").status_code == 422


def test_the_newest_report_is_shown_and_allowed_nothing(
    store: Store, sign_in: SignIn, imported: Import
) -> None:
    client = sign_in("viewer")
    assert client.get("/data/clean?task=intents").status_code == 404
    path = report_path(store, "intents")
    path.parent.mkdir()
    path.write_text(render_clean_report(build_clean_report(store, "intents")), "utf-8")
    assert "/data/clean?task=intents" in client.get("/data").text
    answer = client.get("/data/clean?task=intents")
    assert "where is parcel" in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "script-src" not in policy
    for task in ("nothing", "../../headway.toml"):
        assert client.get("/data/clean", params={"task": task}).status_code == 400
