"""Raw texts to vectors, by an encoder artefact."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headway.errors import ModelError
from headway.inference.cache import EmbeddingCache
from headway.inference.engine import GraphEngine
from headway.inference.tokenize import TextTokenizer, TokenStatistics, prepare_texts
from headway.registry.manifest import Manifest, read_manifest


class Embedder:
    """Computes all embeddings of the project: for training a probe, choosing what to label, drift."""

    def __init__(
        self,
        manifest: Manifest,
        tokenizer: TextTokenizer,
        engine: GraphEngine,
        cache: EmbeddingCache | None = None,
    ) -> None:
        self.manifest = manifest
        self._tokenizer = tokenizer
        self._engine = engine
        self._cache = cache

    @classmethod
    def load(
        cls,
        folder: Path,
        threads: int | None = None,
        cache: EmbeddingCache | None = None,
        *,
        verify: bool = True,
        preparation: tuple[str, ...] = (),
    ) -> Embedder:
        """Open an encoder artefact, to embed texts after the steps of `preparation`, else the encoder's own.

        Raises `CorruptArtifactError` naming the file that is not as written, and `ModelError` for a folder
        that holds no encoder.
        """
        manifest = read_manifest(folder, verify=verify)
        if manifest.kind != "encoder":
            raise ModelError(f"{folder} holds a {manifest.kind}; an encoder was expected.")
        if preparation:
            manifest = dataclasses.replace(manifest, preparation=preparation)
        tokenizer = TextTokenizer(folder / "tokenizer.json", manifest.max_length, manifest.prefix)
        return cls(manifest, tokenizer, GraphEngine(folder / "model.onnx", threads), cache)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._engine.dimension

    @property
    def space(self) -> str:
        """A hash of everything that decides a vector besides the text. Vectors of two spaces do not mix."""
        manifest = self.manifest
        files = [manifest.files[name]["sha256"] for name in ("model.onnx", "tokenizer.json")]
        parts = [*files, manifest.preparation, manifest.prefix, manifest.max_length, manifest.precision]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1 for raw texts: float32 [n, dimension], in the given order.

        Raises `UsageError` naming the first entry that is not a string.
        """
        prepared = prepare_texts(texts, self.manifest)
        if self._cache is None:
            return self._compute(prepared)
        keys = [hashlib.sha256(text.encode()).digest() for text in prepared]
        found, known = self._cache.get_many(self.space, keys)
        vectors = np.empty((len(prepared), self.dimension), dtype=np.float32)
        vectors[found] = known.reshape(-1, self.dimension)
        missing = np.flatnonzero(~found)
        if len(missing):
            vectors[missing] = self._compute([prepared[i] for i in missing])
            self._cache.put_many(self.space, [keys[i] for i in missing], vectors[missing])
        return vectors

    def statistics(self, texts: Sequence[str]) -> TokenStatistics:
        """How well the encoder's vocabulary and length suit raw texts."""
        return self._tokenizer.statistics(prepare_texts(texts, self.manifest))

    def _compute(self, prepared: Sequence[str]) -> NDArray[np.float32]:
        return self._engine.run(self._tokenizer.encode(prepared))
