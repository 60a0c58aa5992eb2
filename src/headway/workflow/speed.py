"""How many texts a second several models label, measured in turn, so that a busy moment hits all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

from headway.terminal import Progress

ROUNDS = 5
#: texts that speed is measured on
SAMPLE = 200

_WARM_UP = 8

Scorer = Callable[[Sequence[str]], object]


def spread_sample(texts: Sequence[str]) -> list[str]:
    """At most `SAMPLE` texts, spread evenly over all of them."""
    return list(texts[:: max(1, len(texts) // SAMPLE)][:SAMPLE])


def texts_per_second(
    scorers: Sequence[Scorer],
    texts: Sequence[str],
    progress: Progress,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float | None]:
    """Texts a second of each scorer on the same texts: the median of `ROUNDS` rounds; None without texts.

    In each round every scorer labels all texts once; every other round goes the other way round.
    """
    if not texts:
        return [None] * len(scorers)
    for score in scorers:
        # The first call allocates: it would make the first round slow.
        score(texts[:_WARM_UP])
    seconds: list[list[float]] = [[] for _ in scorers]
    for number in range(ROUNDS):
        progress("Measuring speed", number, ROUNDS)
        order = range(len(scorers))
        for which in reversed(order) if number % 2 else order:
            start = clock()
            scorers[which](texts)
            seconds[which].append(clock() - start)
    progress("Measuring speed", ROUNDS, ROUNDS)
    return [len(texts) / max(median(taken), 1e-9) for taken in seconds]
