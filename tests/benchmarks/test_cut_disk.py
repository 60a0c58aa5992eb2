from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from benchmarks.cut_disk import SECTOR, Disk, Survival
from benchmarks.recorded_writes import Call
from headway.errors import CheckFailedError

ROOT = Path("/disk")
FILE = "/disk/p/a.db"
MADE = [Call("folder", "/disk/p"), Call("make", FILE)]
NUMBERS = itertools.count(1)
OLD, NEW = b"o" * (4 * SECTOR), b"n" * (4 * SECTOR)


def synced(*paths: str) -> list[Call]:
    """Syncs of these, one after the other."""
    pairs = [(path, next(NUMBERS)) for path in paths]
    return [Call(kind, path, number=n) for path, n in pairs for kind in ("sync", "synced")]


def outcomes(tmp_path: Path, calls: list[Call], cuts: int = 200) -> set[bytes | None]:
    """What the file may hold after a cut; None = it is not there."""
    disk = Disk(ROOT)
    for call in calls:
        disk.do(call)
    found = set()
    for cut in range(cuts):
        disk.top.write_after_cut(tmp_path / str(cut), Survival(f"{cut}"))
        path = tmp_path / str(cut) / "p" / "a.db"
        found.add(path.read_bytes() if path.exists() else None)
    return found


def test_what_is_synced_with_its_folders_is_there_whatever_happens(tmp_path: Path) -> None:
    calls = [*MADE, Call("write", FILE, OLD), *synced(FILE, "/disk/p", "/disk")]
    assert outcomes(tmp_path, calls) == {OLD}


@pytest.mark.parametrize("missing", ["/disk/p", "/disk"])
def test_a_file_whose_folder_is_not_synced_may_be_gone(tmp_path: Path, missing: str) -> None:
    paths = [path for path in (FILE, "/disk/p", "/disk") if path != missing]
    assert outcomes(tmp_path, [*MADE, Call("write", FILE, OLD), *synced(*paths)]) == {None, OLD}


def test_of_a_write_not_synced_each_sector_stays_or_goes(tmp_path: Path) -> None:
    calls = [*MADE, Call("write", FILE, OLD), *synced(FILE, "/disk/p", "/disk"), Call("write", FILE, NEW)]
    found = outcomes(tmp_path, calls)
    assert {OLD, NEW} < found
    assert None not in found
    sectors = {bytes(one[at : at + SECTOR]) for one in found if one for at in range(0, len(OLD), SECTOR)}
    whole = {OLD[:SECTOR], NEW[:SECTOR]}
    assert whole < sectors
    assert all(torn == b"n" * torn.count(b"n") + b"o" * torn.count(b"o") for torn in sectors)


def test_a_later_write_may_arrive_without_an_earlier_one(tmp_path: Path) -> None:
    base = [*MADE, Call("write", FILE, OLD), *synced(FILE, "/disk/p", "/disk")]
    first, last = Call("write", FILE, NEW[:SECTOR]), Call("write", FILE, NEW[:SECTOR], 3 * SECTOR)
    found = outcomes(tmp_path, [*base, first, last])
    assert OLD[: 3 * SECTOR] + NEW[:SECTOR] in found
    assert NEW[:SECTOR] + OLD[SECTOR:] in found


def test_a_file_may_have_grown_before_its_data_arrived_and_a_cut_end_may_come_back(tmp_path: Path) -> None:
    base = [*MADE, *synced(FILE, "/disk/p", "/disk")]
    assert {b"", OLD, bytes(len(OLD))} < outcomes(tmp_path / "grown", [*base, Call("write", FILE, OLD)])
    cut = [*base, Call("write", FILE, OLD), *synced(FILE), Call("resize", FILE, offset=SECTOR)]
    assert {OLD, OLD[:SECTOR]} <= outcomes(tmp_path / "cut", cut)


def test_a_sync_concerns_what_was_written_before_it_began(tmp_path: Path) -> None:
    begin, end = synced(FILE)
    writes = [Call("write", FILE, OLD), begin, Call("write", FILE, NEW), end]
    found = outcomes(tmp_path, [*MADE, *synced("/disk/p", "/disk"), *writes])
    assert {OLD, NEW} < found
    assert all(one is not None and len(one) == len(OLD) and 0 not in one for one in found)


def test_a_removed_name_may_come_back_until_its_folder_is_synced(tmp_path: Path) -> None:
    base = [*MADE, Call("write", FILE, OLD), *synced(FILE, "/disk/p", "/disk"), Call("remove", FILE)]
    assert outcomes(tmp_path / "not", base) == {None, OLD}
    assert outcomes(tmp_path / "synced", [*base, *synced("/disk/p")]) == {None}
    again = [*base, Call("make", FILE), Call("write", FILE, NEW), *synced(FILE)]
    assert outcomes(tmp_path / "again", again) == {None, OLD, NEW}


def test_what_sqlite_makes_anew_is_not_of_the_disk(tmp_path: Path) -> None:
    disk = Disk(ROOT)
    for call in [Call("make", "/disk/a.db-shm"), Call("write", "/disk/a.db-shm", OLD), *synced("/disk")]:
        disk.do(call)
    disk.top.write_after_cut(tmp_path / "cut", Survival("1"))
    assert not list((tmp_path / "cut").iterdir())


def test_calls_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(CheckFailedError, match="before it was made"):
        Disk(ROOT).do(Call("write", FILE, OLD))
    disk = Disk(ROOT)
    disk.do(Call("make", "/disk/p"))
    with pytest.raises(CheckFailedError, match="is none"):
        disk.do(Call("make", FILE))
