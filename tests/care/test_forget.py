from __future__ import annotations

import dataclasses
import io
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headway.care import Selection
from headway.care.backup import backup
from headway.care.forget import Forgotten, forget, plan_to_forget
from headway.care.prune import prune
from headway.care.restore import restore
from headway.datasets import load_rows
from headway.errors import CorruptArtifactError, MachineError, ProjectBusyError
from headway.inference import EmbeddingCache
from headway.project import Project
from headway.records import DatasetRow, DatasetVersion, Run, Split
from headway.registry import read_manifest
from headway.registry.artifacts import lay_out
from headway.store import Store
from headway.store import datasets as dataset_rows
from headway.store.runs import add_run
from headway.store.tombstones import forgotten_keys, key_digest
from tests.care.conftest import contents, first_rows, import_table, write_table
from tests.care.texts import EN, PERSONAL, REVISED, ZH, holders
from tests.projects import TASK

CUSTOMER = Selection(where=("customer", "张"))


def versions(project: Project) -> list[DatasetVersion]:
    return dataset_rows.list_versions(project.store, TASK)


def rows(project: Project, number: int) -> list[DatasetRow]:
    return load_rows(project.store, versions(project)[number - 1], Split)


def spread_copies(project: Project) -> None:
    """Every other place where a project can hold a text."""
    store, root = project.store, project.store.project
    shutil.copyfile(store.folder / "headway.db", store.folder / "headway.0001.backup.db")
    old = store.blobs.get(versions(project)[0].blob)
    store.blobs.put(to_parquet(pq.read_table(io.BytesIO(old)), "none"))  # a killed `dataset create` left it
    (store.blobs.folder / "aa").mkdir(exist_ok=True)
    (store.blobs.folder / "aa" / ".partial-rows").write_bytes(old)
    (store.folder / "tmp" / "tmpx").mkdir(parents=True)
    (store.folder / "tmp" / "tmpx" / "rows.json").write_text(json.dumps(PERSONAL))
    (root / "quarantine" / ".partial-q").write_text(json.dumps({"raw": ZH}))
    (root / "reports" / "intents-9-ab").mkdir(parents=True)
    (root / "reports" / "intents-9-ab" / "report.json").write_text(json.dumps({"mistakes": [{"text": EN}]}))
    (root / "reports" / "clean-zh").mkdir()
    (root / "reports" / "clean-zh" / "clean.html").write_text(f"<td>{ZH[:34]}…</td>", "utf-8")
    (root / "reports" / "other").mkdir()
    (root / "reports" / "other" / "report.html").write_text("<td>退款 refund</td>", "utf-8")
    cache = EmbeddingCache(store.folder / "cache" / "embeddings")
    cache.put_many("space", [b"k" * 32], np.zeros((1, 3), np.float32))


def to_parquet(table: pa.Table, compression: str) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression=compression)
    return buffer.getvalue()


def everywhere(project: Project) -> set[str]:
    return {path for text in PERSONAL for path in holders(project.store.project, text)}


def test_what_is_forgotten_stands_in_no_file_of_the_project(learned: Project) -> None:
    """Searched in the bytes of every file: the database with its log and free pages, blobs, quarantine."""
    spread_copies(learned)
    with learned.store.writing() as connection:  # a copy in pages that SQLite has freed
        connection.exec_driver_sql("CREATE TABLE freed AS SELECT text AS t FROM records")
    with learned.store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE freed")
    before = everywhere(learned)
    kinds = (
        "headway.db",
        "0001.backup.db",
        "/blobs/sha256/",
        ".partial-rows",
        "/tmp/",
        "quarantine/",
        "reports/",
    )
    assert all(any(kind in path for path in before) for kind in kinds), before
    kept = {row.text for row in rows(learned, 2)} - set(PERSONAL)

    done = forget(learned.store, CUSTOMER)

    assert everywhere(learned) == set()
    learned.close()
    assert everywhere(learned) == set()
    with Project.open(learned.store.project) as again:
        assert {row.text for row in rows(again, 2)} == kept
        assert (done.records, done.revisions) == (2, 3)


def test_it_is_said_what_was_forgotten_and_who_has_learned_from_it(learned: Project) -> None:
    spread_copies(learned)
    plan = plan_to_forget(learned.store, CUSTOMER)
    before = contents(learned.store.project)
    assert plan.forgotten_at is None
    assert contents(learned.store.project) == before
    done = forget(learned.store, CUSTOMER)
    assert dataclasses.replace(done, forgotten_at=None) == plan
    first, second = versions(learned)
    held = {(one.number, one.hash, one.rows) for one in done.versions}
    assert held == {(1, first.hash, 2), (2, second.hash, 2)}
    assert (done.labels, done.models, done.quarantined) == (3, ("intents@1",), 2)
    assert done.reports == ("reports/clean-zh", "reports/intents-9-ab")
    assert (learned.store.project / "reports" / "other" / "report.html").exists()


