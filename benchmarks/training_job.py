"""What a contestant in training is to do, and its process: `python -m benchmarks.training_job`.

The job comes as one line of JSON on stdin. A contestant with test texts trains to the end and answers with
its accuracy on them; any other waits after each turn (`benchmarks.paced`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from benchmarks.inputs import Labelled
from benchmarks.paced import Pace, own_pipes

#: side of the square matrices whose product is the machine's peak
PRODUCT = 2_048


@dataclass(frozen=True)
class TrainingJob:
    """One contestant: who trains what, and how."""

    #: "product" multiplies matrices instead, to measure the machine's peak
    side: Literal["ours", "trainer", "product"]
    #: a JSON file with `texts` and `labels`; "" for a product
    rows: str = ""
    #: the folder of the base model
    base: str = ""
    recipe: Literal["full", "lora"] = "full"
    bf16: bool = False
    frozen_embeddings: bool = False
    batch_size: int = 32
    max_length: int = 64
    epochs: int = 4
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup: float = 0.1
    seed: int = 0
    #: a JSON file as `rows`: train to the end and measure on these
    test: str = ""


def run_ours(
    job: TrainingJob, rows: Labelled, folder: Path, on_step: Callable[[int, int], None] | None
) -> Any:
    """Train by our recipe as the job says, telling rows and tokens of each step; gives what was fitted."""
    import numpy as np

    from headway.models import resolve_base
    from headway.training.events import Event
    from headway.training.recipe import Context, read_settings, recipe_class

    names = tuple(sorted(set(rows.labels)))
    base = resolve_base(job.base, "en", folder / "models")
    sizes = _sizes(job, rows, base) if on_step else []

    def tell(event: Event) -> None:
        if event.kind == "step" and on_step:
            on_step(*sizes[event.step - 1])

    recipe = recipe_class(job.recipe)
    context = Context(names=names, base=base, seed=job.seed, scratch=folder, on_event=tell)
    labels = np.array([names.index(label) for label in rows.labels], dtype=np.int64)
    settings = read_settings(recipe.Settings, our_settings(job))
    return recipe(settings, context).fit(rows.texts, labels, len(names))


def our_settings(job: TrainingJob) -> dict[str, str]:
    """The job as settings of our recipe, in the words of `--set`."""
    shared = ("batch_size", "max_length", "epochs", "learning_rate", "weight_decay", "warmup")
    settings = {name: str(getattr(job, name)) for name in shared} | {"bf16": "yes" if job.bf16 else "no"}
    return settings | ({"freeze_embeddings": "yes"} if job.frozen_embeddings else {})


def _sizes(job: TrainingJob, rows: Labelled, base: Any) -> list[tuple[int, int]]:
    """Rows and tokens of each step; the batches are drawn by seed and epoch alone."""
    from headway.text import DEFAULT_STEPS
    from headway.training.token_batches import epoch_batches, tokenise

    lengths = [len(ids) for ids in tokenise(base, DEFAULT_STEPS, rows.texts, job.max_length)]
    return [
        (len(batch), sum(lengths[row] for row in batch.tolist()))
        for epoch in range(job.epochs)
        for batch in epoch_batches(len(rows), job.batch_size, seed=job.seed, epoch=epoch)
    ]


def multiply(job: TrainingJob, on_step: Callable[[int, int], None]) -> None:
    """Multiply square matrices for ever, one product a step."""
    import torch

    kind = torch.bfloat16 if job.bf16 else torch.float32
    left, right = (torch.randn(PRODUCT, PRODUCT).to(kind) for _ in range(2))
    while True:
        torch.mm(left, right)
        on_step(0, 0)


def read_rows(path: str) -> Labelled:
    """Texts and labels from a JSON file."""
    return Labelled(**json.loads(Path(path).read_text("utf-8")))


def write_rows(path: Path, rows: Labelled) -> str:
    """Write texts and labels as a JSON file and give its path."""
    path.write_text(json.dumps(vars(rows), ensure_ascii=False), "utf-8")
    return str(path)


def accuracy(job: TrainingJob, rows: Labelled, folder: Path) -> float:
    """Train to the end and measure on the test rows."""
    from benchmarks.trainer_rival import encoded, run_trainer

    test, names = read_rows(job.test), sorted(set(rows.labels))
    if job.side == "ours":
        best = run_ours(job, rows, folder, None).scores(test.texts).argmax(axis=1)
    else:
        from transformers import AutoTokenizer

        trainer = run_trainer(job, rows, folder, lambda rows, tokens: None)
        tokenizer = AutoTokenizer.from_pretrained(job.base)
        best = trainer.predict(encoded(tokenizer, test, job.max_length)).predictions.argmax(axis=1)
    right = sum(names[place] == label for place, label in zip(best.tolist(), test.labels, strict=True))
    return right / len(test)


def main(orders: IO[str], answers: IO[str]) -> None:
    """Do the job."""
    job = TrainingJob(**json.loads(orders.readline()))
    sizes: list[tuple[int, int]] = []
    pace = Pace(orders, answers, lambda step: sizes[step])

    def on_step(rows: int, tokens: int) -> None:
        sizes.append((rows, tokens))
        pace.step()

    import torch

    from benchmarks.trainer_rival import run_trainer
    from headway.inference.sessions import thread_count

    torch.set_num_threads(thread_count())
    with tempfile.TemporaryDirectory(prefix="headway-training-") as scratch:
        if job.side == "product":
            multiply(job, on_step)
        elif job.test:
            found = accuracy(job, read_rows(job.rows), Path(scratch))
            print(json.dumps({"accuracy": found}), file=answers, flush=True)
        elif job.side == "ours":
            run_ours(job, read_rows(job.rows), Path(scratch), on_step)
        else:
            run_trainer(job, read_rows(job.rows), Path(scratch), on_step)


if __name__ == "__main__":
    main(*own_pipes())
