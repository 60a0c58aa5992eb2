"""Encoders of a project: each base model is made into an artefact once and its embeddings are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from headway.compression import make_encoder
from headway.inference import Embedder, EmbeddingCache
from headway.models import BaseModel
from headway.store import Store

Precision = Literal["fp32", "int8"]

# Embeddings are kept after each portion: an interrupted run goes on where it was.
_PORTION = 1_024


def encoder_folder(store: Store, base: BaseModel, precision: Precision) -> Path:
    """The encoder artefact of a base model, made where this project does not have it yet."""
    folder = store.folder / "cache" / "encoders" / f"{base.sha256[:16]}-{precision}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    return make_encoder(base, precision, folder)


def open_embedder(
    store: Store, encoder: Path, preparation: tuple[str, ...], threads: int | None = None
) -> Embedder:
    """The embedder of an encoder artefact for texts prepared so, with the project's cache of embeddings."""
    cache = EmbeddingCache(store.folder / "cache" / "embeddings")
    return Embedder.load(encoder, threads, cache=cache, verify=False, preparation=preparation)


def embed_all(embedder: Embedder, texts: Sequence[str], go_on: Callable[[int, int, float], bool]) -> bool:
    """Fill the embedder's cache with texts, a portion at a time; returns whether all were embedded.

    After each portion `go_on` is given the texts done, all texts, and the share of the work that is done
    (by characters); it stops the work by returning False.
    """
    # Texts of similar length together: a portion then holds little padding. The longest first, so that
    # the time that is left is guessed too high rather than too low.
    ordered = sorted(set(texts), key=lambda text: (-len(text), text))
    work = sum(map(len, ordered)) or 1
    done = 0
    for start in range(0, len(ordered), _PORTION):
        portion = ordered[start : start + _PORTION]
        embedder.embed(portion)
        done += sum(map(len, portion))
        if not go_on(start + len(portion), len(ordered), done / work):
            return False
    return True
