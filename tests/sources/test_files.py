from __future__ import annotations

import gzip
import io
import stat
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from headway.errors import DataError
from headway.sources import files
from headway.sources.files import SourceFile, source_files
from tests.sources.conftest import Write

ROWS = "text,label\n我要退款,refund\nWhere is it?,delivery\n".encode()


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["text"])
    book.save(out)
    return out.getvalue()


def contents(found: list[SourceFile]) -> dict[str, bytes]:
    read = {}
    for one in found:
        with one.open() as file:
            read[one.name] = file.read()
    return read


def test_a_plain_file_stands_for_itself(write: Write) -> None:
    (found,) = source_files(write("客服.CSV", ROWS))
    assert (found.name, found.suffix, found.note) == ("客服.CSV", ".csv", None)
    assert contents([found]) == {"客服.CSV": ROWS}


def test_gzip_stands_for_what_is_in_it(write: Write) -> None:
    (found,) = source_files(write("a.csv.gz", gzip.compress(ROWS[:20]) + gzip.compress(ROWS[20:])))
    assert (found.name, found.suffix) == ("a.csv", ".csv")
    with found.open() as file:
        assert file.read(4) == b"text"
        assert file.tell() == 4
        file.seek(0)
        assert file.read() == ROWS


def test_a_zip_archive_stands_for_its_members(write: Write) -> None:
    members = {
        "val.json": b"[]",
        "深/b.csv": ROWS,
        "__MACOSX/._val.json": b"x",
        ".DS_Store": b"x",
        "empty.csv": b"",
    }
    found = source_files(write("data.zip", packed(members)))
    assert contents(found) == {"data.zip/val.json": b"[]", "data.zip/深/b.csv": ROWS}
    assert [one.suffix for one in found] == [".json", ".csv"]
    with found[1].open() as file:
        file.seek(5)
        file.seek(0)
        assert file.readline() == b"text,label\n"


def test_names_without_the_flag_for_utf8_are_gbk(write: Write) -> None:
    data = packed({"aaaa.csv": ROWS}).replace(b"aaaa.csv", "客服.csv".encode("gbk"))
    assert [one.name for one in source_files(write("a.zip", data))] == ["a.zip/客服.csv"]


def test_what_a_file_is_counts_and_not_its_ending(write: Write) -> None:
    (found,) = source_files(write("a.csv", workbook()))
    assert found.suffix == ".xlsx"
    assert found.note == "a.csv is an Excel workbook by its content and was read as one."
    (found,) = source_files(write("b.csv", gzip.compress(ROWS)))
    assert found.note == "b.csv is compressed with gzip and was read so."
    assert contents([found]) == {"b.csv": ROWS}
    (found,) = source_files(write("c.json", b"PAR1" + b"x" * 20))
    assert found.suffix == ".parquet"
    (found,) = source_files(write("d.dat", packed({"e.csv": ROWS})))
    assert found.name == "d.dat/e.csv"


def test_a_workbook_in_an_archive_is_no_archive_in_an_archive(write: Write) -> None:
    (found,) = source_files(write("a.zip", packed({"b.xlsx": workbook()})))
    assert (found.name, found.suffix) == ("a.zip/b.xlsx", ".xlsx")


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "C:\\evil.csv", "..\\evil.csv"]
)
def test_names_that_lead_out_of_the_archive_are_refused(write: Write, name: str, tmp_path: Path) -> None:
    path = write("a.zip", packed({"good.csv": ROWS, name: ROWS}))
    before = set(tmp_path.rglob("*"))
    with pytest.raises(DataError, match="leads out of the archive"):
        source_files(path)
    assert set(tmp_path.rglob("*")) == before


def test_links_are_refused(write: Write) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="holds the link"):
        source_files(write("a.zip", out.getvalue()))


def test_encrypted_archives_are_refused(write: Write) -> None:
    data = bytearray(packed({"a.csv": ROWS}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DataError, match="is encrypted") as caught:
        source_files(write("a.zip", bytes(data)))
    assert "password" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("b.zip", packed({"c.csv": ROWS})),
        ("b.csv.gz", gzip.compress(ROWS)),
        ("b.csv", packed({"c.csv": ROWS})),
    ],
    ids=["zip", "gzip", "zip that says csv"],
)
def test_archives_in_archives_are_refused(write: Write, name: str, inner: bytes) -> None:
    with pytest.raises(DataError, match="archive in an archive"):
        source_files(write("a.zip", packed({name: inner})))


def test_what_is_in_gzip_is_looked_at_too(write: Write) -> None:
    tar = b"\0" * 257 + b"ustar" + b"\0" * 250
    with pytest.raises(DataError, match="is a tar archive"):
        source_files(write("a.tgz", gzip.compress(tar)))
    with pytest.raises(DataError, match="archive in an archive"):
        source_files(write("a.gz", gzip.compress(gzip.compress(ROWS))))
    with pytest.raises(DataError, match="archive in an archive"):
        source_files(write("a.zip.gz", gzip.compress(packed({"a.csv": ROWS}))))
    with pytest.raises(DataError, match=r"a\.csv is empty"):
        source_files(write("a.csv.gz", gzip.compress(b"")))


def test_a_zip_bomb_is_refused_by_what_it_says(write: Write) -> None:
    bomb = packed({"zeros.csv": b"0" * 101_000_000})
    with pytest.raises(DataError, match=r"to 101,000,000 bytes"):
        source_files(write("a.zip", bomb))


