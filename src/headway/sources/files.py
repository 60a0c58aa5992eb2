"""The files that a path stands for: itself, what is in its gzip, or the members of its zip archive.

Nothing is extracted to disk. Archives are read as streams, and the bytes that come out are counted: what a
header says of sizes is checked first and then not trusted.
"""

from __future__ import annotations

import gzip
import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from headway.errors import DataError
from headway.sources.recognise import HEAD, ZIP, check_readable, is_gzip, recognise
from headway.sources.rows import open_file
from headway.store.files import machine_errors

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: what an archive may hold, unpacked, in bytes
LARGEST = 4_000_000_000
#: an archive may unpack to so many times its size; the first `_RATIO_FREE` bytes are not held against it
LARGEST_RATIO = 200
_RATIO_FREE = 100_000_000
#: files in one archive
MOST_MEMBERS = 1_000
#: bytes of the list of files in a zip archive, which is read into memory
_LARGEST_DIRECTORY = 2_000_000
_ENCRYPTED, _UTF8 = 0x1, 0x800

_REPACK = "Unpack it, look at it, and import the files you need."
_BROKEN = (
    *(EOFError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError),
    # A password or a method that is not supported, and places that lie outside the file.
    *(RuntimeError, ValueError, OverflowError),
)


@dataclass(frozen=True)
class SourceFile:
    """One file to be read, wherever it lies."""

    #: as it is shown: "a.csv", "a.csv" of a.csv.gz, "a.zip/b.csv"
    name: str
    #: the ending that tells its format, lower case with its dot, or what its content is where that differs
    suffix: str
    #: where it lies on disk
    path: Path
    #: its place in the zip archive, counted from 0
    member: int | None = None
    #: whether it is compressed with gzip
    gzipped: bool = False
    #: what is odd about it, in a sentence
    note: str | None = None

    def open(self) -> BinaryIO:
        """The file from its beginning; it can be sought in, in an archive slowly.

        Raises `DataError` here, or while it is read, where it is damaged or larger than what is taken.
        """
        file = open_file(self.path)
        if self.gzipped:
            return _counted(cast(IO[bytes], gzip.GzipFile(fileobj=file)), self, file)
        if self.member is None:
            return file
        try:
            archive = _directory(file, self.path)
            return _counted(_opened(archive, archive.infolist()[self.member], self.name), self, file)
        except BaseException:
            file.close()
            raise


class _Counted(io.RawIOBase):
    """What comes out of an archive, counted; damage and bombs are told in words."""

    def __init__(self, stream: IO[bytes], name: str, most: int, below: BinaryIO | None) -> None:
        self._stream = stream
        self._name = name
        self._most = most
        self._below = below

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with damage_told(self._name):
            return self._stream.seek(offset, whence)

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        with damage_told(self._name):
            data = self._stream.read(len(view))
        if self._stream.tell() > self._most:
            raise DataError(
                f"{self._name} unpacks to more than {self._most:,} bytes; archives hold at most {LARGEST:,}, "
                f"and at most {LARGEST_RATIO} times their size.",
                next_step="If you trust it, unpack it yourself and import the file.",
            )
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            if self._below is not None:
                self._below.close()
        super().close()


def _counted(stream: IO[bytes], found: SourceFile, below: BinaryIO | None = None) -> BinaryIO:
    most = _allowed(found.path.stat().st_size)
    return io.BufferedReader(_Counted(stream, found.name, most, below), buffer_size=HEAD)


def _allowed(packed: int) -> int:
    """Bytes that so many packed bytes may unpack to."""
    return min(LARGEST, max(_RATIO_FREE, packed * LARGEST_RATIO))


@contextmanager
def damage_told(name: str) -> Iterator[None]:
    """Turns what the decompressors raise into `DataError`."""
    try:
        yield
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DataError(
            f"{name} is damaged or cut off: {error}.", next_step="Copy or download it again."
        ) from error


def source_files(path: Path) -> list[SourceFile]:
    """The files that a path stands for, in their order; of a zip archive its members.

    Raises `DataError` for a file that is missing or empty, of a kind that cannot be read, or an archive that
    is damaged, encrypted, nested or too large, or holds a name or link that leads out of it.
    """
    with open_file(path) as file, machine_errors(f"reading {path}"):
        head = file.read(HEAD)
        if is_gzip(head):
            return [_gzipped(path)]
        suffix = path.suffix.lower()
        if (head.startswith((ZIP, b"PK\x05\x06")) and suffix != ".xlsx") or suffix == ".zip":
            directory = _directory(file, path)
            if not _is_workbook(directory):
                return _members(directory, path)
    return [_looked_at(head, SourceFile(_shown(path.name), suffix, path))]


