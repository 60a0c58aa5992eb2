from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.errors import CorruptArtifactError, MachineError
from headway.store import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def files_of(blobs: Blobs) -> list[Path]:
    return [path for path in blobs.folder.rglob("*") if path.is_file()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=100))
def test_what_was_kept_comes_back_under_its_hash(blobs: Blobs, data: bytes) -> None:
    digest = blobs.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert blobs.get(digest) == data


def test_equal_content_is_kept_once(blobs: Blobs, tmp_path: Path) -> None:
    source = tmp_path / "模型.bin"
    source.write_bytes(b"weights")
    assert blobs.put(b"weights") == blobs.put_file(source) == blobs.put_file(source)
    assert [path.read_bytes() for path in files_of(blobs)] == [b"weights"]
    assert source.read_bytes() == b"weights"


@pytest.mark.parametrize("position", [0, 500, 999])
def test_a_flipped_byte_is_refused_and_named(blobs: Blobs, position: int) -> None:
    digest = blobs.put(bytes(1_000))
    data = bytearray(bytes(1_000))
    data[position] ^= 1
    blobs.path(digest).write_bytes(data)
    with pytest.raises(CorruptArtifactError, match=digest) as caught:
        blobs.get(digest)
    assert "backup" in str(caught.value.next_step)


def test_blobs_are_listed_without_what_is_being_written(blobs: Blobs) -> None:
    kept = {blobs.put(b"a"), blobs.put("乙".encode())}
    (blobs.folder / "ab").mkdir(exist_ok=True)
    (blobs.folder / "ab" / ".partial-x").write_bytes(b"half")
    assert blobs.digests() == sorted(kept)
    assert Blobs(blobs.folder / "none").digests() == []


def test_a_blob_is_removed_unless_it_was_put_since(blobs: Blobs, tmp_path: Path) -> None:
    digest = blobs.put(b"a")
    os.utime(blobs.path(digest), (1_000, 1_000))
    assert not blobs.remove(digest, put_before=1_000)
    assert blobs.get(digest) == b"a"
    assert blobs.remove(digest, put_before=1_001)
    assert not files_of(blobs)
    with pytest.raises(MachineError, match="removing"):
        blobs.remove(digest, put_before=1_001)
    (tmp_path / "a").write_bytes(b"a")
    blobs.put(b"a")
    os.utime(blobs.path(digest), (1_000, 1_000))
    blobs.put(b"a")  # it is there: what counts is that it was wanted again
    assert not blobs.remove(digest, put_before=2_000)
    os.utime(blobs.path(digest), (1_000, 1_000))
    blobs.put_file(tmp_path / "a")
    assert not blobs.remove(digest, put_before=2_000)
    assert [path.read_bytes() for path in files_of(blobs)] == [b"a"]


def test_a_missing_blob_is_named(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(CorruptArtifactError, match="aaaaaaaaaaaa… is missing"):
        blobs.get("a" * 64)
    with pytest.raises(CorruptArtifactError, match="is missing"):
        blobs.place("a" * 64, tmp_path / "model.onnx")


def test_a_blob_is_placed_as_a_file(blobs: Blobs, tmp_path: Path) -> None:
    blobs.place(blobs.put(b"weights"), tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").read_bytes() == b"weights"


def test_a_blob_is_copied_to_another_disk(blobs: Blobs, small_disk: Path) -> None:
    blobs.place(blobs.put(b"weights"), small_disk / "model.onnx")
    assert (small_disk / "model.onnx").read_bytes() == b"weights"


def test_a_full_disk_leaves_no_part_of_a_blob(small_disk: Path, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(4_000_000))
    blobs = Blobs(small_disk)
    with pytest.raises(MachineError, match="No space left"):
        blobs.put_file(large)
    assert not files_of(blobs)