def test_versions_keep_their_hash_and_say_how_many_rows_are_gone(project: Project) -> None:
    before = versions(project)
    texts = [[row.text for row in rows(project, number)] for number in (1, 2)]
    forget(project.store, Selection(id="p1"))
    after = versions(project)
    assert [version.hash for version in after] == [version.hash for version in before]
    assert [version.forgotten for version in after] == [1, 1]
    assert [version.sizes for version in after] == [version.sizes for version in before]
    for number, expected in enumerate(texts, start=1):
        assert [row.text for row in rows(project, number)] == [t for t in expected if t not in {ZH, REVISED}]
    forget(project.store, Selection(id="p2"))
    assert [version.forgotten for version in versions(project)] == [2, 2]
    assert len(project.store.blobs.digests()) == len(contents(project.store.blobs.folder))


def test_a_new_version_and_a_training_go_on_without_it(learned: Project) -> None:
    forget(learned.store, CUSTOMER)
    (model,) = learned.models()
    read_manifest(lay_out(learned.store, model.artifact))
    assert learned.predict(["我要退款"])
    version = learned.dataset()
    assert version.number == 3
    assert not {row.text for row in rows(learned, 3)} & set(PERSONAL)
    run = learned.train("baseline")
    assert run.model == "intents@2"
    later = forget(learned.store, Selection(id="e1"))
    assert later.models == ("intents@1", "intents@2")
    assert prune(learned.store, dry_run=True).leftovers == ()


@pytest.mark.parametrize(
    ("selection", "gone"),
    [
        (Selection(id="p1"), {ZH, REVISED}),
        (Selection(contains="13912345678"), {ZH, REVISED}),
        (Selection(contains="zhang.sf@example.com"), {EN}),
        (CUSTOMER, {ZH, REVISED, EN}),
        (Selection(contains="张"), {ZH, REVISED, EN}),
    ],
)
def test_each_way_to_select(project: Project, selection: Selection, gone: set[str]) -> None:
    done = forget(project.store, selection)
    assert done.revisions == len(gone)
    for text in PERSONAL:
        in_quarantine = [path for path in holders(project.store.project, text) if "quarantine" not in path]
        assert bool(in_quarantine) == (text not in gone), text


def test_one_record_is_found_by_the_id_of_any_of_its_revisions(project: Project) -> None:
    record = next(row.record for row in rows(project, 1) if row.text == ZH)
    done = forget(project.store, Selection(record=record))
    assert (done.records, done.revisions) == (1, 2)
    assert all("quarantine" in path for path in holders(project.store.project, REVISED))


def test_the_same_row_is_known_by_its_tombstone(project: Project) -> None:
    assert forgotten_keys(project.store) == {}
    done = forget(project.store, CUSTOMER)
    assert forgotten_keys(project.store) == {
        key_digest(f"id:{id_}"): done.forgotten_at for id_ in ("p1", "p2")
    }
    with project.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT DISTINCT reason FROM tombstones").scalars().all() == [
            "where customer"
        ]


def test_quarantined_rows_are_emptied_and_still_counted(project: Project) -> None:
    (path,) = (project.store.project / "quarantine").glob("*.jsonl")
    before = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    done = forget(project.store, CUSTOMER)
    after = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert done.quarantined == 2
    assert after == [{"line": line["line"], "reason": "forgotten", "raw": ""} for line in before]


def test_text_that_stands_in_quarantine_only_is_forgotten_too(project: Project) -> None:
    assert holders(project.store.project, "第二次")
    done = forget(project.store, Selection(contains="第二次"))
    assert (done.records, done.quarantined) == (0, 1)
    assert done.forgotten_at
    assert holders(project.store.project, "第二次") == []


def test_rows_made_from_a_forgotten_one_go_with_it(project: Project) -> None:
    store = project.store
    first = versions(project)[0]
    table = pq.read_table(io.BytesIO(store.blobs.get(first.blob)))
    record = next(row["record"] for row in table.to_pylist() if row["text"] == ZH)
    made = pa.table(
        {
            **{name: [*table[name].to_pylist(), table[name][0].as_py()] for name in table.column_names},
            "record": [*table["record"].to_pylist(), "made"],
            "parent": [*[None] * len(table), record],
        }
    )
    blob = store.blobs.put(to_parquet(made, "zstd"))
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE datasets SET blob = ? WHERE number = 1", (blob,))
    done = forget(store, Selection(record=record))
    assert [(one.number, one.rows) for one in done.versions] == [(1, 2), (2, 1)]
    assert not {record, "made"} & {row.record for row in rows(project, 1)}


