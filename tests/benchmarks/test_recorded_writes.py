from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.recorded_writes import Call, read_calls
from headway.errors import CheckFailedError

FOLDER = Path("/scratch/a")


def calls(tmp_path: Path, *lines: str) -> list[Call]:
    log = tmp_path / "calls.log"
    log.write_text("\n".join(lines) + "\n", "utf-8")
    return read_calls(log, FOLDER)


def test_each_change_is_read_with_its_data_and_place(tmp_path: Path) -> None:
    found = calls(
        tmp_path,
        r'7 mkdir("/scratch/a/p", 0777) = 0',
        r'7 openat(AT_FDCWD</home>, "/scratch/a/p/\345\272\223.db", O_CREAT, 0644) = 4</scratch/a/p/x>',
        r'7 pwrite64(4</scratch/a/p/x>, "a\0\"\\, 1, 2\377\n", 12, 4096) = 12',
        r"7 ftruncate(4</scratch/a/p/x>, 3) = 0",
        r"7 fsync(4</scratch/a/p/x>) = 0",
        r'7 unlink("/scratch/a/p/x") = 0',
    )
    assert found == [
        Call("folder", "/scratch/a/p"),
        Call("make", "/scratch/a/p/库.db"),
        Call("write", "/scratch/a/p/x", b'a\0"\\, 1, 2\xff\n', 4096),
        Call("resize", "/scratch/a/p/x", offset=3),
        Call("sync", "/scratch/a/p/x", number=1),
        Call("synced", "/scratch/a/p/x", number=1),
        Call("remove", "/scratch/a/p/x"),
    ]


def test_writes_follow_each_other_until_the_file_is_opened_anew(tmp_path: Path) -> None:
    opened = r'7 openat(AT_FDCWD</>, "/scratch/a/x", O_WRONLY|O_CREAT|O_TRUNC, 0644) = 4</scratch/a/x>'
    first, second = r'7 write(4</scratch/a/x>, "ab", 2) = 2', r'7 write(4</scratch/a/x>, "cde", 3) = 1'
    found = calls(tmp_path, opened, first, second, opened, first)
    assert [(call.data, call.offset) for call in found if call.kind == "write"] == [
        (b"ab", 0),
        (b"c", 2),
        (b"ab", 0),
    ]
    assert found[1] == Call("resize", "/scratch/a/x")


def test_what_failed_or_was_elsewhere_changed_nothing(tmp_path: Path) -> None:
    assert not calls(
        tmp_path,
        r'7 mkdir("/scratch/a/p", 0777) = -1 EEXIST (File exists)',
        r'7 pwrite64(4</scratch/a/x>, "a", 1, 0) = -1 ENOSPC (No space left on device)',
        r'7 pwrite64(4</scratch/ab>, "a", 1, 0) = 1',
        r'7 rename("/elsewhere/a", "/elsewhere/b") = 0',
        r'7 mkdir("/scratch/ab", 0777) = 0',
        r"7 +++ exited with 0 +++",
    )


def test_of_calls_at_once_a_write_is_done_early_and_a_sync_late(tmp_path: Path) -> None:
    found = calls(
        tmp_path,
        r'7 pwrite64(4</scratch/a/x>, "a", 1, 0 <unfinished ...>',
        r"8 fsync(4</scratch/a/x> <unfinished ...>",
        r"7 <... pwrite64 resumed>) = 1",
        r'7 pwrite64(4</scratch/a/x>, "b", 1, 0 <unfinished ...>',
        r"8 <... fsync resumed>) = 0",
        r"7 <... pwrite64 resumed>) = -1 EIO (Input/output error)",
        r"8 fsync(4</scratch/a/x> <unfinished ...>",
        r"8 <... fsync resumed>) = -1 EIO (Input/output error)",
    )
    assert [call.kind for call in found] == ["write", "sync", "synced"]


@pytest.mark.parametrize(
    "line",
    [
        r'7 rename("/scratch/a/x", "/scratch/a/y") = 0',
        r"7 fallocate(4</scratch/a/x>, 0, 0, 4096) = 0",
        r'7 writev(4</scratch/a/x>, [{iov_base="a", iov_len=1}], 1) = 1',
    ],
)
def test_a_call_that_cannot_be_replayed_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(CheckFailedError, match="does not know"):
        calls(tmp_path, line)
