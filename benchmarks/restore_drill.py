"""Restore drills: a backup is taken while another process writes, restored into a new folder, and compared.

A writer adds about fifty records or labels a second to a project with a trained model, each in a transaction
of its own, and freezes a dataset version now and then. What it was told is on disk, it acknowledges. A drill
takes `headway backup`, then `headway restore` into a new folder, and counts as

- `rows_equal` if every row that was acknowledged before the backup began is there with its content, no row is
  there that the writer did not write, and the database passes SQLite's own check;
- `hashes_equal` if every blob has the hash in its name, every dataset version that was acknowledged is there
  and its rows have its hash, and the model's files are those its manifest lists.

At the end a backup of which one file is missing, one is cut off or one bit is flipped has to be refused by
the name of that file (`refused`, of three).
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from benchmarks.commands import headway_command
from benchmarks.inputs import Inputs
from benchmarks.options import positive
from benchmarks.timing import Spread
from headway.errors import CheckFailedError

TASK = "intents"
WRITES_PER_SECOND = 50
#: of so many writes one is a dataset version
_VERSION_EACH = 200
_TEXTS = (
    "包裹三天了还没到，订单号 {}",
    "Where is parcel {}? It is late.",
    "我要退款 {}",
    "Refund {} please.",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--drills`."""
    parser.add_argument("--drills", type=positive, default=100, help="default: 100")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Drill so often, and give how often all was well."""
    with tempfile.TemporaryDirectory(prefix="headway-drill-") as scratch:
        return drill_all(Path(scratch), options.drills)


@dataclass
class Written:
    """What the writer acknowledged: row or version → hash of its content."""

    rows: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Written:
        """What was acknowledged up to now."""
        return Written(dict(self.rows), dict(self.versions))


def drill_all(scratch: Path, drills: int) -> dict[str, Any]:
    """Make a project, let a writer write to it, and drill; `scratch` is an empty folder."""
    project = scratch / "project"
    _make_project(project, scratch)
    backups, restores = [], []
    compared: list[tuple[Written, Extra]] = []
    with _writer(project) as written:
        start, at_start = time.perf_counter(), len(written.rows)
        for number in range(drills):
            before = written.copy()
            file, folder = scratch / f"{number}.zip", scratch / f"restored-{number}"
            backups.append(headway_command("backup", str(file), project=project).seconds)
            restores.append(headway_command("restore", str(file), str(folder)).seconds)
            compared.append((before, compare(before, read_project(folder))))
            _say(f"drill {number + 1} of {drills}: {len(before.rows):,} rows acknowledged before")
            shutil.rmtree(folder)
            if number < drills - 1:
                file.unlink()
        rate = (len(written.rows) - at_start) / (time.perf_counter() - start)
    return {
        "drills": drills,
        "rows_equal": sum(
            extra.rows is not None and extra.rows <= written.rows.items() for _, extra in compared
        ),
        "hashes_equal": sum(
            extra.versions is not None and extra.versions <= written.versions.items() for _, extra in compared
        ),
        "refused": sum(refused(file, change) for change in (drop, cut_off, flip)),
        "rows_compared": sum(len(before.rows) for before, _ in compared),
        "rows_at_the_end": len(written.rows),
        "versions_at_the_end": len(written.versions),
        "writes_per_second": rate,
        "backup_seconds": Spread.of(backups).to_dict(),
        "restore_seconds": Spread.of(restores).to_dict(),
    }


@dataclass(frozen=True)
class Found:
    """What a project holds, and whether its database and its files are what they should be."""

    rows: dict[str, str]
    versions: dict[str, str]
    sound: bool
    whole: bool


def read_project(folder: Path) -> Found:
    """Read rows, versions and blobs of a project as its own code does."""
    from headway.datasets import load_rows
    from headway.datasets.versions import hash_rows
    from headway.records import Split
    from headway.registry import read_manifest
    from headway.registry.artifacts import lay_out
    from headway.store import Store
    from headway.store import datasets as dataset_rows
    from headway.store import models as model_rows

    store = Store.open(folder)
    with store.reading() as connection:
        sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        records = connection.exec_driver_sql("SELECT id, key, text FROM records").all()
        labels = connection.exec_driver_sql("SELECT id, record, label FROM annotations").all()
    whole = all(store.blobs.get(digest) for digest in store.blobs.digests())
    versions = {}
    for version in dataset_rows.list_versions(store, TASK):
        versions[str(version.number)] = hash_rows(load_rows(store, version, Split))
        whole &= versions[str(version.number)] == version.hash
    for model in model_rows.list_versions(store):
        read_manifest(lay_out(store, model.artifact))
    store.close()
    return Found({row[0]: content_hash(*row[1:]) for row in (*records, *labels)}, versions, sound, whole)


@dataclass(frozen=True)
class Extra:
    """What a restored project holds besides what was acknowledged before; None where some of that is missing.

    It has to be what the writer acknowledged later, which is known at the end.
    """

    rows: Set[tuple[str, str]] | None
    versions: Set[tuple[str, str]] | None


def compare(before: Written, found: Found) -> Extra:
    """Whether all that was acknowledged is there and sound, and what else is."""
    rows_there = found.sound and before.rows.items() <= found.rows.items()
    versions_there = found.whole and before.versions.items() <= found.versions.items()
    return Extra(
        found.rows.items() - before.rows.items() if rows_there else None,
        found.versions.items() - before.versions.items() if versions_there else None,
    )


def content_hash(*values: str) -> str:
    """The sha256 of a row's values."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def refused(file: Path, change: Callable[[dict[str, bytes]], str]) -> bool:
    """Whether a backup that was changed is refused by the name of the file that is wrong."""
    with ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = change(files)
    target, folder = file.with_name("changed.zip"), file.with_name("never")
    with ZipFile(target, "w") as archive:
        for other, data in files.items():
            archive.writestr(other, data)
    try:
        headway_command("restore", str(target), str(folder))
    except CheckFailedError as error:
        return name in str(error) and not folder.exists()
    return False


