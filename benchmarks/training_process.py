"""The process of one contestant in training: `python -m benchmarks.training_process`.

The job comes as one line of JSON on stdin. A contestant with test texts trains to the end and answers with
its accuracy on them; any other waits after each turn (`benchmarks.paced`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from benchmarks.inputs import Labelled
from benchmarks.paced import Pace, own_pipes
from benchmarks.trainer_rival import encoded, run_trainer
from benchmarks.training_job import TrainingJob, our_settings, read_rows


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
    left, right = (torch.randn(job.product_side, job.product_side).to(kind) for _ in range(2))
    while True:
        torch.mm(left, right)
        on_step(0, 0)


def accuracy(job: TrainingJob, rows: Labelled, folder: Path) -> float:
    """Train to the end and measure on the test rows."""
    test, names = read_rows(job.test), sorted(set(rows.labels))
    if job.side == "ours":
        best = run_ours(job, rows, folder, None).scores(test.texts).argmax(axis=1).tolist()
        right: list[bool] = [names[at] == label for at, label in zip(best, test.labels, strict=True)]
    else:
        from transformers import AutoTokenizer

        trainer = run_trainer(job, rows, folder, lambda rows, tokens: None)
        tokenizer = AutoTokenizer.from_pretrained(job.base)
        found = trainer.predict(encoded(tokenizer, test, names, job.max_length))
        # It groups these by length, too: the order is that of its own labels.
        right = (found.predictions.argmax(axis=1) == found.label_ids).tolist()
    return sum(right) / len(right)


def main(orders: IO[str], answers: IO[str]) -> None:
    """Do the job."""
    job = TrainingJob(**json.loads(orders.readline()))
    sizes: list[tuple[int, int]] = []
    pace = Pace(orders, answers, lambda step: sizes[step])

    def on_step(rows: int, tokens: int) -> None:
        sizes.append((rows, tokens))
        pace.step()

    import torch

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
