from __future__ import annotations

from pathlib import Path

from benchmarks.annotators import make_queue
from benchmarks.lost_updates import LABELS, Edit, compare, edit_all


def test_of_two_changes_one_counts_and_the_other_is_kept(tmp_path: Path) -> None:
    """The short form of C7."""
    found = edit_all(tmp_path, edits=5)
    assert found == {"edits": 5, "overwritten": 0, "neither": 0, "without_draft": 0, "wrong_winner": 0}


def test_what_is_lost_is_counted(tmp_path: Path) -> None:
    make_queue(tmp_path, ["同一条 text"], LABELS, 1, overlap=1)
    won, also_won, lost = (Edit("nobody's", 0, "other") for _ in range(3))
    won.status = also_won.status = 200
    lost.status = 409
    rounds = [[won, also_won], [lost, lost], [won, lost]]
    found = compare(tmp_path, rounds)
    assert found == {"overwritten": 1, "neither": 1, "without_draft": 3, "wrong_winner": 1}
