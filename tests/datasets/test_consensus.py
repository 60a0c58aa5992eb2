from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.datasets.answers import Answers
from headway.datasets.consensus import dawid_skene, majority
from tests.datasets.published import anaesthetists


def test_the_anaesthetists_are_judged_as_in_the_paper() -> None:
    found = dawid_skene(anaesthetists(), pooling=0)
    # Table 2 of Dawid and Skene: 40, 42, 11 and 7 of a hundred patients.
    np.testing.assert_allclose(found.prior, [0.40, 0.42, 0.11, 0.07], atol=5e-3)
    # The first observer, who judged each patient three times.
    np.testing.assert_allclose(found.confusion[0].diagonal()[:2], [0.89, 0.88], atol=0.02)


def simulated(skills: dict[str, float], n_items: int, seed: int) -> tuple[Answers, np.ndarray]:
    """Items with three labels, and annotators who are right that often, else anything."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 3, n_items)
    said = [
        (str(item), who, str(truth[item] if generator.random() < skill else generator.integers(0, 3)))
        for item in range(n_items)
        for who, skill in skills.items()
    ]
    return Answers.of(said, labels="012"), truth


def test_one_good_annotator_outweighs_several_who_guess() -> None:
    answers, truth = simulated({"李": 0.95, "b": 0.2, "c": 0.2, "d": 0.2}, 400, seed=1)
    by_consensus = float((dawid_skene(answers).labels == truth).mean())
    by_majority = float((majority(answers).argmax(axis=1) == truth).mean())
    assert by_consensus > by_majority + 0.1


def test_the_confusion_says_who_mixes_up_what() -> None:
    generator = np.random.default_rng(2)
    said = []
    for item in range(300):
        truth = str(generator.choice(["投诉", "提问", "退款"]))
        said += [(str(item), who, truth) for who in ("a", "b", "c")]
        said.append((str(item), "新人", "投诉" if truth == "提问" else truth))
    found = dawid_skene(Answers.of(said, labels=["投诉", "提问", "退款"]))
    newcomer = found.confusion[3]
    assert newcomer[1, 0] > 0.95
    assert newcomer[0, 0] > 0.95
    assert found.confusion[0].diagonal().min() > 0.95


def test_who_has_answered_little_is_taken_for_like_the_others() -> None:
    said = [(str(item), who, "是" if item % 2 else "否") for item in range(100) for who in "ab"]
    answers = Answers.of([*said, ("1", "new", "是")])
    alone, pooled = (dawid_skene(answers, pooling=pooling).confusion[2] for pooling in (0.0, 1.0))
    # "new" has never seen a 否: without the others nothing is known of that row.
    np.testing.assert_allclose(alone[0], [0.5, 0.5])
    np.testing.assert_allclose(pooled[0], [0, 1] if answers.label_names[0] == "是" else [1, 0], atol=1e-6)


def imported_and_doubted() -> list[tuple[str, str, str]]:
    """Three hundred labels that a file gave, and eight texts of other labels on which two people differ."""
    said = [(f"row {item}", "import:表.csv", f"label {item % 8}") for item in range(300)]
    for item in range(8):
        said += [(f"text {item}", "Ann", "退款" if item % 2 else "物流"), (f"text {item}", "李", "退款")]
    return said


def test_a_label_that_nobody_else_has_spoken_of_stays() -> None:
    said = imported_and_doubted()
    answers = Answers.of(said)
    found = dawid_skene(answers)
    given = dict(zip(answers.item_names, (answers.label_names[label] for label in found.labels), strict=True))
    # Explained as one label that the file writes in eight ways, they would be as likely.
    assert [given[item] for item, _, _ in said[:300]] == [label for _, _, label in said[:300]]
    assert found.posterior[:300].max(axis=1).min() > 0.9
    np.testing.assert_allclose(found.prior.sum(), 1)


def test_who_errs_is_told_by_what_others_say_alone() -> None:
    answers, _ = simulated({"李": 0.95, "b": 0.9, "c": 0.4}, 200, seed=3)
    triples = [
        (answers.item_names[item], answers.annotator_names[who], answers.label_names[label])
        for item, who, label in zip(answers.items, answers.annotators, answers.labels, strict=True)
    ]
    more = Answers.of([*triples, *((f"alone {item}", "c", "0") for item in range(500))], labels="012")
    np.testing.assert_allclose(dawid_skene(more).confusion, dawid_skene(answers).confusion, atol=1e-3)


def test_labels_given_once_each_are_all_kept() -> None:
    said = [(str(item), "Ann", "xyz"[item % 3]) for item in range(9)]
    found = dawid_skene(Answers.of(said))
    assert found.labels.tolist() == [item % 3 for item in range(9)]


def test_no_answers_have_no_consensus() -> None:
    found = dawid_skene(Answers.of([], labels=["是", "否"]))
    assert found.posterior.shape == (0, 2)


@given(
    st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from("abc"), st.sampled_from("xyz")), max_size=30)
)
def test_what_comes_out_are_probabilities(said: list[tuple[str, str, str]]) -> None:
    found = dawid_skene(Answers.of(said, labels="xyz"))
    assert np.isfinite(found.posterior).all()
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1)
    np.testing.assert_allclose(found.confusion.sum(axis=2), 1)


@pytest.mark.parametrize("pooling", [0.0, 1.0])
def test_unanimous_items_keep_their_label(pooling: float) -> None:
    said = [(str(item), who, "xyz"[item % 3]) for item in range(30) for who in "abc"]
    answers = Answers.of(said)
    labels = dawid_skene(answers, pooling=pooling).labels
    assert labels.tolist() == [item % 3 for item in range(30)]


def one_label_rules(n: int = 600) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """What four rules of one label each say of texts, nine of ten times rightly; and the truth."""
    generator = np.random.default_rng(0)
    truth = {str(item): "退款" if item % 3 else "other" for item in range(n)}
    said = []
    for item, label in truth.items():
        for rule in range(4):
            own = "退款" if rule % 2 else "other"
            if generator.random() < (0.5 if label == own else 0.05):
                said.append((item, f"rule {rule}", own))
    return said, truth


def test_rules_of_one_label_are_understood_where_silence_counts() -> None:
    said, truth = one_label_rules()
    answers = Answers.of(said)
    right = {}
    for silence in (True, False):
        found = dawid_skene(answers, silence=silence)
        given = [answers.label_names[label] for label in found.labels]
        right[silence] = np.mean(
            [truth[item] == label for item, label in zip(answers.item_names, given, strict=True)]
        )
        assert np.allclose(found.posterior.sum(axis=1), 1)
        assert np.allclose(found.confusion.sum(axis=2), 1)
    # Without it, a rule gives its one label whatever is true, and the most frequent label takes all.
    assert right[True] > 0.9
    assert right[False] < 0.75


def test_where_all_answer_all_silence_changes_next_to_nothing() -> None:
    generator = np.random.default_rng(1)
    said = []
    for item in range(200):
        for who, skill in (("Ann", 0.9), ("李", 0.8), ("Bob", 0.6)):
            label = "xyz"[item % 3] if generator.random() < skill else "xyz"[generator.integers(3)]
            said.append((str(item), who, label))
    answers = Answers.of(said)
    plain, silent = (dawid_skene(answers, silence=silence) for silence in (False, True))
    assert np.abs(plain.posterior - silent.posterior).max() < 0.02
    assert silent.confusion[:, :, -1].max() < 0.01


def test_no_answers_are_no_trouble_where_silence_counts() -> None:
    assert dawid_skene(Answers.of([]), silence=True).posterior.shape == (0, 0)