def test_a_gzip_bomb_is_refused_by_what_comes_out(write: Write) -> None:
    (found,) = source_files(write("a.txt.gz", gzip.compress(b"0" * 101_000_000)))
    with found.open() as file:
        assert len(file.read(99_000_000)) == 99_000_000
        with pytest.raises(DataError, match="unpacks to more than 100,000,000 bytes"):
            file.read()


def test_a_size_in_a_header_is_not_trusted(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_RATIO_FREE", 1_000)
    honest = packed({"zeros.csv": b"0" * 500_000})
    place = honest.rfind(b"PK\x01\x02")
    lying = honest[: place + 24] + struct.pack("<I", 900) + honest[place + 28 :]
    with pytest.raises(DataError, match="damaged or cut off"):
        contents(source_files(write("a.zip", lying)))


def test_members_that_overlap_are_refused(write: Write) -> None:
    one = packed({"a.csv": bytes(range(256)) * 40}, zipfile.ZIP_STORED)
    place = one.rfind(b"PK\x01\x02")
    entry, end = one[place : one.rfind(b"PK\x05\x06")], one.rfind(b"PK\x05\x06")
    entries = b"".join(entry.replace(b"a.csv", b"%c.csv" % letter) for letter in b"abcd")
    tail = bytearray(one[end:])
    struct.pack_into("<HHI", tail, 8, 4, 4, len(entries))
    with pytest.raises(DataError, match="overlap"):
        source_files(write("a.zip", one[:place] + entries + bytes(tail)))


def test_too_many_members_are_refused(write: Write) -> None:
    with pytest.raises(DataError, match="holds 1,001 files; at most 1,000"):
        source_files(write("a.zip", packed({f"{n}.csv": b"x" for n in range(1_001)})))
    with pytest.raises(DataError, match="lists more than the 1,000 files"):
        source_files(
            write("b.zip", packed({f"{'n' * 200}{n}": b"" for n in range(9_000)}, zipfile.ZIP_STORED))
        )


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(write: Write) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "one")
        archive.writestr("a.csv", "two")
    with pytest.raises(DataError, match="more than once"):
        source_files(write("a.zip", out.getvalue()))


@pytest.mark.parametrize("members", [{}, {"folder/": b""}, {".hidden": b"x"}, {"__MACOSX/a.csv": b"x"}])
def test_an_archive_without_a_file_is_refused(write: Write, members: dict[str, bytes]) -> None:
    with pytest.raises(DataError, match="holds no file that could be imported"):
        source_files(write("a.zip", packed(members)))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_truncated_archives_are_refused(write: Write, share: float) -> None:
    content = b"".join(b"%d,%d\n" % (n, n * n) for n in range(60_000))
    whole = packed({"a.csv": content})
    with pytest.raises(DataError, match="damaged zip archive"):
        source_files(write("a.zip", whole[: int(len(whole) * share)]))
    whole = gzip.compress(content)
    with pytest.raises(DataError, match=r"a\.csv is damaged or cut off"):
        contents(source_files(write("a.csv.gz", whole[: int(len(whole) * share)])))


def test_damage_inside_an_archive_is_told(write: Write) -> None:
    whole = bytearray(packed({"a.csv": bytes(range(256)) * 999}, zipfile.ZIP_STORED))
    whole[150_000] ^= 1
    with pytest.raises(DataError, match=r"a\.zip/a\.csv is damaged or cut off"):
        contents(source_files(write("a.zip", bytes(whole))))
    with pytest.raises(DataError, match="damaged"):
        source_files(write("b.zip", b"this is no archive at all"))


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Office file"),
        ("a.xls", b"<html><table><tr><td>text", "web page"),
        ("a.csv", "\ufeff  <!DOCTYPE html>".encode(), "web page"),
        ("a.csv", b"%PDF-1.7", "a PDF"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
        ("a.txt", b"\xff\xd8\xff\xe0\0", "a JPEG picture"),
        ("照片.csv", b"GIF89a\x01", "a GIF picture"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\0", "a 7z archive"),
        ("a.rar", b"Rar!\x1a\x07\x01\0", "a rar archive"),
        ("a.csv.xz", b"\xfd7zXZ\x00\0", "compressed with xz"),
        ("a.csv.zst", b"\x28\xb5\x2f\xfd\0", "compressed with zstd"),
        ("a.db", b"SQLite format 3\0", "a SQLite database"),
    ],
)
def test_what_no_parser_reads_is_refused_with_what_to_do(
    write: Write, name: str, content: bytes, what: str
) -> None:
    for path in (write(name, content), write("packed.zip", packed({name: content}))):
        with pytest.raises(DataError, match=what) as caught:
            source_files(path)
        assert caught.value.next_step


def test_missing_and_empty_files_are_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file"):
        source_files(tmp_path / "no.zip")
    with pytest.raises(DataError, match="is empty"):
        source_files(write("a.zip", b""))


def test_crosswoz(shared: Path) -> None:
    (found,) = source_files(shared / "data" / "crosswoz_zh" / "val.json.zip")
    assert (found.name, found.suffix) == ("val.json.zip/val.json", ".json")
    assert len(contents([found])[found.name]) == 38_909_408
