"""The rival of `file_to_model`: a plain fine-tune with the `Trainer` of transformers."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.inputs import Labelled
from headway.errors import MissingExtraError

EPOCHS = 4
LEARNING_RATE = 3e-4
MAX_LENGTH = 64


@dataclass(frozen=True)
class FineTuned:
    """Seconds from the texts to the predictions for the test texts, and how many of those are right."""

    seconds: float
    accuracy: float


def fine_tune(train: Labelled, test: Labelled) -> FineTuned:
    """Fine-tune all-MiniLM-L6-v2 for four epochs: bf16, batches of 32 padded to their longest text.

    Everything else is the default of transformers, but for the learning rate (3e-4 with a linear warm-up
    over a tenth of the steps), which suits so small a model. Raises `MissingExtraError` without accelerate.
    """
    if find_spec("accelerate") is None:
        raise MissingExtraError("The plain fine-tune needs accelerate.", next_step="pip install accelerate")
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
    )

    from headway.models import resolve_base

    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="headway-benchmark-") as scratch:
        base = resolve_base("minilm", "en", Path(scratch, "models")).folder
        labels = sorted(set(train.labels))
        tokenizer = AutoTokenizer.from_pretrained(base)
        model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(labels))
        trainer = Trainer(
            model=model,
            args=_arguments(Path(scratch, "run"), len(train)),
            train_dataset=_encoded(tokenizer, train, labels),
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        trainer.train()
        logits = trainer.predict(_encoded(tokenizer, test, labels)).predictions
    best = [labels[i] for i in logits.argmax(axis=1)]
    right = sum(truth == label for truth, label in zip(test.labels, best, strict=True))
    return FineTuned(time.perf_counter() - start, right / len(test))


def _arguments(folder: Path, rows: int) -> Any:
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=EPOCHS,
        per_device_train_batch_size=32,
        per_device_eval_batch_size=32,
        learning_rate=LEARNING_RATE,
        warmup_steps=rows * EPOCHS // 32 // 10,
        bf16=True,
        use_cpu=True,
        seed=0,
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )


def _encoded(tokenizer: Any, rows: Labelled, labels: list[str]) -> list[dict[str, Any]]:
    number = {label: index for index, label in enumerate(labels)}
    encoded = tokenizer(rows.texts, truncation=True, max_length=MAX_LENGTH)
    return [
        {**{name: column[i] for name, column in encoded.items()}, "labels": number[label]}
        for i, label in enumerate(rows.labels)
    ]
