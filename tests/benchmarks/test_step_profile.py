"""A profile of a tiny training: every part is seen, and nothing of the marks stays behind."""

from __future__ import annotations

import pytest

from benchmarks.profiled_parts import PARTS
from benchmarks.step_profile import measure, product_flops
from benchmarks.training_job import TrainingJob
from headway.models import packed
from headway.training.optimizer import Optimizer
from tests.benchmarks.test_training_process import ROWS
from tests.projects import tiny_base


def test_the_parts_of_a_step_are_seen_and_add_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    before = packed.run_layer, Optimizer.step
    base = tiny_base(tmp_path_factory.getbasetemp())
    job = TrainingJob("ours", base=str(base), batch_size=8, epochs=1)
    found = measure(job, ROWS, steps=3, warm_up=2, peak=1e9)
    parts = found["milliseconds"]
    assert set(parts) == {*PARTS, "python"}
    assert all(parts[name] > 0 for name in PARTS)
    assert sum(parts.values()) == pytest.approx(found["profiled_step_ms"])
    assert sum(found["shares"].values()) == pytest.approx(1.0)
    assert found["tokens_per_step"] > 8
    assert (packed.run_layer, Optimizer.step) == before


def test_without_trained_embeddings_no_rows_are_updated(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tiny_base(tmp_path_factory.getbasetemp())
    job = TrainingJob("ours", base=str(base), batch_size=8, frozen_embeddings=True)
    parts = measure(job, ROWS, steps=2, warm_up=1, peak=1e9)["milliseconds"]
    assert parts["embedding_rows"] == 0
    assert parts["matrix_backward"] > 0


def test_a_product_has_a_rate() -> None:
    assert product_flops(bf16=False) > 0
