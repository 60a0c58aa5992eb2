"""What a process writes, as the kernel is told it: recorded by strace, read back call by call.

A call that another thread interrupts in the log is one change where it began, for its data may be on the disk
from then on; a sync ends where it returned, for nothing is promised before.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.inputs import MissingInputError
from benchmarks.machine import CHECKOUT
from benchmarks.paced import environment
from headway.errors import CheckFailedError

_REPLAYED = ("openat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "unlink", "mkdir")
# Seen in the log they stop the replay, which would else be of other files than were written.
_NOT_REPLAYED = (
    *("open", "creat", "writev", "pwritev", "pwritev2", "truncate", "fallocate", "copy_file_range"),
    *("sendfile", "sync_file_range", "rename", "renameat", "renameat2", "unlinkat", "mkdirat"),
    *("rmdir", "link", "linkat", "symlink", "symlinkat", "sync", "syncfs"),
)
_CALL = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\((?P<rest>.*)", re.DOTALL)
_RESUMED = re.compile(r"(?P<thread>\d+) +<\.\.\. \w+ resumed>(?P<rest>.*)", re.DOTALL)
_RESULT = re.compile(r"\) += (?P<result>-?\d+)[^\"]*\Z")
_UNFINISHED = " <unfinished ...>"
_FILE = re.compile(r"(?P<number>\d+)<(?P<path>[^>]*)>")
_TEXT = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Call:
    """One change of a file or a folder. A sync is two: `sync` where it begins, `synced` where it ends."""

    kind: Literal["make", "folder", "write", "resize", "remove", "sync", "synced"]
    path: str
    #: what is written, and where; of a size `offset` alone
    data: bytes = b""
    offset: int = 0
    #: joins the end of a sync to its beginning
    number: int = 0


def strace() -> str:
    """Where strace is. Raises `MissingInputError` where it is not installed."""
    found = shutil.which("strace")
    if found is None:
        raise MissingInputError("strace is not installed.", next_step="Install it: apt-get install strace.")
    return found


def record(module: str, arguments: Sequence[str], log: Path) -> None:
    """Run a module of ours, and write what it tells the kernel to `log`.

    Raises `MissingInputError` without strace and `CheckFailedError` with its words where the module fails.
    """
    import sys

    watch = [strace(), "-f", "-y", "--seccomp-bpf", "-s", "10000000", "-o", str(log)]
    names = ",".join(f"?{name}" for name in (*_REPLAYED, *_NOT_REPLAYED))
    command = [*watch, "-e", f"trace={names}", sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise CheckFailedError(f"{module} ended with code {done.returncode}:\n{done.stderr[-2000:]}")


def read_calls(log: Path, folder: Path) -> list[Call]:
    """The changes in a folder that stood empty and is given by its real path, in their order.

    Raises `CheckFailedError` for a call that is not known here.
    """
    return list(_Reader(str(folder)).read(log))


class _Reader:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        # By descriptor: where `write` goes on.
        self._places: dict[int, int] = {}
        self._syncs = 0

    def read(self, log: Path) -> Iterator[Call]:
        """The calls that succeeded, an unfinished one where it began."""
        lines = log.read_text("latin-1").split("\n")
        ends = _ends(lines)
        open_syncs: dict[str, Call] = {}
        for number, line in enumerate(lines):
            if match := _RESUMED.match(line):
                if begun := open_syncs.pop(match["thread"], None):
                    yield begun
                continue
            match = _CALL.match(line)
            if match is None or self._folder not in line:
                continue
            rest = match["rest"].removesuffix(_UNFINISHED)
            result = _RESULT.search(ends.get(number, line))
            if result is None or int(result["result"]) < 0:
                continue
            for call in self._calls(match["name"], rest, int(result["result"])):
                if call.kind == "synced" and number in ends:
                    open_syncs[match["thread"]] = call
                else:
                    yield call

    def _calls(self, name: str, rest: str, result: int) -> Iterator[Call]:
        """What a call changes in the folder."""
        if name in ("openat", "mkdir", "unlink"):
            path = _text(rest).decode()
            if path.startswith(f"{self._folder}/"):
                yield from self._named(name, path, rest, result)
            return
        file = _FILE.match(rest)
        if file is None or not f"{file['path']}/".startswith(f"{self._folder}/"):
            if name in _NOT_REPLAYED:
                raise CheckFailedError(f"The replay does not know {name}: {rest[:200]}")
            return
        number, path = int(file["number"]), file["path"]
        if name in ("fsync", "fdatasync"):
            self._syncs += 1
            yield Call("sync", path, number=self._syncs)
            yield Call("synced", path, number=self._syncs)
        elif name == "ftruncate":
            yield Call("resize", path, offset=int(rest.rsplit(", ", 1)[1].partition(")")[0]))
        elif name == "write":
            place = self._places.get(number, 0)
            self._places[number] = place + result
            yield Call("write", path, _text(rest)[:result], place)
        elif name == "pwrite64":
            place = int(rest[rest.rindex('"') :].split(", ")[2].partition(")")[0])
            yield Call("write", path, _text(rest)[:result], place)
        else:
            raise CheckFailedError(f"The replay does not know {name}: {rest[:200]}")

    def _named(self, name: str, path: str, rest: str, result: int) -> Iterator[Call]:
        if name == "mkdir":
            yield Call("folder", path)
        elif name == "unlink":
            yield Call("remove", path)
        else:
            self._places[result] = 0
            if "O_CREAT" in rest:
                yield Call("make", path)
            if "O_TRUNC" in rest:
                yield Call("resize", path)


def _ends(lines: Sequence[str]) -> dict[int, str]:
    """Line of each unfinished call → the line on which it ends."""
    begun: dict[str, int] = {}
    ends = {}
    for number, line in enumerate(lines):
        if line.endswith(_UNFINISHED) and (call := _CALL.match(line)):
            begun[call["thread"]] = number
        elif resumed := _RESUMED.match(line):
            ends[begun.pop(resumed["thread"])] = line
    return ends


def _text(rest: str) -> bytes:
    """The first text in a call's arguments, with the escapes of C, which are Python's too."""
    match = _TEXT.search(rest)
    if match is None:
        raise CheckFailedError(f"A call without a text: {rest[:200]}")
    found: bytes = ast.literal_eval(f'b"{match["text"]}"')
    return found
