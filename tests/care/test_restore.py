from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.care.backup import backup
from headway.care.contents import DATABASE, MANIFEST
from headway.care.restore import check_backup, restore
from headway.errors import DataError, HeadwayError, MachineError, NewerProjectError, UsageError
from headway.project import Project
from headway.store import Store
from headway.store.store import HEAD
from headway.store.tasks import list_tasks
from tests.care.conftest import contents, small_project

Files = dict[str, bytes]
Change = Callable[[Files, dict[str, Any]], None]


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the small project, for reading only."""
    source = small_project(tmp_path_factory.getbasetemp())
    target = tmp_path_factory.mktemp("backups") / "backup.zip"
    with Project.open(Path(shutil.copytree(source, target.parent / "copy"))) as project:
        backup(project.store, target)
    return target


def read_zip(path: Path) -> Files:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(saved: Path, target: Path, change: Change) -> Path:
    """The backup with other files or another manifest; what a thorough vandal would leave."""
    files = read_zip(saved)
    manifest = json.loads(files.pop(MANIFEST))
    change(files, manifest)
    files.setdefault(MANIFEST, json.dumps(manifest).encode())
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def refused(file: Path, folder: Path, error: type[HeadwayError] = DataError) -> str:
    """The words with which a backup is refused, by a check and by a restore that leaves nothing behind."""
    with pytest.raises(error) as by_check:
        check_backup(file)
    with pytest.raises(error) as caught:
        restore(file, folder)
    assert not folder.exists()
    assert caught.value.next_step
    assert (by_check.value.message == caught.value.message) or "free" in caught.value.message
    return caught.value.message


def blob_of(files: Files, kind: str = "parquet") -> str:
    """The name of a dataset's blob, or of a model file's."""
    return next(
        name
        for name, data in files.items()
        if "/blobs/" in name and data.startswith(b"PAR1") == (kind == "parquet")
    )


def test_a_backup_becomes_the_same_project(saved: Path, tmp_path: Path) -> None:
    checked = check_backup(saved)
    done = restore(saved, tmp_path / "恢复" / "新项目")
    assert checked.manifest == done.manifest
    assert done.folder == tmp_path / "恢复" / "新项目"
    files = read_zip(saved)
    del files[MANIFEST]
    assert contents(tmp_path / "恢复" / "新项目") == files
    store = Store.open(tmp_path / "恢复" / "新项目")
    assert [task.name for task in list_tasks(store)] == ["intents"]
    store.close()


def test_an_empty_folder_and_one_with_other_things_are_filled(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    restore(saved, tmp_path / "empty")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    (tmp_path / "other" / ".partial-restore-x").mkdir()
    (tmp_path / "other" / ".partial-restore-x" / "half").write_text("of a restore that was killed")
    restore(saved, tmp_path / "other")
    assert contents(tmp_path / "other").items() - contents(tmp_path / "empty").items() == {
        ("notes.txt", b"mine")
    }


@pytest.mark.parametrize("there", [".headway", "headway.toml", "quarantine", "reports"])
def test_a_folder_that_holds_a_project_is_refused(saved: Path, tmp_path: Path, there: str) -> None:
    (tmp_path / "project" / there).mkdir(parents=True)
    with pytest.raises(UsageError, match="holds a project") as caught:
        restore(saved, tmp_path / "project")
    assert there in caught.value.message
    assert [path.name for path in (tmp_path / "project").iterdir()] == [there]


def test_a_file_where_the_folder_should_be_is_refused(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        restore(saved, tmp_path / "taken")
    with pytest.raises(MachineError):
        restore(saved, tmp_path / "taken" / "below")
    assert (tmp_path / "taken").read_text() == "mine"


def drop_blob(files: Files, _manifest: dict[str, Any]) -> None:
    del files[blob_of(files)]


def cut_blob(files: Files, _manifest: dict[str, Any]) -> None:
    name = blob_of(files, "model")
    files[name] = files[name][:-1]


def flip_database(files: Files, _manifest: dict[str, Any]) -> None:
    data = bytearray(files[DATABASE])
    data[len(data) // 2] ^= 1 << 5
    files[DATABASE] = bytes(data)


def lengthen(files: Files, _manifest: dict[str, Any]) -> None:
    files[blob_of(files)] += b"\0" * 5_000_000


def add_unlisted(files: Files, _manifest: dict[str, Any]) -> None:
    files["quarantine/新.jsonl"] = b"{}"


def lose_rows(_files: Files, manifest: dict[str, Any]) -> None:
    manifest["rows"]["records"] += 1


def lose_a_table(_files: Files, manifest: dict[str, Any]) -> None:
    manifest["rows"]["conversations"] = 3


def drop_and_unlist(files: Files, manifest: dict[str, Any]) -> None:
    name = blob_of(files)
    del files[name], manifest["files"][name]


def exchange_blob(files: Files, manifest: dict[str, Any]) -> None:
    name = blob_of(files)
    files[name] = b"other rows"
    manifest["files"][name] = {"sha256": hashlib.sha256(b"other rows").hexdigest(), "size": 10}


def not_a_database(files: Files, manifest: dict[str, Any]) -> None:
    files[DATABASE] = b"SQLite format 3\0" + b"\xff" * 5_000
    digest = hashlib.sha256(files[DATABASE]).hexdigest()
    manifest["files"][DATABASE] = {"sha256": digest, "size": len(files[DATABASE])}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop_blob, ["/blobs/", "is missing"]),
        (cut_blob, ["/blobs/", "is cut off"]),
        (flip_database, [DATABASE, "is not the file that was written"]),
        (lengthen, ["/blobs/", "is larger than"]),
        (add_unlisted, ["'quarantine/新.jsonl' is not listed"]),
        (lose_rows, ["44 rows in records instead of 45"]),
        (lose_a_table, ["0 rows in conversations instead of 3"]),
        (drop_and_unlist, ["dataset version", "is missing"]),
        (exchange_blob, ["/blobs/", "another hash than its own"]),
        (not_a_database, [f"{DATABASE} is no sound database"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_wrong_with_a_backup_is_named(
    saved: Path, tmp_path: Path, change: Change, words: list[str]
) -> None:
    said = refused(changed(saved, tmp_path / "b.zip", change), tmp_path / "new")
    assert all(word in said for word in words), said
    assert "Nothing was restored" in said


def test_all_that_is_wrong_is_said_at_once(saved: Path, tmp_path: Path) -> None:
    def break_all(files: Files, manifest: dict[str, Any]) -> None:
        cut_blob(files, manifest)
        flip_database(files, manifest)
        add_unlisted(files, manifest)

    said = refused(changed(saved, tmp_path / "b.zip", break_all), tmp_path / "new")
    assert all(word in said for word in ("is cut off", "sha256 differs", "is not listed"))


@pytest.mark.parametrize(
    "name",
    [
        *("../escaped", "/etc/escaped", "reports/../../escaped", "reports\\..\\escaped", "C:/escaped"),
        *("reports/a:b", ".headway/lock", ".headway/blobs/sha256/ab/cd", "elsewhere.txt", "reports"),
        *("quarantine//x", "./headway.toml", ".headway/cache/x", "reports/./x"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(saved: Path, tmp_path: Path, name: str) -> None:
    def plant(files: Files, manifest: dict[str, Any]) -> None:
        files[name] = b"x"
        manifest["files"][name] = {"sha256": hashlib.sha256(b"x").hexdigest(), "size": 1}

    (tmp_path / "in").mkdir()
    said = refused(changed(saved, tmp_path / "in" / "b.zip", plant), tmp_path / "in" / "new")
    assert "is no name of a file in a project" in said
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "b.zip"]


def test_a_link_in_a_backup_is_no_link_in_the_project(saved: Path, tmp_path: Path) -> None:
    target = changed(saved, tmp_path / "b.zip", lambda files, manifest: None)
    with ZipFile(target, "a") as archive:
        link = ZipInfo("reports/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "'reports/link' is not listed" in refused(target, tmp_path / "new")


def test_the_same_name_twice_is_refused(saved: Path, tmp_path: Path) -> None:
    target = changed(saved, tmp_path / "b.zip", lambda files, manifest: None)
    with ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(DATABASE, b"another")
    assert f"'{DATABASE}' is in it 2 times" in refused(target, tmp_path / "new")


@pytest.mark.parametrize("newer", [{"format": 2}, {"revision": "0999"}, {"format": 2, "files": "secret"}])
def test_a_newer_backup_is_refused(saved: Path, tmp_path: Path, newer: dict[str, Any]) -> None:
    target = changed(saved, tmp_path / "b.zip", lambda _files, manifest: manifest.update(newer))
    said = refused(target, tmp_path / "new", NewerProjectError)
    assert f"format {newer.get('format', 1)}, tables of version {newer.get('revision', HEAD)}" in said


@pytest.mark.parametrize(
    "manifest",
    [
        *(b"", b"{", b"[]", b"\xff", b"null", b"1", b"[" * 100_000, b'{"kind": "headway backup"}'),
        b'{"kind": "headway backup", "format": 1}',
        b'{"kind": "headway backup", "format": true}',
        b'{"kind": "headway backup", "format": 1, "created_at": "", "headway": "", "revision": "0"}',
    ],
    ids=range(11),
)
def test_a_manifest_that_is_none_is_refused(saved: Path, tmp_path: Path, manifest: bytes) -> None:
    target = changed(saved, tmp_path / "b.zip", lambda files, _: files.update({MANIFEST: manifest}))
    assert MANIFEST in refused(target, tmp_path / "new")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("files", {DATABASE: 3}), ("files", {DATABASE: {"sha256": "x", "size": 1}}), ("files", [])),
        *(("files", {DATABASE: {"sha256": "a" * 64, "size": -1}}), ("rows", {"records": "44"})),
        *(("rows", None), ("revision", 2), ("damaged", None), ("extra", 1), ("files", {})),
    ],
)
def test_a_manifest_with_a_field_of_another_kind_is_refused(
    saved: Path, tmp_path: Path, field: str, value: object
) -> None:
    target = changed(saved, tmp_path / "b.zip", lambda _, manifest: manifest.update({field: value}))
    assert MANIFEST in refused(target, tmp_path / "new")


def test_what_is_no_zip_file_or_a_foreign_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("这不是压缩文件 " * 100, "utf-8")
    (tmp_path / "empty.zip").write_bytes(b"")
    for name in ("text.zip", "empty.zip"):
        assert "is no backup" in refused(tmp_path / name, tmp_path / "new")
    with ZipFile(tmp_path / "foreign.zip", "w") as archive:
        archive.writestr("照片.jpg", b"x")
    assert f"it holds no {MANIFEST}" in refused(tmp_path / "foreign.zip", tmp_path / "new")
    assert "There is no file" in refused(tmp_path / "missing.zip", tmp_path / "new")
    assert "There is no file" in refused(tmp_path, tmp_path / "new")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_backup_that_was_cut_off_is_refused(saved: Path, tmp_path: Path, share: float) -> None:
    data = saved.read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[: int(len(data) * share)])
    assert "is no backup, or it is cut off" in refused(tmp_path / "cut.zip", tmp_path / "new")


@pytest.mark.parametrize("what", [MANIFEST, DATABASE])
def test_an_encrypted_backup_is_refused(saved: Path, tmp_path: Path, what: str) -> None:
    """The flag that says "a password is needed", set in both headers of a file."""
    data = bytearray(saved.read_bytes())
    name = what.encode()
    for signature, flags, length in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = data.find(signature)
        while at >= 0:
            if data[at + length : at + length + len(name)] == name:
                data[at + flags] |= 1
            at = data.find(signature, at + 1)
    (tmp_path / "b.zip").write_bytes(data)
    said = refused(tmp_path / "b.zip", tmp_path / "new")
    assert what in said
    assert "encrypted" in said


def test_a_bomb_is_refused_before_it_is_unpacked(saved: Path, tmp_path: Path, small_disk: Path) -> None:
    def plant(files: Files, manifest: dict[str, Any]) -> None:
        files["reports/bomb"] = bytes(30_000_000)
        manifest["files"]["reports/bomb"] = {"sha256": "0" * 64, "size": 10**15}

    target = changed(saved, tmp_path / "b.zip", plant)
    with pytest.raises(MachineError, match="1,000,000,000 MB") as caught:
        restore(target, small_disk / "new")
    assert "disk space" in str(caught.value.next_step)
    assert list(small_disk.iterdir()) == []

    def lie(files: Files, manifest: dict[str, Any]) -> None:
        plant(files, manifest)
        manifest["files"]["reports/bomb"]["size"] = 10

    lied = changed(saved, tmp_path / "c.zip", lie)
    with pytest.raises(DataError, match="reports/bomb is larger than the 10 bytes"):
        restore(lied, small_disk / "new")
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_fills_up_is_refused_and_left_as_it_was(
    saved: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_disk / "filler").write_bytes(bytes(3_000_000))
    with pytest.raises(MachineError, match="MB free"):
        restore(saved, small_disk / "new")
    monkeypatch.setattr("headway.care.restore._check_room", lambda *_: None)
    with pytest.raises(MachineError, match="No space left"):
        restore(saved, small_disk / "new")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


def test_a_check_leaves_nothing_behind(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    check_backup(saved)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert {path.name for path in saved.parent.iterdir()} == {"copy", "backup.zip"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_no_damage_passes(saved: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Whatever bytes are changed or cut: the backup is refused in words, or it is the same project."""
    content = bytearray(saved.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        kind = data.draw(st.sampled_from(["flip", "directory", "cut"]))
        if kind == "cut":
            del content[data.draw(st.integers(len(content) // 2, len(content))) :]
        elif content:
            # The central directory is small and at the end: it is aimed at on purpose.
            least = max(0, len(content) - 3_000) if kind == "directory" else 0
            content[data.draw(st.integers(least, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    target, folder = tmp_path / "b.zip", tmp_path / "new"
    target.write_bytes(content)
    with contextlib.suppress(HeadwayError):
        restore(target, folder)
        expected = read_zip(saved)
        del expected[MANIFEST]
        assert contents(folder) == expected
        shutil.rmtree(folder)
    assert not folder.exists()