def drop(files: dict[str, bytes]) -> str:
    """Lose the first blob."""
    name = next(name for name in files if "/blobs/" in name)
    del files[name]
    return name


def cut_off(files: dict[str, bytes]) -> str:
    """Lose the last byte of the largest blob."""
    name = max((name for name in files if "/blobs/" in name), key=lambda name: len(files[name]))
    files[name] = files[name][:-1]
    return name


def flip(files: dict[str, bytes]) -> str:
    """Flip one bit in the middle of the database."""
    name = ".headway/headway.db"
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    files[name] = bytes(data)
    return name


def _make_project(project: Path, scratch: Path) -> None:
    """A project with forty labelled rows and a baseline."""
    file = scratch / "rows.csv"
    lines = [f"{_TEXTS[n % 4].format(n)},{('delivery', 'refund')[n % 4 // 2]}" for n in range(40)]
    file.write_text("\n".join(["text,label", *lines]), "utf-8")
    headway_command("init", str(project), "--name", TASK)
    headway_command("import", str(file), "--text", "text", "--label", "label", project=project)
    headway_command("train", "--recipe", "baseline", project=project)


@contextlib.contextmanager
def _writer(project: Path) -> Iterator[Written]:
    """A process that writes until the block ends, and what it has acknowledged by now."""
    found = read_project(project)
    written = Written(found.rows, found.versions)
    command = [sys.executable, "-m", "benchmarks.restore_drill", str(project)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        output = process.stdout
        assert output is not None

        writes = threading.Event()

        def listen() -> None:
            for line in output:
                kind, name, digest = json.loads(line)
                (written.rows if kind == "row" else written.versions)[name] = digest
                writes.set()
            writes.set()

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            # Without it, the first drills would be over before the process has started.
            writes.wait()
            yield written
        finally:
            assert process.stdin is not None
            process.stdin.close()
            listener.join()
    if process.returncode:
        raise CheckFailedError(f"The writer ended with exit code {process.returncode}.")


def write_until_told(project: Path) -> None:
    """The writer's process: write, say what was written once it is on disk, stop when stdin closes."""
    from sqlalchemy import insert

    from headway.datasets import create_version
    from headway.ids import new_id
    from headway.store import Store, schema

    stop = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    store = Store.open(project)
    with store.writing() as connection:
        (import_id,) = connection.exec_driver_sql("SELECT id FROM imports").one()
    number, newest, start = 0, "", time.perf_counter()
    # By the clock, so that what a slow write or a version took is caught up with.
    while not stop.wait(max(0.0, start + number / WRITES_PER_SECOND - time.perf_counter())):
        number += 1
        if number % _VERSION_EACH == 0:
            version = create_version(store, TASK)
            _acknowledge("version", str(version.number), version.hash)
            continue
        one = new_id()
        if number % 2:
            values = (f"id:live-{number}", _TEXTS[number % 4].format(number))
            row = {"id": one, "key": values[0], "text": values[1], "revision": 1, "fields": {}}
            table, newest = schema.records, one
        else:
            values = (newest, "delivery" if number % 4 else "refund")
            row = {"id": one, "record": newest, "label": values[1], "task": TASK, "author": "drill"}
            row["created_at"] = store.now()
            table = schema.annotations
        with store.writing() as connection:
            connection.execute(insert(table).values(**{**row, "import": import_id}))
        _acknowledge("row", one, content_hash(*values))
    store.close()


def _acknowledge(kind: str, name: str, digest: str) -> None:
    print(json.dumps([kind, name, digest]), flush=True)


def _say(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    write_until_told(Path(sys.argv[1]))
