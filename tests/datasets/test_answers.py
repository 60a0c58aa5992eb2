from __future__ import annotations

from headway.datasets.answers import Answers

SAID = [("文一", "李", "是"), ("text 2", "Ann", "否"), ("文一", "Ann", "是"), ("文一", "李", "否")]


def test_names_become_positions_and_are_kept() -> None:
    answers = Answers.of(SAID)
    assert len(answers) == 4
    assert answers.item_names == ("文一", "text 2")
    assert answers.annotator_names == ("Ann", "李")
    assert answers.label_names == ("否", "是")
    back = [
        (answers.item_names[item], answers.annotator_names[person], answers.label_names[label])
        for item, person, label in zip(answers.items, answers.annotators, answers.labels, strict=True)
    ]
    assert back == SAID


def test_labels_that_nobody_gave_are_named_first_and_count_zero() -> None:
    answers = Answers.of(SAID, labels=["不确定", "是"])
    assert answers.label_names == ("不确定", "是", "否")
    assert answers.counts().tolist() == [[0, 2, 1], [0, 0, 1]]


def test_no_answer_at_all_is_no_error() -> None:
    answers = Answers.of([], labels=["a"])
    assert len(answers) == 0
    assert answers.counts().shape == (0, 1)


def test_items_with_more_than_one_answer_can_be_compared() -> None:
    said = [("twice", "Ann", "是"), ("twice", "李", "否"), ("once", "Ann", "是")]
    assert Answers.of(said).compared().tolist() == [True, False]
    assert Answers.of([]).compared().tolist() == []
