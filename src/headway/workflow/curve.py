"""The learning curve of a training: what more labels would bring, measured where it costs little."""

from __future__ import annotations

from typing import Any

from headway.training.learning_curve import learning_curve
from headway.workflow.bench import LIGHT, Bench

# With fewer rows to measure on, a curve would show chance.
_FEWEST_ROWS = 20
# Part of the budget that must be left when the next point is begun.
_RESERVE = 0.3


def measure_curve(bench: Bench, recipe: str) -> dict[str, Any]:
    """Points of the learning curve on the validation rows, and the recipe they were measured with.

    A recipe that trains the encoder would have to be trained five times; the curve is then the probe's, on
    embeddings that are there already. Empty with few validation rows, and cut short where the budget ends.
    """
    train, held_out = bench.data.train, bench.data.validation
    name = recipe if recipe in LIGHT else "probe"
    if len(held_out) < _FEWEST_ROWS or bench.request.light or (name == "probe" and bench.base is None):
        return {}
    budget = bench.watch.budget

    def go_on(done: int, total: int) -> bool:
        bench.progress("Measuring the learning curve", done, total)
        return budget is None or bench.watch.left > _RESERVE * budget

    with bench.watch.stage("learning curve"):
        points = learning_curve(
            lambda: bench.recipe(name),
            train.texts,
            train.labels,
            train.clusters,
            held_out.texts,
            held_out.labels,
            len(bench.data.names),
            seed=bench.request.seed,
            go_on=go_on,
        )
    return {"learning_curve": points, "learning_curve_recipe": name} if points else {}