def test_what_nobody_knows_changes_nothing(project: Project) -> None:
    spread_copies(project)
    before = contents(project.store.project / "reports") | contents(project.store.folder / "cache")
    copy = project.store.folder / "headway.0001.backup.db"
    for selection in (
        Selection(id="nobody"),
        Selection(contains="没有这句话"),
        Selection(where=("客户", "1")),
    ):
        assert forget(project.store, selection) == Forgotten(0, 0, 0)
    assert contents(project.store.project / "reports") | contents(project.store.folder / "cache") == before
    assert copy.exists()
    assert [version.forgotten for version in versions(project)] == [0, 0]


def test_all_records_of_a_version_may_go(project: Project) -> None:
    done = forget(project.store, Selection(contains="r"))
    more = forget(project.store, Selection(contains="退"))
    assert done.records + more.records == 43
    assert rows(project, 1) == rows(project, 2) == []


def test_a_training_that_goes_on_is_waited_for(project: Project) -> None:
    run = Run(
        "r1", TASK, "probe", "h", 0, {}, "running", project.store.now(), details={"process": os.getpid()}
    )
    add_run(project.store, run)
    with pytest.raises(ProjectBusyError, match="training r1") as caught:
        forget(project.store, CUSTOMER)
    assert "run the command again" in str(caught.value.next_step)
    assert everywhere(project)


def test_an_import_that_goes_on_is_waited_for(project: Project) -> None:
    waiting = Store.open(project.store.project, lock_wait_seconds=0.05)
    with project.store.exclusive("import"), pytest.raises(ProjectBusyError, match="`headway import`"):
        forget(waiting, CUSTOMER)
    with project.store.keeping_blobs("backup"), pytest.raises(ProjectBusyError, match="`headway backup`"):
        forget(waiting, CUSTOMER)
    waiting.close()


def test_a_version_that_cannot_be_read_is_named_and_nothing_changes(project: Project) -> None:
    path = project.store.blobs.path(versions(project)[1].blob)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CorruptArtifactError, match="damaged"):
        forget(project.store, CUSTOMER)
    assert {ZH, EN} <= {row.text for row in rows(project, 1)}


def test_a_full_disk_refuses_and_the_next_run_finishes(
    project: Project, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(shutil.copytree(project.store.project, small_disk / "p"))
    filler = small_disk / "filler"
    with Project.open(root) as small:
        with pytest.raises(OSError, match="No space left"):
            filler.write_bytes(bytes(4_000_000))
        with pytest.raises(MachineError):
            forget(small.store, CUSTOMER)
        filler.unlink()
        forget(small.store, CUSTOMER)
        assert everywhere(small) == set()


def test_a_backup_from_before_still_holds_it_and_one_from_after_does_not(
    project: Project, tmp_path: Path
) -> None:
    backup(project.store, tmp_path / "before.zip")
    forget(project.store, CUSTOMER)
    backup(project.store, tmp_path / "after.zip")
    for name, held in (("before", True), ("after", False)):
        restore(tmp_path / f"{name}.zip", tmp_path / name)
        assert bool(holders(tmp_path / name, ZH)) is held


def test_a_forgotten_row_is_not_imported_again(project: Project, tmp_path: Path) -> None:
    forget(project.store, CUSTOMER)
    day = "2026-01-02"
    # First other rows: of those a file begins with, the import's notes show a few characters.
    table = [
        *first_rows()[:9],
        ("p9", "王", "新的 parcel 包裹", "delivery", day),
        ("p1", "张", ZH, "refund", day),
    ]
    import_table(project, write_table(tmp_path / "again.csv", table))
    assert everywhere(project) == set()
    assert holders(project.store.project, "新的 parcel 包裹")


def test_embeddings_that_an_interrupted_forget_left_aside_go_too(learned: Project) -> None:
    cache = learned.store.folder / "cache"
    aside = cache / ".partial-embeddings"
    aside.mkdir(parents=True, exist_ok=True)
    (aside / "shard").write_text(ZH, "utf-8")
    (cache / "embeddings").mkdir(exist_ok=True)
    (cache / "embeddings" / "new").write_text(ZH, "utf-8")
    forget(learned.store, CUSTOMER)
    assert not aside.exists()
    assert not (cache / "embeddings").exists()
