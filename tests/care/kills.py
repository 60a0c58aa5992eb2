"""Run the verbs of the room in child processes, each killed (SIGKILL) at another point; see what is left.

`python -m tests.care.kills SOURCE SCRATCH VERB=POINTS…`: VERB works on a copy of SOURCE. A point is a call of
a function of the package; the points are spread evenly over a whole run. One line of JSON for each.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import headway
from headway.care import Selection
from headway.care.backup import backup
from headway.care.forget import forget
from headway.care.prune import prune
from headway.care.restore import restore
from headway.datasets import load_rows
from headway.datasets.versions import hash_rows
from headway.errors import HeadwayError
from headway.records import Split
from headway.registry import read_manifest
from headway.registry.artifacts import lay_out
from headway.store import Store
from headway.store import datasets as dataset_rows
from headway.store import models as model_rows
from headway.store.tasks import get_task
from tests.care.texts import PERSONAL, holders

PACKAGE = str(Path(headway.__file__).parent)
CUSTOMER = Selection(where=("customer", "张"))


def on_project(work: Callable[[Store], object]) -> Callable[[Path], None]:
    """A verb that needs the opened project below a folder."""

    def run(folder: Path) -> None:
        store = Store.open(folder / "project")
        work(store)
        store.close()

    return run


VERBS: dict[str, Callable[[Path], object]] = {
    "backup": on_project(lambda store: backup(store, store.project.parent / "b.zip", overwrite=True)),
    "restore": lambda folder: restore(folder / "given.zip", folder / "restored"),
    "prune": on_project(prune),
    "forget": on_project(lambda store: forget(store, CUSTOMER)),
}


def in_child(work: Callable[[], object]) -> int:
    """Run something in a process of its own; its exit code, negative where it was killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(point: int, work: Callable[[], object], count_to: Path | None = None) -> int:
    """Run something that kills itself at the n-th call; or write down how many calls there are."""

    def run() -> None:
        calls = 0

        def count(frame: FrameType, event: str, _argument: Any) -> None:
            nonlocal calls
            if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
                calls += 1
                if calls == point:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(count)
        work()
        sys.setprofile(None)
        if count_to:
            count_to.write_text(str(calls))

    return in_child(run)


def look(folder: Path) -> dict[str, Any]:
    """What a project holds after a kill: rows, personal texts, and whether all it names is sound."""
    store = Store.open(folder)
    with store.reading() as connection:
        records = connection.exec_driver_sql("SELECT count(*) FROM records").scalar_one()
        sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    for version in dataset_rows.list_versions(store, get_task(store).name):
        rows = load_rows(store, version, Split)
        sound &= version.forgotten > 0 or hash_rows(rows) == version.hash
    for model in model_rows.list_versions(store):
        read_manifest(lay_out(store, model.artifact))
    store.close()
    return {"records": records, "sound": sound, "held": any(holders(folder, text) for text in PERSONAL)}


def try_out(verb: str, source: Path, scratch: Path, points: int) -> None:
    """Kill the verb at so many points, look, run it to its end, and look again."""

    def fresh() -> Path:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(source, scratch)
        return scratch

    fresh()
    if code := killed_at(0, lambda: VERBS[verb](scratch), scratch / "calls"):
        raise SystemExit(code)
    total = int((scratch / "calls").read_text())
    for number in range(1, points + 1):
        fresh()
        code = killed_at(max(1, total * number // points), lambda: VERBS[verb](scratch))
        found: dict[str, Any] = {"verb": verb, "code": code, "files": sorted(os.listdir(scratch))}
        report = scratch / "report.json"

        def look_again(found: dict[str, Any] = found, report: Path = report) -> None:
            restored = scratch / "restored"
            found["project"] = look(scratch / "project")
            found["appeared"] = (restored / ".headway").exists()
            try:
                VERBS[verb](scratch)
            except HeadwayError as error:
                found["refused"] = error.message
            found["after"] = look(restored if verb == "restore" else scratch / "project")
            found["left"] = sorted(path.name for path in scratch.rglob(".partial-*"))
            report.write_text(json.dumps(found))

        if in_child(look_again):
            raise SystemExit(f"{verb} killed at {number} of {points} leaves something that cannot be opened")
        sys.stdout.write(report.read_text() + "\n")


if __name__ == "__main__":
    for argument in sys.argv[3:]:
        name, number = argument.split("=")
        try_out(name, Path(sys.argv[1]), Path(sys.argv[2]), int(number))
