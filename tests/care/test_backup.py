from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path
from zipfile import ZipFile

import pytest

from headway.care.backup import backup
from headway.care.contents import DATABASE, MANIFEST, blob_name
from headway.care.prune import prune
from headway.care.restore import check_backup, restore
from headway.datasets import find_version, load_rows
from headway.datasets.versions import hash_rows
from headway.errors import ConfigurationError, MachineError, ProjectBusyError, UsageError
from headway.ids import new_id
from headway.project import Project
from headway.records import Record, Split
from headway.store import Store
from tests.care.conftest import import_table, write_table
from tests.care.texts import ZH
from tests.projects import TASK
from tests.store.rows import insert_import, insert_records


def test_a_backup_holds_what_a_project_needs_and_says_so(project: Project, tmp_path: Path) -> None:
    (project.store.project / "headway.toml").write_text("lock_wait_seconds = 5\n")
    (project.store.project / "reports" / "r1").mkdir(parents=True)
    (project.store.project / "reports" / "r1" / "报告.html").write_text("<p>好</p>", "utf-8")
    (project.store.project / "reports" / "r1" / ".partial-x").write_text("half")
    # Large, and of use on this machine only; or made again when it is needed.
    for folder in ("checkpoints/r1/final/step-000000004", "cache/weights/r1", "tmp/tmpx"):
        (project.store.folder / folder).mkdir(parents=True)
        (project.store.folder / folder / "model.safetensors").write_bytes(b"weights")
    orphan = project.store.blobs.put(b"nobody names this")
    told: list[tuple[str, int, int | None]] = []

    def tell(stage: str, done: int, total: int | None = None) -> None:
        told.append((stage, done, total))

    done = backup(project.store, tmp_path / "b" / "备份.zip", progress=tell)
    with ZipFile(done.path) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read(MANIFEST))
        for name, entry in manifest["files"].items():
            data = archive.read(name)
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry["sha256"], entry["size"])
    assert names == {*manifest["files"], MANIFEST}
    quarantine = [path.name for path in (project.store.project / "quarantine").iterdir()]
    used = set(project.store.blobs.digests()) - {orphan}
    assert names == {
        *(DATABASE, MANIFEST, "headway.toml", "reports/r1/报告.html"),
        *(f"quarantine/{name}" for name in quarantine),
        *map(blob_name, used),
    }
    assert len(quarantine) == 1
    assert manifest["rows"]["records"] == 44
    assert (manifest["format"], manifest["damaged"]) == (1, {})
    assert done.size == done.path.stat().st_size
    assert done.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in done.path.parent.iterdir()] == ["备份.zip"]
    assert {step[0] for step in told} == {"Copying the database", "Writing the backup"}
    assert told[-1][1] == told[-1][2] == done.manifest.size


