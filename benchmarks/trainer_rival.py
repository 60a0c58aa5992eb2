"""The rival in training: transformers' `Trainer` at its best, with peft for low-rank adapters.

At its best means: texts of like length in a batch (`group_by_length`), each batch padded to its longest
text, the fused AdamW, bf16 where the machine has it; nothing is evaluated, saved or logged on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.inputs import Labelled
from benchmarks.training_job import TrainingJob
from headway.errors import MissingExtraError


def run_trainer(job: TrainingJob, rows: Labelled, folder: Path, on_step: Callable[[int, int], None]) -> Any:
    """Train as the job says, telling rows and tokens (without padding) of each step; gives the `Trainer`.

    `folder` is scratch space. Raises `MissingExtraError` without accelerate, or without peft where adapters
    are wanted.
    """
    needed = ["accelerate", "peft"] if job.recipe == "lora" else ["accelerate"]
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        words = f"The rival in training needs {' and '.join(missing)}."
        raise MissingExtraError(words, next_step=f"pip install {' '.join(missing)}")
    from transformers import AutoTokenizer, Trainer, TrainerCallback, set_seed

    tokenizer = AutoTokenizer.from_pretrained(job.base)
    collate, sizes = _counting(tokenizer)

    class Told(TrainerCallback):  # type: ignore[misc]  # transformers is not typed here
        def on_step_end(self, _arguments: Any, state: Any, _control: Any, **_: Any) -> None:
            on_step(*sizes[state.global_step - 1])

    names = sorted(set(rows.labels))
    set_seed(job.seed)
    trainer = Trainer(
        make_model(job, len(names)),
        _arguments(job, folder),
        train_dataset=encoded(tokenizer, rows, names, job.max_length),
        data_collator=collate,
        callbacks=[Told()],
    )
    trainer.train()
    return trainer


def make_model(job: TrainingJob, n_labels: int) -> Any:
    """The base with a new head, adapters or frozen embeddings as the job says; the rest is trained."""
    import torch
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(
        job.base, num_labels=n_labels, dtype=torch.float32
    )
    if job.recipe == "lora":
        from peft import LoraConfig, TaskType, get_peft_model

        targets = ["query", "value"]
        return get_peft_model(
            model,
            LoraConfig(
                task_type=TaskType.SEQ_CLS, r=8, lora_alpha=16, lora_dropout=0.0, target_modules=targets
            ),
        )
    if job.frozen_embeddings:
        model.base_model.embeddings.requires_grad_(False)
    return model


def encoded(tokenizer: Any, rows: Labelled, names: list[str], max_length: int) -> list[dict[str, Any]]:
    """Token ids and the number of its label for each row, as the `Trainer` takes them."""
    number = {label: index for index, label in enumerate(names)}
    ids = tokenizer(rows.texts, truncation=True, max_length=max_length)["input_ids"]
    return [
        {"input_ids": one, "attention_mask": [1] * len(one), "labels": number[label]}
        for one, label in zip(ids, rows.labels, strict=True)
    ]


def _counting(tokenizer: Any) -> tuple[Callable[[list[dict[str, Any]]], Any], list[tuple[int, int]]]:
    """Dynamic padding, and the rows and tokens of each batch in the order they are asked for."""
    from transformers import DataCollatorWithPadding

    pad, sizes = DataCollatorWithPadding(tokenizer), list[tuple[int, int]]()

    def collate(batch: list[dict[str, Any]]) -> Any:
        sizes.append((len(batch), sum(len(one["input_ids"]) for one in batch)))
        return pad(batch)

    return collate, sizes


def _arguments(job: TrainingJob, folder: Path) -> Any:
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=job.epochs,
        per_device_train_batch_size=job.batch_size,
        per_device_eval_batch_size=job.batch_size,
        learning_rate=job.learning_rate,
        weight_decay=job.weight_decay,
        warmup_steps=job.warmup,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        optim="adamw_torch_fused",
        train_sampling_strategy="group_by_length",
        bf16=job.bf16,
        use_cpu=True,
        seed=job.seed,
        save_strategy="no",
        eval_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
