from __future__ import annotations

from collections.abc import Sequence

from headway.workflow.speed import ROUNDS, SAMPLE, Scorer, spread_sample, texts_per_second


class Workshop:
    """Scorers that need as many seconds as they are told, on a clock of their own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[tuple[str, int]] = []

    def scorer(self, name: str, seconds: Sequence[float]) -> Scorer:
        """One that needs these seconds for its calls, the first of which is the warm-up."""
        left = list(seconds)

        def score(texts: Sequence[str]) -> None:
            self.calls.append((name, len(texts)))
            self.now += left.pop(0)

        return score


def measure(workshop: Workshop, *scorers: Scorer, texts: int = 100) -> list[float | None]:
    return texts_per_second(scorers, ["x"] * texts, lambda *_: None, clock=lambda: workshop.now)


def test_the_median_counts_and_the_warm_up_does_not() -> None:
    shop = Workshop()
    steady = shop.scorer("steady", [50.0, 2.0, 2.0, 2.0, 2.0, 2.0])
    disturbed = shop.scorer("disturbed", [0.0, 1.0, 99.0, 1.0, 99.0, 1.0])
    assert measure(shop, steady, disturbed) == [50.0, 100.0]


def test_scorers_take_turns_and_every_other_round_goes_the_other_way() -> None:
    shop = Workshop()
    a, b = (shop.scorer(name, [1.0] * (ROUNDS + 1)) for name in "ab")
    measure(shop, a, b)
    assert [name for name, _ in shop.calls[2:8]] == ["a", "b", "b", "a", "a", "b"]
    assert {texts for _, texts in shop.calls[2:]} == {100}


def test_nothing_is_measured_without_texts() -> None:
    shop = Workshop()
    assert measure(shop, shop.scorer("a", []), texts=0) == [None]
    assert measure(shop) == []


def test_the_sample_is_spread_over_all_texts() -> None:
    texts = [str(number) for number in range(1_000)]
    sample = spread_sample(texts)
    assert len(sample) == SAMPLE
    assert sample[0] == "0"
    assert int(sample[-1]) > 900
    assert spread_sample(texts[:3]) == ["0", "1", "2"]
