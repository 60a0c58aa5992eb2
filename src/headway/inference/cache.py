"""Embeddings that were computed before: shards on disk that may be deleted at any time.

Each write is a new file, named by the hash of its content, so that two writers never touch the same
file and a damaged one is recognised, ignored and removed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from headway.store.files import write_atomically

_SUFFIX = ".safetensors"
_KEY_BYTES = 32


class EmbeddingCache:
    """Vectors by key, for any number of encoders, each in a folder of its own (its `space`).

    A space is named by what decides a vector besides the text (see `Embedder.space`); a key is the
    sha256 of the prepared text. Vectors read once stay in memory.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._vectors: dict[str, dict[bytes, NDArray[np.float32]]] = {}
        self._seen: set[Path] = set()

    def get_many(self, space: str, keys: Sequence[bytes]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """Which keys are known, bool [n], and the vectors of those, float32 [found, dimension], in order."""
        self._read_new_shards(space)
        known = self._vectors.get(space, {})
        found = [known[key] for key in keys if key in known]
        mask = np.array([key in known for key in keys], dtype=np.bool_)
        return mask, np.stack(found) if found else np.zeros((0, 0), dtype=np.float32)

    def put_many(self, space: str, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep vectors, float32 [n, dimension], under keys of 32 bytes, as one new shard."""
        if not len(keys):
            return
        packed = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), _KEY_BYTES)
        data = save({"keys": packed, "vectors": np.ascontiguousarray(vectors, dtype=np.float32)})
        path = self.folder / space / f"{hashlib.sha256(data).hexdigest()}{_SUFFIX}"
        write_atomically(path, data)
        self._remember(space, path, packed, vectors)

    def _read_new_shards(self, space: str) -> None:
        for path in sorted((self.folder / space).glob(f"*{_SUFFIX}")):
            if path in self._seen:
                continue
            try:
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() != path.stem:
                    raise ValueError(path.name)
                tensors = load(data)
                self._remember(space, path, tensors["keys"], tensors["vectors"])
            except FileNotFoundError:
                continue  # another process has just removed it
            except (ValueError, KeyError, SafetensorError):
                path.unlink(missing_ok=True)

    def _remember(
        self, space: str, path: Path, keys: NDArray[np.uint8], vectors: NDArray[np.float32]
    ) -> None:
        self._seen.add(path)
        known = self._vectors.setdefault(space, {})
        known.update((key.tobytes(), vector) for key, vector in zip(keys, vectors, strict=True))
