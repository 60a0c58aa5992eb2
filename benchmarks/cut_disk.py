"""A disk whose power can be cut: what was synced stays, of what was not each sector stays or goes by itself.

The model takes nothing for granted that POSIX does not promise. After the cut a sector of 512 bytes holds
any of the contents it had since its last sync, or the beginning of a later and the rest of an earlier one; a
file has any of its sizes since then, with zeros where no data arrived; a name in a folder is there or
not whatever happened to its file, until the folder itself is synced.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from benchmarks.recorded_writes import Call
from headway.errors import CheckFailedError

SECTOR = 512
#: share of the sectors not synced that are torn in two
_TORN = 0.05
# Not of the disk: SQLite shares it between processes and makes it anew after a crash.
_SHARED_MEMORY = "-shm"

_Version = TypeVar("_Version")


class Survival:
    """What of all that is not synced has reached the disk, drawn for one cut."""

    def __init__(self, seed: str) -> None:
        self._draw = random.Random(seed)
        # Nothing, everything, half or any share: the ends are where the most goes wrong.
        self._share = self._draw.choice((0.0, 0.5, 1.0, self._draw.random()))

    def one(self, versions: list[_Version]) -> _Version:
        """One of the versions; the first is the synced one."""
        if self._draw.random() < self._share:
            return versions[-1]
        return self._draw.choice(versions[:-1]) if self._share and len(versions) > 1 else versions[0]

    def sector(self, versions: list[bytes]) -> bytes:
        """One of a sector's contents, or parts of two."""
        kept = self.one(versions)
        if 0 < self._share < 1 and self._draw.random() < _TORN:
            older = self._draw.choice(versions[: versions.index(kept) + 1])
            cut = self._draw.randrange(SECTOR)
            return kept[:cut] + older[cut:]
        return kept


class Pending(Generic[_Version]):
    """What was done since the last sync, in its order."""

    def __init__(self) -> None:
        self._items: list[_Version] = []
        self._taken = 0

    def __iter__(self) -> Iterator[_Version]:
        return iter(self._items)

    def add(self, item: _Version) -> None:
        """Something was done."""
        self._items.append(item)

    def mark(self) -> int:
        """How much was ever done: a sync that begins now concerns so much."""
        return self._taken + len(self._items)

    def take(self, until: int) -> list[_Version]:
        """What a sync concerns, unless another one that ended before did; it is pending no longer."""
        done = max(until - self._taken, 0)
        taken, self._items = self._items[:done], self._items[done:]
        self._taken += done
        return taken


@dataclass
class File:
    """A file's content as it was last synced, and what was written since."""

    synced: bytearray = field(default_factory=bytearray)
    #: `write` and `resize`
    pending: Pending[Call] = field(default_factory=Pending)

    def settle(self, until: int) -> None:
        """Sync what was done before a mark."""
        for call in self.pending.take(until):
            _apply(call, self.synced)

    def after_cut(self, survival: Survival) -> bytes:
        """What is left of it."""
        now, sizes = bytearray(self.synced), [len(self.synced)]
        versions: dict[int, list[bytes]] = {}
        for call in self.pending:
            touched = _touched(call, len(now))
            for sector in touched:
                versions.setdefault(sector, [_sector(now, sector)])
            _apply(call, now)
            for sector in touched:
                versions[sector].append(_sector(now, sector))
            sizes.append(len(now))
        size = survival.one(sizes)
        left = bytearray(self.synced).ljust(max(sizes) + SECTOR, b"\0")
        for sector, contents in versions.items():
            left[sector * SECTOR : (sector + 1) * SECTOR] = survival.sector(contents)
        return bytes(left[:size])


@dataclass
class Folder:
    """A folder's names as they were last synced, and what became of them since (None = removed)."""

    synced: dict[str, File | Folder | None] = field(default_factory=dict)
    pending: Pending[tuple[str, File | Folder | None]] = field(default_factory=Pending)

    def settle(self, until: int) -> None:
        """Sync what was done before a mark."""
        self.synced.update(self.pending.take(until))

    def now(self) -> dict[str, File | Folder | None]:
        """What a running process finds."""
        return {**self.synced, **dict(self.pending)}

    def write_after_cut(self, target: Path, survival: Survival) -> None:
        """Make in the folder `target` what is left of this one."""
        target.mkdir(parents=True)
        for name in self.now():
            one = survival.one([self.synced.get(name), *(node for key, node in self.pending if key == name)])
            if isinstance(one, Folder):
                one.write_after_cut(target / name, survival)
            elif one is not None:
                (target / name).write_bytes(one.after_cut(survival))


class Disk:
    """A disk with one folder that is synced and empty, to which recorded calls are done."""

    def __init__(self, root: Path) -> None:
        self.top = Folder()
        self._root = root
        self._syncing: dict[int, tuple[File | Folder, int]] = {}

    def do(self, call: Call) -> None:
        """Do the next call. Raises `CheckFailedError` for one that cannot have succeeded."""
        if call.path.endswith((_SHARED_MEMORY, " (deleted)")):
            return
        if call.kind == "synced":
            node, until = self._syncing.pop(call.number)
            node.settle(until)
            return
        path = Path(call.path)
        if call.kind in ("make", "folder", "remove"):
            self._rename(self._folder(path.parent), path.name, call)
            return
        node = self._node(path)
        if call.kind == "sync":
            self._syncing[call.number] = node, node.pending.mark()
        elif isinstance(node, File):
            node.pending.add(call)

    def _rename(self, folder: Folder, name: str, call: Call) -> None:
        """Make a name, or take it away."""
        if call.kind == "remove":
            folder.pending.add((name, None))
        elif folder.now().get(name) is None:
            folder.pending.add((name, Folder() if call.kind == "folder" else File()))

    def _folder(self, path: Path) -> Folder:
        node = self._node(path)
        if not isinstance(node, Folder):
            raise CheckFailedError(f"{path} was used as a folder and is none.")
        return node

    def _node(self, path: Path) -> File | Folder:
        node: File | Folder | None = self.top
        for part in path.relative_to(self._root).parts:
            node = node.now().get(part) if isinstance(node, Folder) else None
        if node is None:
            raise CheckFailedError(f"{path} was used before it was made.")
        return node


def _touched(call: Call, size: int) -> Sequence[int]:
    """The sectors whose content a call changes in a file of a size."""
    if call.kind == "write":
        return range(call.offset // SECTOR, (call.offset + len(call.data) - 1) // SECTOR + 1)
    return range(call.offset // SECTOR, -(-size // SECTOR))


def _apply(call: Call, content: bytearray) -> None:
    """Do a call to a content; what lies between its end and the place of a write is zeros."""
    if call.kind == "write":
        end = call.offset + len(call.data)
        if len(content) < end:
            content.extend(bytes(end - len(content)))
        content[call.offset : end] = call.data
    else:
        del content[call.offset :]
        content.extend(bytes(call.offset - len(content)))


def _sector(content: bytearray, number: int) -> bytes:
    return bytes(content[number * SECTOR : (number + 1) * SECTOR]).ljust(SECTOR, b"\0")
