from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from headway.errors import UsageError
from headway.workflow.own_metrics import load_metrics, metric_problems, own_figures

SOURCE = '''
import numpy as np

def missed_refunds(y_true, y_pred, scores, names):
    """Share of the refunds that were called something else."""
    missed = [p != "退款" for t, p in zip(y_true, y_pred) if t == "退款"]
    return np.mean(missed)

def certainty(y_true, y_pred, scores, names):
    scores.sort(axis=1)
    y_true.clear()
    return scores[:, -1].mean()

def broken(y_true, y_pred, scores, names):
    return names["退款"]

def nothing(y_true, y_pred, scores, names):
    return None

def infinite(y_true, y_pred, scores, names):
    return float("inf")
'''
TRUTH, PREDICTED, NAMES = ["退款", "退款", "box"], ["退款", "box", "box"], ["box", "退款"]
SCORES = np.array([[0.1, 0.9], [0.6, 0.4], [0.8, 0.2]], dtype=np.float32)


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of the user's in the folder where the command is run."""
    (tmp_path / "my_metrics.py").write_text(SOURCE, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "my_metrics", raising=False)


def figures(*names: str) -> tuple[dict[str, float], list[str]]:
    """What some metrics of the module say of the three rows."""
    metrics = load_metrics([f"my_metrics:{name}" for name in names])
    return own_figures(metrics, TRUTH, PREDICTED, SCORES, NAMES)


def test_a_metric_gets_labels_by_name_and_scores() -> None:
    found, warnings = figures("missed_refunds", "certainty")
    assert found["my_metrics:missed_refunds"] == 0.5
    assert found["my_metrics:certainty"] == pytest.approx((0.9 + 0.6 + 0.8) / 3)
    assert warnings == []
    assert len(TRUTH) == 3
    assert SCORES[0].tolist() == pytest.approx([0.1, 0.9])


def test_metrics_of_ours_come_from_the_same_page() -> None:
    found, warnings = own_figures(load_metrics(["kappa", "top_3_accuracy"]), TRUTH, PREDICTED, SCORES, NAMES)
    assert found == {"kappa": pytest.approx(0.4), "top_3_accuracy": 1.0}
    assert warnings == []


def test_a_metric_that_fails_is_named_and_the_others_count() -> None:
    found, warnings = figures("broken", "missed_refunds", "nothing", "infinite")
    assert list(found) == ["my_metrics:missed_refunds"]
    raised, none, infinite = warnings
    assert "my_metrics:broken raised TypeError" in raised
    assert "my_metrics.py, line " in raised
    assert "my_metrics:nothing gave None" in none
    assert "my_metrics:infinite gave inf" in infinite


def test_what_is_no_metric_is_refused_all_at_once() -> None:
    known = "kappa, matthews, top_3_accuracy"
    assert metric_problems(["cappa", "a:", ":b", "a:b", "kappa"]) == [
        f"--metric 'cappa' is none of {known}, nor module:function",
        f"--metric 'a:' is none of {known}, nor module:function",
        f"--metric ':b' is none of {known}, nor module:function",
    ]
    with pytest.raises(UsageError) as caught:
        load_metrics(["my_metrics:missing", "no_such_module:f"])
    assert "'missing'" in caught.value.message
    assert "no_such_module" in caught.value.message
