"""A contestant's job as settings of our recipes, and its rows as a file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from benchmarks.inputs import Labelled
from benchmarks.training_job import TrainingJob, our_settings, read_rows, write_rows
from headway.training.full import FullSettings
from headway.training.lora import LoraSettings
from headway.training.recipe import read_settings


@pytest.mark.parametrize("bf16", [True, False])
def test_both_recipes_take_the_settings_of_a_job(bf16: bool) -> None:
    job = TrainingJob("ours", bf16=bf16, batch_size=128, max_length=16, epochs=7, learning_rate=3e-4)
    for kind in (FullSettings, LoraSettings):
        settings = read_settings(kind, our_settings(job))
        assert (settings.batch_size, settings.max_length, settings.epochs) == (128, 16, 7)
        assert (settings.learning_rate, settings.bf16) == (3e-4, "yes" if bf16 else "no")
    frozen = dataclasses.replace(job, frozen_embeddings=True)
    assert read_settings(FullSettings, our_settings(frozen)).freeze_embeddings


def test_rows_of_both_languages_come_back(tmp_path: Path) -> None:
    rows = Labelled(["退款 \u2028", 'a "quoted"\nline'], ["退款", "refund"])
    assert read_rows(write_rows(tmp_path / "rows.json", rows)) == rows
