from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect

from headway.console.reading_forms import AskedReading
from headway.console.uploads import MOST, Upload, Uploads
from headway.errors import CheckFailedError, DataError, DiskFullError, OverloadedError, UsageError
from headway.records import Job
from headway.store import Store
from headway.store.jobs import finish_job, get_job

CONTENT = "text,label\n我要退款,退款\nwhere is my order,delivery\n".encode()


async def pieces(*given: bytes | BaseException) -> AsyncIterator[bytes]:
    """A body as it arrives; an error is what interrupts it."""
    for piece in given:
        if isinstance(piece, BaseException):
            raise piece
        yield piece


def keep(uploads: Uploads, *given: bytes | BaseException, name: str = "a.csv", author: str = "me") -> Upload:
    return asyncio.run(uploads.keep(pieces(*given), name, author))


def left(store: Store) -> list[str]:
    """What is in the folder of uploads."""
    folder = store.folder / "uploads"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.fixture
def uploads(store: Store) -> Uploads:
    return Uploads(store)


def begin(uploads: Uploads, upload: Upload) -> Job:
    return uploads.begin_import(upload, ["import", str(uploads.path(upload))], "Ann")


def test_a_file_is_kept_as_it_came_with_what_it_is(uploads: Uploads, store: Store) -> None:
    upload = keep(uploads, CONTENT[:7], CONTENT[7:], name="客服.csv")
    assert (upload.name, upload.size) == ("客服.csv", len(CONTENT))
    assert uploads.path(upload).read_bytes() == CONTENT
    assert uploads.path(upload).is_relative_to(store.folder.resolve())
    assert uploads.preview(upload)["columns"] == ["text", "label"]
    assert Uploads(store).find(upload.id, "me") == upload


def test_it_is_there_for_who_sent_it_alone(uploads: Uploads) -> None:
    upload = keep(uploads, CONTENT)
    other = keep(uploads, CONTENT, author="you")
    assert uploads.find(upload.id, "you") is None
    assert uploads.find("0" * 20, "me") is None
    assert uploads.of_author("me") == [upload]
    assert uploads.of_author("you") == [other]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\0" * 5_000, "no row that can be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 500, "a (PNG|JPEG) picture"),
        (b"\xff\xd8\xff\xe0" + b"\x01" * 500, "a (PNG|JPEG) picture"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"1,2\n3,4\n5,6\n", "no column that holds words"),
        (random.Random(0).randbytes(3_000), "a.csv"),
    ],
)
def test_of_what_cannot_be_read_nothing_stays(
    uploads: Uploads, store: Store, content: bytes, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        keep(uploads, content)
    assert left(store) == []


def test_of_what_is_cut_off_nothing_stays(uploads: Uploads, store: Store) -> None:
    with pytest.raises(ClientDisconnect):
        keep(uploads, CONTENT, ClientDisconnect())
    assert left(store) == []


def test_of_what_does_not_fit_on_the_disk_nothing_stays(
    uploads: Uploads, store: Store, small_disk: Path
) -> None:
    (store.folder / "uploads").symlink_to(small_disk, target_is_directory=True)
    with pytest.raises(DiskFullError, match="nothing of the file was kept"):
        keep(uploads, *[b"x" * 100_000] * 60)
    assert left(store) == []
    assert keep(uploads, CONTENT).id in left(store)


def test_a_file_is_read_as_asked_from_then_on(uploads: Uploads, store: Store) -> None:
    upload = keep(uploads, "text;label\n我要退款,你好;退款\n快遞沒到,好;物流\n".encode("big5"))
    assert not any(uploads.preview(upload)["asked"].values())
    asked = AskedReading(encoding="big5", delimiter="semicolon")
    uploads.read_anew(upload, asked)
    again = Uploads(store).preview(upload)
    assert again["asked"] == asked.model_dump()
    assert again["files"][0]["rows"][0]["values"] == ["我要退款,你好", "退款"]
    uploads.read_anew(upload, AskedReading())
    assert not any(uploads.preview(upload)["asked"].values())


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        (AskedReading(encoding="utf-8"), DataError, "a.csv.*is not UTF-8"),
        (AskedReading(sheet="说明"), UsageError, "a.csv has no sheet to choose"),
    ],
)
def test_where_a_file_cannot_be_read_as_asked_what_was_known_stays(
    uploads: Uploads, asked: AskedReading, error: type[Exception], words: str
) -> None:
    upload = keep(uploads, "内容,类别\n我要退款,退款\n快递没到,物流\n".encode("gb18030"))
    uploads.read_anew(upload, AskedReading(header="yes"))
    before = uploads.preview(upload)
    with pytest.raises(error, match=words):
        uploads.read_anew(upload, asked)
    assert uploads.preview(upload) == before


