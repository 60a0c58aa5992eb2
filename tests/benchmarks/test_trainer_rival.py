"""What the rival trains, and that it is the same texts and tokens that we train on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from benchmarks import trainer_rival
from benchmarks.inputs import Labelled
from benchmarks.trainer_rival import encoded, make_model, run_trainer
from benchmarks.training_job import TrainingJob
from headway.errors import MissingExtraError
from tests.projects import mixed, tiny_base

ROWS = Labelled(*map(list, zip(*mixed(40), strict=True)))


@pytest.fixture
def job(tmp_path_factory: pytest.TempPathFactory) -> TrainingJob:
    base = str(tiny_base(tmp_path_factory.getbasetemp()))
    return TrainingJob("trainer", base=base, batch_size=16, epochs=1, max_length=12)


def trained(job: TrainingJob) -> set[str]:
    """Names of the parameters that the job trains."""
    model = make_model(job, 5)
    return {name for name, one in model.named_parameters() if one.requires_grad}


def test_full_trains_all_and_frozen_embeddings_stay(job: TrainingJob) -> None:
    everything = trained(job)
    assert {name for name in everything if "embeddings" in name}
    without_embeddings = trained(dataclasses.replace(job, frozen_embeddings=True))
    assert without_embeddings == {name for name in everything if "embeddings" not in name}


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
def test_adapters_stand_beside_query_and_value_only(job: TrainingJob) -> None:
    pytest.importorskip("peft")
    names = trained(dataclasses.replace(job, recipe="lora"))
    adapters = {name for name in names if "lora" in name}
    assert {name.split(".lora_")[0].rpartition(".")[2] for name in adapters} == {"query", "value"}
    assert all("classifier" in name for name in names - adapters)
    assert names - adapters


def test_texts_are_cut_and_labels_numbered_by_the_names_that_are_given(job: TrainingJob) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(job.base)
    rows = Labelled(["退款 " * 50, "refund"], ["b", "a"])
    found = encoded(tokenizer, rows, ["a", "b", "c"], 12)
    assert [one["labels"] for one in found] == [1, 0]
    assert [len(one["input_ids"]) for one in found] == [12, 3]
    assert [sum(one["attention_mask"]) for one in found] == [12, 3]


def test_it_tells_rows_and_tokens_of_each_step(job: TrainingJob, tmp_path: Path) -> None:
    pytest.importorskip("accelerate")
    told: list[tuple[int, int]] = []
    trainer = run_trainer(job, ROWS, tmp_path, lambda rows, tokens: told.append((rows, tokens)))
    lengths = [len(one["input_ids"]) for one in trainer.train_dataset]
    assert [rows for rows, _ in told] == [16, 16, 8]
    assert sum(tokens for _, tokens in told) == sum(lengths)
    assert trainer.optimizer.defaults["fused"]
    assert not list(tmp_path.rglob("*.safetensors"))


def test_what_is_not_installed_is_named(
    job: TrainingJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_rival, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="accelerate and peft"):
        run_trainer(dataclasses.replace(job, recipe="lora"), ROWS, tmp_path, lambda rows, tokens: None)