def _gzipped(path: Path) -> SourceFile:
    compressed = path.suffix.lower() == ".gz"
    name = _shown(path.name[:-3] if compressed else path.name)
    note = None if compressed else f"{name} is compressed with gzip and was read so."
    found = SourceFile(name, PurePosixPath(name).suffix.lower(), path, gzipped=True, note=note)
    with found.open() as file:
        return _looked_in(file, found)


def _looked_at(head: bytes, found: SourceFile) -> SourceFile:
    """The file with the ending that its content tells. Raises `DataError` where it cannot be read."""
    check_readable(head, found.name, found.suffix)
    if not head:
        raise DataError(f"{found.name} is empty.", next_step="Export it again from where it came.")
    kind = recognise(head)
    if kind not in {"xlsx", "parquet"} or found.suffix == f".{kind}":
        return found
    what = "an Excel workbook" if kind == "xlsx" else "a parquet file"
    note = f"{found.name} is {what} by its content and was read as one."
    return SourceFile(found.name, f".{kind}", found.path, found.member, found.gzipped, note)


def _directory(file: BinaryIO, path: Path) -> zipfile.ZipFile:
    """The list of files of a zip archive. Raises `DataError` where there is none, or a very long one."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end >= 0 and int.from_bytes(tail[end + 12 : end + 16], "little") > _LARGEST_DIRECTORY:
        raise _refused(path, f"lists more than the {MOST_MEMBERS:,} files that are taken")
    try:
        return zipfile.ZipFile(file)
    except _BROKEN as error:
        raise DataError(
            f"{path} is a damaged zip archive: {error}.", next_step="Copy or download it again."
        ) from error


def _members(archive: zipfile.ZipFile, path: Path) -> list[SourceFile]:
    _check_archive(archive.infolist(), path)
    found = []
    for place, info in enumerate(archive.infolist()):
        inner = PurePosixPath(_name_of(info))
        if not info.is_dir() and info.file_size and not _is_litter(inner):
            member = SourceFile(f"{_shown(path.name)}/{inner}", inner.suffix.lower(), path, place)
            with _counted(_opened(archive, info, member.name), member) as file:
                found.append(_looked_in(file, member))
    if not found:
        raise _refused(path, "holds no file that could be imported", "Look into it.")
    return found


def _looked_in(file: BinaryIO, member: SourceFile) -> SourceFile:
    """A file in an archive; an archive in it is refused, unless it is a workbook."""
    head = file.read(HEAD)
    if is_gzip(head) or (head.startswith(ZIP) and not _is_workbook(_directory(file, Path(member.name)))):
        raise _refused(Path(member.name), "is an archive in an archive")
    return _looked_at(head, member)


def _check_archive(infos: list[zipfile.ZipInfo], path: Path) -> None:
    """Raises `DataError` for a zip archive that is not what people pack."""
    if len(infos) > MOST_MEMBERS:
        raise _refused(path, f"holds {len(infos):,} files; at most {MOST_MEMBERS:,} are taken")
    for info in infos:
        name = _name_of(info)
        if re.match(r"[/\\]|[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
            raise _refused(path, f"holds the name {name!r}, which leads out of the archive")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise _refused(path, f"holds the link {name!r}")
        if info.flag_bits & _ENCRYPTED:
            raise _refused(path, f"is encrypted ({name!r})", "Unpack it with its password first.")
    names = [info.orig_filename for info in infos]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _refused(path, f"holds {twice[0]!r} more than once")
    packed = sum(info.compress_size for info in infos)
    unpacked = sum(info.file_size for info in infos)
    if packed > path.stat().st_size:
        raise _refused(path, "holds files that overlap")
    if unpacked > _allowed(packed):
        raise _refused(
            path,
            f"unpacks from {packed:,} to {unpacked:,} bytes; at most {LARGEST:,} are taken, and at most "
            f"{LARGEST_RATIO} times its size",
        )


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> IO[bytes]:
    with damage_told(name):
        return archive.open(info)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name of a member: without the flag for UTF-8 it is what the packer's system used, in China GBK."""
    if info.flag_bits & _UTF8:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_litter(name: PurePosixPath) -> bool:
    """What a Mac or an editor leaves in archives."""
    return any(part == "__MACOSX" or part.startswith(".") for part in name.parts)


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    return "[Content_Types].xml" in archive.namelist()


def _refused(path: Path, what: str, step: str = _REPACK) -> DataError:
    return DataError(f"{path} {what}.", next_step=step)


def _shown(name: str) -> str:
    """A file's name as it can be shown: what in it is not UTF-8 (a GBK name on Linux) becomes U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")
