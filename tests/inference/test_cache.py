from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from headway.inference import EmbeddingCache

KEYS = [hashlib.sha256(text.encode()).digest() for text in ("包裹", "parcel", "退款", "refund")]
VECTORS = np.arange(8, dtype=np.float32).reshape(4, 2)


def test_what_was_put_is_found_in_order(tmp_path: Path) -> None:
    EmbeddingCache(tmp_path).put_many("space", KEYS[:3], VECTORS[:3])
    found, vectors = EmbeddingCache(tmp_path).get_many("space", [KEYS[3], KEYS[2], KEYS[0]])
    assert found.tolist() == [False, True, True]
    np.testing.assert_array_equal(vectors, VECTORS[[2, 0]])


def test_an_empty_cache_knows_nothing(tmp_path: Path) -> None:
    found, vectors = EmbeddingCache(tmp_path).get_many("space", KEYS)
    assert not found.any()
    assert len(vectors) == 0
    EmbeddingCache(tmp_path).put_many("space", [], VECTORS[:0])
    assert not list(tmp_path.iterdir())


def test_spaces_do_not_mix(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.put_many("one", KEYS, VECTORS)
    assert not cache.get_many("other", KEYS)[0].any()


def test_two_writers_see_each_others_shards(tmp_path: Path) -> None:
    first, second = EmbeddingCache(tmp_path), EmbeddingCache(tmp_path)
    first.put_many("space", KEYS[:2], VECTORS[:2])
    second.put_many("space", KEYS[1:], VECTORS[1:])
    first.put_many("space", KEYS[:2], VECTORS[:2])
    for cache in (first, second):
        found, vectors = cache.get_many("space", KEYS)
        assert found.all()
        np.testing.assert_array_equal(vectors, VECTORS)


def test_a_damaged_shard_is_removed_and_the_rest_stays(tmp_path: Path) -> None:
    EmbeddingCache(tmp_path).put_many("space", KEYS[:1], VECTORS[:1])
    (damaged,) = (tmp_path / "space").iterdir()
    EmbeddingCache(tmp_path).put_many("space", KEYS[1:], VECTORS[1:])
    content = bytearray(damaged.read_bytes())
    content[-1] ^= 1
    damaged.write_bytes(content)
    found, _ = EmbeddingCache(tmp_path).get_many("space", KEYS)
    assert found.tolist() == [False, True, True, True]
    assert not damaged.exists()


def test_a_file_that_only_looks_like_a_shard_is_removed(tmp_path: Path) -> None:
    (tmp_path / "space").mkdir()
    content = b"neither tensors nor anything"
    path = tmp_path / "space" / f"{hashlib.sha256(content).hexdigest()}.safetensors"
    path.write_bytes(content)
    assert not EmbeddingCache(tmp_path).get_many("space", KEYS)[0].any()
    assert not path.exists()


def test_shards_may_vanish_at_any_time(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.put_many("space", KEYS, VECTORS)
    for path in (tmp_path / "space").iterdir():
        path.unlink()
    assert cache.get_many("space", KEYS)[0].all()
    assert not EmbeddingCache(tmp_path).get_many("space", KEYS)[0].any()
