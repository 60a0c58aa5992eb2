"""How many labels active learning saves: labels needed at random, over labels needed with `mix`.

On each of six public sets the training side is the pool, and its own labels answer as the annotator would.
Both strategies begin with the same ten texts drawn at random, and ask for ten at a time; after each ten the
learner of the annotation page is fitted and measured on the test rows, of which nothing is chosen by. The
curve is the mean over the seeds, and what a strategy needs is where that curve first crosses the target,
interpolated. Targets: 90 % accuracy on banking77 (`banking77.ratio`), and on all sets 95 % of what the same
learner reaches with every label of the pool (`mean_ratio`, the geometric mean over the sets on which random
needs at least 100 labels; `worst_lower_bound`). Bounds are those of 95 % by drawing the seeds anew.

English sets stand on all-MiniLM-L6-v2, Chinese ones on the shared encoder, in the precision of `--precision`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean
from typing import TYPE_CHECKING, Any

from benchmarks.auto_sets import sst5 as sst5_train
from benchmarks.auto_sets import sst5_test
from benchmarks.calibration import SETS as PUBLIC_SETS
from benchmarks.calibration import drawn
from benchmarks.inputs import Inputs, Labelled, without
from benchmarks.options import positive

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEP = 10
_SHARE_OF_FULL = 0.95
_BANKING77_TARGET = 0.90
#: random has to need so many labels before there is anything to save
_LEAST_LABELS = 100
# A curve that has been above the target for so many steps will not have its crossing moved.
_STEPS_BEYOND = 5
_DRAWS = 2_000


def _sst5(inputs: Inputs) -> tuple[Labelled, Labelled]:
    train = sst5_train(inputs)
    return train, without(sst5_test(inputs), train)


#: (language, pool and test rows)
Reader = tuple[str, Callable[[Inputs], tuple[Labelled, Labelled]]]
SETS: dict[str, Reader] = {
    "banking77": ("en", PUBLIC_SETS["banking77"]),
    "sst2": ("en", PUBLIC_SETS["sst2"]),
    "sst5": ("en", _sst5),
    "chnsenticorp": ("zh", PUBLIC_SETS["chnsenticorp"]),
    "thucnews": ("zh", PUBLIC_SETS["thucnews"]),
    "bitext": ("en", PUBLIC_SETS["bitext"]),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what to measure, and how often."""
    parser.add_argument("--sets", nargs="+", choices=tuple(SETS), default=list(SETS), help="default: all six")
    parser.add_argument("--seeds", type=positive, default=5, help="default: 5")
    parser.add_argument("--strategy", default="mix", help="set against random; default: mix")
    parser.add_argument("--precision", choices=("int8", "fp32"), default="int8", help="default: int8")
    parser.add_argument("--most-labels", type=positive, default=5_000, help="default: 5000")
    parser.add_argument("--test-rows", type=positive, default=3_000, help="at most; default: 3000")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Measure every set; `sets` has the curves."""
    found = {name: _measure_set(name, inputs, options) for name in options.sets}
    asked = {"strategy": options.strategy, "seeds": options.seeds, "precision": options.precision}
    return {**asked, **summary(found), "sets": found}


def summary(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The figures over all sets."""
    shares = [one["share_of_full"] for one in found.values()]
    counted = [one for one in shares if one["ratio"] and one["random"] >= _LEAST_LABELS]
    figures: dict[str, Any] = {
        "mean_ratio": geometric_mean(one["ratio"] for one in counted) if counted else None,
        "worst_lower_bound": min((one["lower_bound"] for one in counted), default=None),
        "n_sets": len(counted),
    }
    if "banking77" in found:
        figures["banking77"] = found["banking77"]["at_90"]
    return figures