def test_a_file_that_is_there_is_replaced_only_when_asked(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "backup.zip"
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already") as caught:
        backup(project.store, target)
    assert "--overwrite" in str(caught.value.next_step)
    assert target.read_bytes() == b"mine"
    backup(project.store, target, overwrite=True)
    assert check_backup(target).manifest.rows["records"] == 44
    with pytest.raises(UsageError, match="is a folder"):
        backup(project.store, tmp_path, overwrite=True)


def test_a_full_disk_leaves_the_old_backup_and_no_part_of_a_new_one(
    project: Project, small_disk: Path
) -> None:
    target = small_disk / "backup.zip"
    target.write_bytes(b"old")
    project.store.blobs.put(b"x")
    (project.store.project / "reports").mkdir()
    (project.store.project / "reports" / "noise").write_bytes(os.urandom(4_000_000))
    with pytest.raises(MachineError, match="No space left") as caught:
        backup(project.store, target, overwrite=True)
    assert "disk space" in str(caught.value.next_step)
    assert target.read_bytes() == b"old"
    assert list(small_disk.iterdir()) == [target]
    assert len(project.models()) == 1


def test_a_disk_too_small_for_the_database_leaves_nothing(project: Project, small_disk: Path) -> None:
    rows = [Record(new_id(), f"k{n}", 1, os.urandom(600).hex()) for n in range(3_000)]
    insert_records(project.store, rows)
    with pytest.raises(MachineError, match="full"):
        backup(project.store, small_disk / "backup.zip")
    assert list(small_disk.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(MachineError, match="writing"):
        backup(project.store, tmp_path / "file" / "backup.zip")


def test_imports_go_on_while_a_backup_is_taken_and_prune_waits(project: Project, tmp_path: Path) -> None:
    """Half-way through the backup another process imports, freezes a version and tries to prune."""
    other = Project(Store.open(project.store.project, lock_wait_seconds=0.05), project.settings)
    new = write_table(tmp_path / "new.csv", [("n1", "9", "新的 refund 退款", "refund", "2026-02-01")])
    asked = False

    def meanwhile(stage: str, done: int, total: int | None = None) -> None:
        nonlocal asked
        if stage == "Writing the backup" and not asked:
            asked = True
            import_table(other, new)
            assert other.dataset().number == 3
            with pytest.raises(ProjectBusyError, match="`headway backup`"):
                prune(other.store)

    taken = backup(project.store, tmp_path / "backup.zip", progress=meanwhile)
    other.close()
    assert asked
    assert taken.manifest.rows["datasets"] == 2
    restore(taken.path, tmp_path / "restored")
    with Project.open(tmp_path / "restored") as restored:
        assert len(restored.models()) == 1
        rows = load_rows(restored.store, find_version(restored.store, TASK), Split)
        assert hash_rows(rows) == find_version(restored.store, TASK).hash
    prune(project.store)


def test_every_row_acknowledged_before_a_backup_is_in_it(project: Project, tmp_path: Path) -> None:
    started = insert_import(project.store)
    acknowledged: list[str] = []
    stop = threading.Event()

    def write() -> None:
        store = Store.open(project.store.project)
        while not stop.is_set():
            record = Record(new_id(), new_id(), 1, "并发 write " * 30)
            insert_records(store, [record], import_id=started)
            acknowledged.append(record.id)
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            while len(acknowledged) < 20 * (number + 1):
                stop.wait(0.001)
            before = set(acknowledged)
            taken = backup(project.store, tmp_path / f"{number}.zip")
            restore(taken.path, tmp_path / f"r{number}")
            store = Store.open(tmp_path / f"r{number}")
            with store.reading() as connection:
                rows = set(connection.exec_driver_sql("SELECT id FROM records").scalars())
            store.close()
            assert before <= rows
            assert len(rows) == taken.manifest.rows["records"]
    finally:
        stop.set()
        writer.join()


def test_what_is_damaged_in_the_project_is_said_and_the_rest_is_saved(
    project: Project, tmp_path: Path
) -> None:
    first, second = (find_version(project.store, TASK, number) for number in ("1", "2"))
    project.store.blobs.path(first.blob).unlink()
    project.store.blobs.path(second.blob).write_bytes(b"damaged")
    taken = backup(project.store, tmp_path / "backup.zip")
    assert taken.manifest.damaged == {
        first.blob: "dataset version 1 of 'intents'",
        second.blob: "dataset version 2 of 'intents'",
    }
    restored = restore(taken.path, tmp_path / "restored")
    assert restored.manifest.damaged == taken.manifest.damaged
    with Project.open(tmp_path / "restored") as again:
        assert again.store.blobs.path(second.blob).read_bytes() == b"damaged"
        assert again.models()


def test_a_damaged_manifest_of_a_model_is_said_too(project: Project, tmp_path: Path) -> None:
    (model,) = project.models()
    project.store.blobs.path(model.artifact).write_bytes(b"{")
    taken = backup(project.store, tmp_path / "backup.zip")
    assert taken.manifest.damaged == {model.artifact: "intents@1"}
    assert restore(taken.path, tmp_path / "restored").manifest.damaged


def test_a_damaged_database_is_not_backed_up_in_silence(project: Project, tmp_path: Path) -> None:
    with project.store.writing() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        connection.exec_driver_sql("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'tombstones'")
    with pytest.raises(ConfigurationError, match="damaged"):
        backup(project.store, tmp_path / "backup.zip")
    assert list(tmp_path.glob("*.zip")) == []


def test_a_name_that_not_every_system_can_have_is_left_out_and_said(project: Project, tmp_path: Path) -> None:
    folder = project.store.project / "reports"
    folder.mkdir()
    (folder / "a:b.html").write_text("x")
    (folder / os.fsdecode(b"\xff.html")).write_text("x")
    (folder / "好.html").write_text("x")
    said: list[str] = []
    project.store.notify = said.append
    taken = backup(project.store, tmp_path / "backup.zip")
    assert [name for name in taken.manifest.files if name.startswith("reports")] == ["reports/好.html"]
    assert len(said) == 2
    assert all("is not in the backup" in words for words in said)


def test_a_restored_project_predicts_as_before(learned: Project, tmp_path: Path) -> None:
    texts = [ZH, "where is my parcel 快递"]
    before = learned.predict(texts)
    taken = backup(learned.store, tmp_path / "backup.zip")
    restore(taken.path, tmp_path / "新的地方")
    with Project.open(tmp_path / "新的地方") as restored:
        assert restored.predict(texts) == before
        assert [model.aliases for model in restored.models()] == [("champion",)]
        assert restored.runs() == learned.runs()
        assert (restored.store.folder.stat().st_mode & 0o077) == 0
        restored.train("baseline")
        assert len(restored.models()) == 2
