from __future__ import annotations

from pathlib import Path

from headway.workflow.trial_rows import Trial, TrialFile, best_of

TRIALS = [
    Trial(0, {"c": 30.0}, "done", 1.23456, 0.75, wrong=[1]),
    Trial(1, {"c": 3.0}, "pruned", 0.5, 0.9, "behind"),
    Trial(2, {"c": 1.0, "kind": "宽"}, "done", 1.0, 0.75, wrong=[3]),
]


def test_a_row_has_no_single_texts() -> None:
    assert TRIALS[0].row() == {
        "number": 0,
        "settings": {"c": 30.0},
        "state": "done",
        "seconds": 1.235,
        "accuracy": 0.75,
        "reason": "",
        "folds": 1,
    }
    assert TRIALS[0].right(4).tolist() == [True, False, True, True]


def test_the_best_is_one_that_is_done_and_of_equals_the_earliest() -> None:
    assert best_of(TRIALS) is TRIALS[0]
    assert best_of([*TRIALS, Trial(3, {}, "done", 1.0, 0.76)]).number == 3  # type: ignore[union-attr]
    assert best_of(TRIALS[1:2]) is None
    assert best_of([]) is None


def test_trials_are_read_again(tmp_path: Path) -> None:
    file = TrialFile(tmp_path / "run" / "trials.jsonl")
    assert file.read({"recipe": "probe"}) == []
    file.begin({"recipe": "probe"}, TRIALS[:1])
    for trial in TRIALS[1:]:
        file.add(trial)
    assert file.read({"recipe": "probe"}) == TRIALS
    assert file.read({"recipe": "baseline"}) == []


def test_a_torn_line_ends_the_file(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl"
    file = TrialFile(path)
    file.begin({"rows": 4}, TRIALS)
    path.write_bytes(path.read_bytes()[:-7])
    assert file.read({"rows": 4}) == TRIALS[:2]


def test_no_file_keeps_nothing() -> None:
    file = TrialFile(None)
    file.begin({}, TRIALS)
    file.add(TRIALS[0])
    assert file.read({}) == []
