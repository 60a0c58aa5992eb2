"""The command line: `python -m benchmarks NAME [--json] [--data DIR] [--models DIR]`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from benchmarks.inputs import Inputs
from benchmarks.machine import CHECKOUT, describe_machine, load
from benchmarks.options import positive
from benchmarks.results import save_result, table
from headway.errors import HeadwayError

#: name → help line; the module of the same name holds the benchmark
BENCHMARKS: dict[str, str] = {
    "calibration": "Calibration error on six sets, before and after the temperature fitted in training.",
    "fewshot": "Eight labels a class on six sets: recipes fewshot and probe, SetFit on the same encoder.",
    "file_to_model": "From a file to a promoted model by the command line; Chinese: what the model gains.",
    "import_million": "Import, clean and near-duplicates of a million texts: seconds, memory, growth.",
    "mutated_files": "Damaged files of every format: no traceback, and no row lost in silence.",
    "label_saving": "Labels needed at random, over labels needed with active learning, on six sets.",
    "linear_fit": "Fitting the linear model of the baseline: our objective, scikit-learn's solver.",
    "personal_data": "Personal data, both languages: precision and recall on sentences of our own making.",
    "restore_drill": "Backups under writes, restored and compared; damaged ones refused by name.",
    "planted_leaks": "Copies, near-duplicates and customers planted into public sets: what crosses a split.",
    "predictor_rate": "Texts per second, int8: our predictor, plain onnxruntime, a transformers pipeline.",
    "training_throughput": "Examples per second in training: recipe full, the Trainer of transformers.",
    "lora_throughput": "Examples per second in training adapters: recipe lora, peft under the Trainer.",
    "step_profile": "Where the time of a training step goes, and which part of the peak is reached.",
    "auto_choice": "Accuracy of auto against the best single recipe's in the same time, on eight sets.",
    "recipe_gains": "What fewshot, lora and full bring beyond baseline and probe, on five other sets.",
    "annotator_swarm": "Forty people label at once: overlap, texts seen twice, time to an acknowledgement.",
    "lost_updates": "Two pages change one answer at the same moment: changes that are lost in silence.",
    "repeated_submissions": "Every answer sent up to five times at once, and over a kill: what counts twice.",
    "kill_server": "The console is killed while people label: labels that are lost, or there twice.",
    "power_cuts": "Simulated power cuts while people label: labels lost or there twice, damaged databases.",
    "labelling_latency": "From a label's key to the next text painted, in Chromium, with 10,000 texts.",
    "forecast_coverage": "How often what the next 200 labels are said to bring comes true, on six sets.",
    "learner_refresh": "Seconds of a round of the learner with 1,000 and 5,000 labels, while people label.",
    "resume_exact": "Trainings killed at random moments and resumed: how often the end is the same.",
}


class Benchmark(Protocol):
    """What a benchmark's module offers. Importing it loads nothing heavy."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the benchmark's own options."""

    def run(self, inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
        """Measure, and give the figures as plain data."""


def build_parser() -> argparse.ArgumentParser:
    """One subcommand for each benchmark, with the common options and its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, line in BENCHMARKS.items():
        command = names.add_parser(name, help=line, description=line)
        command.add_argument("--json", action="store_true", help="one JSON object on stdout, nothing else")
        command.add_argument("--data", type=Path, default=CHECKOUT.parent / "shared" / "data", metavar="DIR")
        command.add_argument(
            "--models", type=Path, default=CHECKOUT.parent / "shared" / "models", metavar="DIR"
        )
        command.add_argument("--repeats", type=positive, default=3, help="default: 3")
        command.add_argument("--results", type=Path, default=CHECKOUT / "results", metavar="DIR")
        load_benchmark(name).add_options(command)
    return parser


def load_benchmark(name: str) -> Benchmark:
    """The module of a benchmark."""
    return cast(Benchmark, importlib.import_module(f"benchmarks.{name}"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark, keep its result as a file and print it; gives the exit code."""
    options = build_parser().parse_args(arguments)
    before = load()
    try:
        figures = load_benchmark(options.name).run(Inputs(options.data, options.models), options)
        result = {"benchmark": options.name, **figures, "load_before": before, "machine": describe_machine()}
        path = save_result(options.results, options.name, result)
    except HeadwayError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    print(json.dumps(result, ensure_ascii=False) if options.json else table(result))
    print(f"Kept as {path}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