def _measure_set(name: str, inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    import numpy as np

    task = make_task(SETS[name], inputs, options.precision, options.test_rows)
    full = task.accuracy(np.arange(len(task.pool)))
    goals = {"share_of_full": _SHARE_OF_FULL * full}
    if name == "banking77":
        goals["at_90"] = _BANKING77_TARGET
    curves = {
        strategy: task.curves(strategy, options.seeds, max(goals.values()), options.most_labels)
        for strategy in ("random", options.strategy)
    }
    judged = {goal: saving(curves["random"], curves[options.strategy], at) for goal, at in goals.items()}
    for goal, figures in judged.items():
        print(f"{name}, {goal} {100 * goals[goal]:.1f} %: {figures}", file=sys.stderr)
    return {
        "n_pool": len(task.pool),
        "classes": len(task.names),
        "n_test": len(task.test),
        "full": full,
        **judged,
        "curves": {strategy: found.tolist() for strategy, found in curves.items()},
    }


def saving(random: NDArray[np.float64], active: NDArray[np.float64], target: float) -> dict[str, Any]:
    """Labels that each needs for the target, and their ratio with the lower end of its interval.

    Curves are [seeds, steps], the first of them at `STEP` labels. None where a curve does not reach it.
    """
    import numpy as np

    needed = {
        "random": crossing(random.mean(axis=0), target),
        "active": crossing(active.mean(axis=0), target),
    }
    if needed["random"] is None or needed["active"] is None:
        return {"target": target, **needed, "ratio": None, "lower_bound": None}
    generator = np.random.default_rng(0)

    def again(curves: NDArray[np.float64]) -> float:
        rows = generator.integers(0, len(curves), len(curves))
        # A draw that never gets there needs at least all that was asked for.
        return crossing(curves[rows].mean(axis=0), target) or STEP * curves.shape[1]

    ratios = [again(random) / again(active) for _ in range(_DRAWS)]
    return {
        "target": target,
        **needed,
        "ratio": needed["random"] / needed["active"],
        "lower_bound": float(np.quantile(ratios, 0.025)),
    }


def crossing(curve: NDArray[np.float64], target: float) -> float | None:
    """Labels at which a curve first reaches the target, between two steps by a straight line."""
    reached = [step for step, accuracy in enumerate(curve) if accuracy >= target]
    if not reached:
        return None
    step = reached[0]
    if step == 0:
        return float(STEP)
    before, after = float(curve[step - 1]), float(curve[step])
    return STEP * (step + (target - before) / (after - before))


@dataclass(frozen=True)
class Task:
    """One set as vectors: what can be asked for, and what is measured on."""

    names: tuple[str, ...]
    pool: NDArray[np.float32]
    labels: NDArray[np.int64]
    test: NDArray[np.float32]
    truth: NDArray[np.int64]
    label_vectors: NDArray[np.float32]

    def accuracy(self, rows: NDArray[np.int64]) -> float:
        """Test accuracy of the learner after these rows of the pool."""
        return self.measured(self.learner(), rows)[0]

    def curves(self, strategy: str, seeds: int, target: float, most: int) -> NDArray[np.float64]:
        """Test accuracy after each step, [seeds, steps], until the mean has long been above the target."""
        import numpy as np

        runs = [_Simulation(self, strategy, seed) for seed in range(seeds)]
        found: list[list[float]] = []
        above = 0
        while above < _STEPS_BEYOND and STEP * len(found) < min(most, len(self.pool)):
            found.append([one.step() for one in runs])
            above = above + 1 if sum(found[-1]) / seeds >= target else 0
            if len(found) % 20 == 0:
                print(
                    f"{strategy}: {STEP * len(found)} labels, {sum(found[-1]) / seeds:.4f}", file=sys.stderr
                )
        return np.array(found).T

    def learner(self) -> Any:
        """A learner that knows nothing but the names of the labels."""
        from headway.annotation.learner import Learner

        return Learner(len(self.names), self.label_vectors)

    def measured(self, learner: Any, rows: NDArray[np.int64]) -> tuple[float, Any]:
        """Test accuracy of a learner after these rows of the pool, and what it has learned."""
        learned = learner.learn(self.pool[rows], self.labels[rows])
        right = learned.scores(self.test).argmax(axis=1) == self.truth
        return float(right.mean()), learned


class _Simulation:
    """One annotator with one strategy and one seed."""

    def __init__(self, task: Task, strategy: str, seed: int) -> None:
        import numpy as np

        self._task = task
        self._strategy = strategy
        self._learner = task.learner()
        self._learned: Any = None
        self._generator = np.random.default_rng([seed, 1])
        first = np.random.default_rng([seed, 0]).permutation(len(task.pool))[:STEP]
        self._rows = first.astype(np.int64)
        self._begun = False

    def step(self) -> float:
        """Ask for the next labels, learn, and measure."""
        import numpy as np

        from headway.annotation.strategies import Pool, select

        if self._begun:
            left = np.setdiff1d(np.arange(len(self._task.pool)), self._rows)
            vectors = self._task.pool[left]
            scores = None if self._strategy == "random" else self._learned.scores(vectors)
            picked = left[select(self._strategy, Pool(vectors, scores), STEP, self._generator)]
            self._rows = np.concatenate([self._rows, picked])
        self._begun = True
        accuracy, self._learned = self._task.measured(self._learner, self._rows)
        return accuracy


def make_task(reader: Reader, inputs: Inputs, precision: Any, test_rows: int) -> Task:
    """A set as vectors, measured on at most so many test rows."""
    import numpy as np

    from headway.compression import make_encoder
    from headway.inference import Embedder
    from headway.models import resolve_base
    from headway.training.label_words import label_texts

    language, read = reader
    train, test = read(inputs)
    test = drawn(test, test_rows)
    names = tuple(sorted(set(train.labels)))
    with tempfile.TemporaryDirectory(prefix="headway-saving-") as scratch:
        base = "minilm" if language == "en" else str(inputs.encoder())
        found = resolve_base(base, language, Path(scratch, "bases"))
        embedder = Embedder.load(make_encoder(found, precision, Path(scratch, "encoder")))
        vectors = [embedder.embed(texts) for texts in (train.texts, test.texts, label_texts(names))]
    labels = [np.array([names.index(label) for label in rows.labels]) for rows in (train, test)]
    return Task(names, vectors[0], labels[0], vectors[1], labels[1], vectors[2])
