"""Runs in SetFit's own environment: a request as JSON on stdin, the answer as the last line of stdout.

It stands alone: neither Headway nor the other benchmarks can be imported there. Settings are SetFit's own
but for the number of iterations and the seed; nothing is logged or saved on the way.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from importlib.metadata import version
from typing import Any


def main() -> None:
    """Answer the request on stdin."""
    answer = _answer(json.load(sys.stdin))
    print(json.dumps(answer))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    import torch  # type: ignore[import-not-found,unused-ignore]
    from datasets import Dataset  # type: ignore[import-untyped,unused-ignore]
    from setfit import (  # type: ignore[import-not-found,unused-ignore]
        SetFitModel,
        Trainer,
        TrainingArguments,
    )

    torch.set_num_threads(request["threads"])
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        model = SetFitModel.from_pretrained(request["encoder"])
        arguments = TrainingArguments(
            output_dir=scratch,
            num_iterations=request["iterations"],
            seed=request["seed"],
            report_to="none",
            save_strategy="no",
            logging_strategy="no",
            show_progress_bar=False,
        )
        rows = Dataset.from_dict({"text": request["texts"], "label": request["labels"]})
        Trainer(model=model, args=arguments, train_dataset=rows).train()
        trained = time.perf_counter()
        predicted = [str(label) for label in model.predict(request["test"], as_numpy=True)]
    return {
        "predicted": predicted,
        "seconds": time.perf_counter() - start,
        "train_seconds": trained - start,
        "versions": {name: version(name) for name in ("setfit", "sentence-transformers", "torch")},
    }


if __name__ == "__main__":
    main()
