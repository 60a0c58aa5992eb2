"""The power is cut again and again while people label: no acknowledged label is lost, no database damaged.

`kill -9` leaves everything that was written to the kernel, so that it cannot show a missing sync. Here a
process makes a project and people label in it, under strace. From what it told the kernel the disk is built
anew as it may be after a power cut at a moment drawn at random: what was synced is there, of the rest each
sector of 512 bytes, each size and each name is there or not, as it happens (`cut_disk`). The project is
opened with the real store and compared with what was acknowledged before that moment. strace is Debian's.

`lost`, `duplicated`, `corrupt` and `beyond_overlap` count cuts: after which an acknowledged label was gone, a
label was there twice, SQLite's own checks failed or the project did not open, a text had more labels than
asked for. `control_lost` counts the cuts of a control that lost labels: with `synchronous=NORMAL`, where
SQLite promises less. Were it 0, the check would prove nothing. `bound` is what 0 failures say with 95 %
certainty about the share of cuts that fail.

Each cut has a seed of its own. Recordings stay where `--recordings` says, and `--replay` cuts them again.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DatabaseError

from benchmarks.cut_disk import Disk, Folder, Survival
from benchmarks.inputs import Inputs
from benchmarks.kill_server import compare, is_sound
from benchmarks.labelling_child import LEDGER, PROJECT
from benchmarks.machine import CHECKOUT
from benchmarks.options import positive
from benchmarks.recorded_writes import Call, read_calls, record
from headway.errors import HeadwayError, NoProjectError

_SAY_EACH = 200
_Label = tuple[str, str, str]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--cuts`, `--labels`, `--seed`, `--recordings` and `--replay`."""
    parser.add_argument("--cuts", type=positive, default=2_000, help="default: 2000")
    parser.add_argument("--labels", type=positive, default=600, help="in a recording; default: 600")
    parser.add_argument("--seed", type=int, default=0, help="of the cuts; default: 0")
    parser.add_argument("--recordings", type=Path, default=CHECKOUT / "results" / "power_cuts", metavar="DIR")
    parser.add_argument("--replay", action="store_true", help="cut the recordings that are there")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Record, cut so often, and give what was lost; the same with a control."""
    store, control = (options.recordings / name for name in ("FULL", "NORMAL"))
    if not options.replay:
        for folder in (store, control):
            shutil.rmtree(folder, ignore_errors=True)
            record_labels(folder, options.labels, folder.name)
    found = cut_all(Recording.read(store), options.cuts, options.seed)
    return {
        **found,
        "control_lost": cut_all(Recording.read(control), options.cuts, options.seed)["lost"],
        "bound": round(3 / options.cuts, 5),
        "seed": options.seed,
    }


def record_labels(folder: Path, labels: int, synchronous: str) -> None:
    """Record a process in which so many labels are given, with its connections synchronous as asked."""
    with tempfile.TemporaryDirectory(prefix="headway-cut-") as scratch:
        place = Path(scratch).resolve()
        folder.mkdir(parents=True)
        record("benchmarks.labelling_child", [str(place), str(labels), synchronous], folder / "calls.log")
    (folder / "place").write_text(str(place), "utf-8")


@dataclass(frozen=True)
class Recording:
    """What was done to a folder, call by call."""

    place: Path
    calls: Sequence[Call]

    @classmethod
    def read(cls, folder: Path) -> Recording:
        """One that `record_labels` made."""
        place = Path((folder / "place").read_text("utf-8"))
        return cls(place, read_calls(folder / "calls.log", place))

    @property
    def ledger(self) -> str:
        """The file whose writes are acknowledgements."""
        return str(self.place / LEDGER)


@dataclass(frozen=True)
class Promised:
    """What was acknowledged before a moment."""

    project: bool
    labels: dict[str, _Label]


def cut_all(recording: Recording, cuts: int, seed: int) -> dict[str, Any]:
    """Cut a recording so often, and count what went wrong; each cut that failed is named on stderr."""
    counts: Counter[str] = Counter()
    for number, (moment, disk, promised) in enumerate(_moments(recording, cuts, seed), 1):
        with tempfile.TemporaryDirectory(prefix="headway-cut-") as scratch:
            rebuilt = Path(scratch) / "disk"
            disk.write_after_cut(rebuilt, Survival(f"{seed}/{number}"))
            wrong = judge(rebuilt / PROJECT, promised)
        counts.update(wrong)
        if wrong:
            print(f"Cut {number}, seed {seed}, after call {moment}: {', '.join(wrong)}", file=sys.stderr)
        elif number % _SAY_EACH == 0:
            print(f"{number:,} of {cuts:,} cuts, {len(promised.labels)} labels promised", file=sys.stderr)
    names = ("lost", "duplicated", "corrupt", "beyond_overlap")
    return {"cuts": cuts, **{name: counts[name] for name in names}, **_describe(recording)}


def _describe(recording: Recording) -> dict[str, int]:
    """What was recorded. A checkpoint ends with a sync of the database, which little else does."""
    synced = [call.path for call in recording.calls if call.kind == "synced"]
    return {
        "acknowledged": sum(len(_said(call)) for call in recording.calls if call.path == recording.ledger),
        "calls": len(recording.calls),
        "syncs": len(synced),
        "checkpoints": sum(path.endswith(".db") for path in synced),
    }


def judge(project: Path, promised: Promised) -> list[str]:
    """What is wrong with a project after a cut, in the words of the result."""
    try:
        if not is_sound(project):
            return ["corrupt"]
        found = compare(project, promised.labels) if promised.project else {}
    except NoProjectError:
        return ["lost"] if promised.project else []
    except (HeadwayError, DatabaseError) as error:
        print(error, file=sys.stderr)
        return ["corrupt"]
    return [name for name, count in found.items() if count]


def _moments(recording: Recording, cuts: int, seed: int) -> Iterator[tuple[int, Folder, Promised]]:
    """The moments of the cuts, in their order: after how many calls, the disk as it is then, the promises."""
    disk, done = Disk(recording.place), 0
    project = False
    labels: dict[str, _Label] = {}
    for moment in sorted(random.Random(seed).choices(range(1, len(recording.calls) + 1), k=cuts)):
        for call in recording.calls[done:moment]:
            disk.do(call)
            if call.path == recording.ledger:
                project = True
                labels |= _said(call)
        done = moment
        yield moment, disk.top, Promised(project, dict(labels))


def _said(call: Call) -> dict[str, _Label]:
    """The labels whose acknowledgement a write to the ledger notes."""
    if call.kind != "write":
        return {}
    lines = map(json.loads, call.data.splitlines())
    return {key: (person, record, label) for key, person, record, label in lines}
