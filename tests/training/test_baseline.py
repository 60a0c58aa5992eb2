from __future__ import annotations

import random

import numpy as np
import pytest

from headway.text import DEFAULT_STEPS
from headway.training.baseline import Baseline, BaselineSettings, FittedBaseline
from headway.training.recipe import Context
from tests.projects import mixed, toy

LABELS = ["a", "b"]


def fit(rows: list[tuple[str, str]], **settings: float) -> FittedBaseline:
    names = sorted({label for _, label in rows})
    labels = np.array([names.index(label) for _, label in rows])
    made = BaselineSettings(**settings)  # type: ignore[arg-type]
    return Baseline(made).fit([text for text, _ in rows], labels, len(names))


def test_it_learns_both_languages() -> None:
    rows = mixed(600)
    names = sorted({label for _, label in rows})
    fitted = fit(rows[:500])
    for language in (0, 1):
        held_out = rows[500 + language :: 2]
        predicted = fitted.scores([text for text, _ in held_out]).argmax(axis=1)
        right = [names[best] == label for best, (_, label) in zip(predicted, held_out, strict=True)]
        assert np.mean(right) > 0.5  # eight labels: chance is 0.2


def test_the_order_of_the_rows_does_not_change_the_model() -> None:
    rows = mixed(200)
    shuffled = random.Random(1).sample(rows, len(rows))
    first, second = fit(rows), fit(shuffled)
    assert list(first.features.vocabulary.items()) == list(second.features.vocabulary.items())
    np.testing.assert_array_equal(first.features.idf, second.features.idf)
    texts = [text for text, _ in rows]
    np.testing.assert_allclose(first.scores(texts), second.scores(texts), atol=2e-3)


def test_ngrams_are_counted_after_the_steps_asked_for() -> None:
    labels = np.array([0, 1] * 3)
    loose = ["好  好", "坏  坏"] * 3
    default = Baseline(BaselineSettings()).fit(loose, labels, 2)
    kept = Baseline(BaselineSettings(), Context(preparation=("unicode-nfc@1",))).fit(loose, labels, 2)
    assert (default.preparation, kept.preparation) == (DEFAULT_STEPS, ("unicode-nfc@1",))
    assert "好 好" in default.features.vocabulary
    assert "好  好" in kept.features.vocabulary
    tight = ["好 好", "坏 坏"]
    np.testing.assert_array_equal(default.scores(loose[:2]), default.scores(tight))
    assert np.abs(kept.scores(loose[:2]) - kept.scores(tight)).max() > 1e-3


def test_the_same_rows_give_the_same_bytes() -> None:
    first, second = fit(mixed(100)), fit(mixed(100))
    assert first.model.weights.tobytes() == second.model.weights.tobytes()


def test_the_most_frequent_ngrams_are_kept_and_rare_ones_left_out() -> None:
    rows = toy()
    assert len(fit(rows, max_features=7).features.vocabulary) == 7
    common = fit(rows, min_texts=15).features.vocabulary
    assert "退款" in common
    assert not any(digit in gram for gram in common for digit in "3456789")


def test_texts_of_one_character_can_be_learned() -> None:
    fitted = fit([("好", "good"), ("坏", "bad")] * 3)
    assert fitted.scores(["坏", "好"]).argmax(axis=1).tolist() == [0, 1]


@pytest.mark.parametrize("texts", [["x"], ["好", "b"]])
def test_texts_without_a_common_ngram_still_give_a_model(texts: list[str]) -> None:
    rows = [(text, LABELS[number % 2]) for number, text in enumerate(texts)]
    fitted = fit(rows, ngram_low=5, ngram_high=5)
    scores = fitted.scores([*texts, "", "something else 别的"])
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)


def test_no_text_gives_no_scores() -> None:
    assert fit(toy()).scores([]).shape == (0, 2)
