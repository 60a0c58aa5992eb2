from __future__ import annotations

from pathlib import Path

from headway.inference import EmbeddingCache
from headway.models import resolve_base
from headway.project import Project
from headway.text import DEFAULT_STEPS
from headway.workflow.encoders import embed_all, encoder_folder, open_embedder


def test_an_encoder_is_made_once_a_precision(fresh: Project, base: str, tmp_path: Path) -> None:
    found = resolve_base(base, "zh", tmp_path)
    first = encoder_folder(fresh.store, found, "fp32")
    made = (first / "model.onnx").stat().st_mtime_ns
    assert encoder_folder(fresh.store, found, "fp32") == first
    assert (first / "model.onnx").stat().st_mtime_ns == made
    assert encoder_folder(fresh.store, found, "int8") != first


def test_all_texts_are_embedded_in_portions_the_longest_first(
    fresh: Project, base: str, tmp_path: Path
) -> None:
    folder = encoder_folder(fresh.store, resolve_base(base, "zh", tmp_path), "fp32")
    embedder = open_embedder(fresh.store, folder, DEFAULT_STEPS)
    texts = [f"退 {'x' * (number % 7)} {number}" for number in range(1_500)] * 2
    steps: list[tuple[int, int, float]] = []

    def go_on(done: int, total: int, share: float) -> bool:
        steps.append((done, total, share))
        return True

    assert embed_all(embedder, texts, go_on)
    assert [step[:2] for step in steps] == [(1_024, 1_500), (1_500, 1_500)]
    assert steps[0][2] > 1_024 / 1_500
    assert steps[1][2] == 1.0
    cache = EmbeddingCache(fresh.store.folder / "cache" / "embeddings")
    assert len(list(cache.folder.rglob("*.safetensors"))) == 2


def test_embedding_can_be_stopped_and_what_was_done_is_kept(
    fresh: Project, base: str, tmp_path: Path
) -> None:
    folder = encoder_folder(fresh.store, resolve_base(base, "zh", tmp_path), "fp32")
    embedder = open_embedder(fresh.store, folder, DEFAULT_STEPS)
    texts = [f"text {number}" for number in range(1_100)]
    assert not embed_all(embedder, texts, lambda done, total, share: False)
    assert len(list((fresh.store.folder / "cache" / "embeddings").rglob("*.safetensors"))) == 1