def test_a_file_that_is_imported_is_not_read_anew(
    uploads: Uploads, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, begun = keep(uploads, CONTENT), keep(uploads, CONTENT)
    begin(uploads, busy)
    busy = uploads.find(busy.id, "me") or busy
    # The other is asked for while it is looked at.
    monkeypatch.setattr("headway.console.uploads.preview_of", lambda *_: {"of": begin(uploads, begun).id})
    for upload in (busy, begun):
        before = uploads.preview(upload)
        with pytest.raises(CheckFailedError, match="being imported already"):
            uploads.read_anew(upload, AskedReading(header="no"))
        assert uploads.preview(upload) == before


def test_a_file_that_is_deleted_while_it_is_looked_at_does_not_come_back(
    uploads: Uploads, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = keep(uploads, CONTENT)

    def deleted(*_: object) -> dict[str, str]:
        uploads.remove(upload)
        return {}

    monkeypatch.setattr("headway.console.uploads.preview_of", deleted)
    with pytest.raises(CheckFailedError, match="deleted meanwhile"):
        uploads.read_anew(upload, AskedReading(header="no"))
    assert left(store) == []


def test_what_was_imported_is_deleted_and_what_was_not_stays(uploads: Uploads, store: Store) -> None:
    done, failed = keep(uploads, CONTENT), keep(uploads, CONTENT)
    finish_job(store, begin(uploads, done).id, "done")
    finish_job(store, begin(uploads, failed).id, "failed")
    uploads.tidy()
    assert left(store) == [failed.id]
    # Columns may be chosen otherwise.
    assert get_job(store, begin(uploads, failed).id).state == "waiting"


def test_a_file_is_imported_once_at_a_time(uploads: Uploads, store: Store) -> None:
    upload = keep(uploads, CONTENT)
    begin(uploads, upload)
    for again in (begin, Uploads.remove):
        with pytest.raises(CheckFailedError, match="being imported already"):
            again(uploads, upload)
    assert left(store) == [upload.id]


def test_a_file_that_is_not_wanted_is_deleted(uploads: Uploads, store: Store) -> None:
    uploads.remove(keep(uploads, CONTENT))
    assert left(store) == []


def test_after_a_day_a_file_is_deleted_unless_it_waits_to_be_imported(uploads: Uploads, store: Store) -> None:
    idle, waiting = keep(uploads, CONTENT), keep(uploads, CONTENT)
    begin(uploads, waiting)
    clock = store.clock
    store.clock = lambda: clock() + timedelta(hours=23)
    uploads.tidy()
    assert left(store) == [idle.id, waiting.id]
    store.clock = lambda: clock() + timedelta(hours=25)
    uploads.tidy()
    assert left(store) == [waiting.id]


def test_what_a_console_left_that_is_gone_is_deleted(uploads: Uploads, store: Store) -> None:
    folder = store.folder / "uploads"
    for name, hours in ((".partial-old", 2), (".partial-new", 0)):
        (folder / name / "file").mkdir(parents=True)
        then = store.clock().timestamp() - 3600 * hours
        os.utime(folder / name, (then, then))
    uploads.tidy()
    assert left(store) == [".partial-new"]


def test_no_more_are_kept_than_so_many(
    uploads: Uploads, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.console.uploads.preview_of", lambda *_: {})
    first = [keep(uploads, CONTENT).id for _ in range(MOST)]
    newest = keep(uploads, CONTENT).id
    assert left(store) == [*first[1:], newest]


def test_where_all_wait_to_be_imported_no_further_one_is_taken(
    uploads: Uploads, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.console.uploads.preview_of", lambda *_: {})
    for _ in range(MOST):
        begin(uploads, keep(uploads, CONTENT))
    with pytest.raises(OverloadedError, match="wait to be imported"):
        keep(uploads, CONTENT)
    assert len(left(store)) == MOST
