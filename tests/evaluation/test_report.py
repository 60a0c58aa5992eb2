"""What stands in report.json, for good input and for odd input."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
import sklearn.metrics

from headway.errors import DataError
from headway.evaluation import Baseline, build_report
from headway.evaluation.champion import Champion
from headway.evaluation.looks import Look

from .conftest import Make, scores_for


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_is_json_and_complete(make: Make, language: str) -> None:
    given = make(language)
    report = build_report(given)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["format"] == 1
    assert report["model"] == "intents@3"
    assert report["n"] == 200
    assert report["data"]["dataset_hash"] == "9f2c4be1"
    assert report["cost"] == {"train_seconds": 75.0, "evaluate_seconds": 1.5}
    expected = sklearn.metrics.f1_score(given.y_true, given.y_pred, average="macro")
    assert report["metrics"]["macro_f1"] == pytest.approx(expected, abs=1e-6)
    low, high = report["interval"]["accuracy"]
    assert low < report["metrics"]["accuracy"] < high
    assert [row["label"] for row in report["per_class"]] == list(given.labels)
    assert sum(row["support"] for row in report["per_class"]) == 200
    matrix = sklearn.metrics.confusion_matrix(given.y_true, given.y_pred, labels=given.labels)
    assert report["confusion"]["matrix"] == matrix.tolist()


def test_the_same_input_gives_the_same_report(make: Make) -> None:
    assert build_report(make()) == build_report(make())


def test_the_baseline_stands_beside_the_model(make: Make) -> None:
    report = build_report(make())
    baseline = report["baseline"]
    assert baseline["name"] == "tf-idf"
    gap = report["metrics"]["accuracy"] - baseline["metrics"]["accuracy"]
    assert baseline["difference"]["accuracy"] == pytest.approx(gap, abs=2e-6)
    low, high = baseline["difference"]["interval"]
    assert 0 < low < gap < high
    assert set(baseline["interval"]) == {"accuracy", "macro_f1"}


def test_a_baseline_without_scores_has_no_log_loss(make: Make) -> None:
    given = make()
    report = build_report(dataclasses.replace(given, baseline=Baseline("most frequent", ["refund"] * 200)))
    assert "log_loss" not in report["baseline"]["metrics"]
    assert "log_loss" in report["metrics"]


def test_the_confidence_bins_hold_every_row(make: Make) -> None:
    bins = build_report(make())["confidence"]["bins"]
    assert len(bins) == 10
    assert sum(one["n"] for one in bins) == 200
    for one in bins:
        if one["n"]:
            assert one["low"] <= one["confidence"] <= one["high"]
        else:
            assert one["accuracy"] is None


def test_a_score_of_one_falls_in_the_last_bin(make: Make) -> None:
    given = make(labels=["a", "b"], n=4)
    scores = np.zeros((4, 2), dtype=np.float32)
    scores[np.arange(4), [given.labels.index(label) for label in given.y_pred]] = 1
    report = build_report(dataclasses.replace(given, scores=scores, baseline=None))
    assert report["confidence"]["bins"][9]["n"] == 4


def test_mistakes_are_the_surest_first_and_short(make: Make) -> None:
    given = make(accuracy=0.5)
    report = build_report(dataclasses.replace(given, texts=["长" * 500] * 200))
    scores = [mistake["score"] for mistake in report["mistakes"]]
    assert len(scores) == 20
    assert scores == sorted(scores, reverse=True)
    assert all(mistake["true"] != mistake["predicted"] for mistake in report["mistakes"])
    assert all(len(mistake["text"]) == 200 for mistake in report["mistakes"])


def test_labels_outside_the_schema_are_reported_and_wrong(make: Make) -> None:
    given = make(accuracy=1.0)
    truth = ["军事"] * 20 + list(given.y_true[20:])
    report = build_report(dataclasses.replace(given, y_true=truth))
    assert report["outside"] == {"n": 20, "labels": {"军事": 20}}
    assert report["metrics"]["accuracy"] == pytest.approx(0.9)
    assert sum(map(sum, report["confusion"]["matrix"])) == 180
    assert any("20" in sentence and "不认识" in sentence for sentence in report["summary"]["zh"])


def test_one_label_predicted_for_everything(make: Make) -> None:
    given = make()
    one = dataclasses.replace(given, y_pred=["refund"] * 200, scores=scores_for([2] * 200, 3))
    report = build_report(one)
    assert any("every row the same label" in sentence for sentence in report["summary"]["en"])
    assert report["per_class"][0]["precision_interval"] is None


def test_a_label_absent_from_the_truth(make: Make) -> None:
    given = make()
    truth = ["refund" if label == "card_arrival" else label for label in given.y_true]
    report = build_report(dataclasses.replace(given, y_true=truth))
    assert report["per_class"][0]["support"] == 0
    assert report["per_class"][0]["recall_interval"] is None
    assert any("1 of 3 labels have no row" in sentence for sentence in report["summary"]["en"])


def test_a_single_row(make: Make) -> None:
    report = build_report(make(n=1, accuracy=1.0, baseline=None))
    assert report["metrics"]["accuracy"] == 1.0
    assert report["interval"]["accuracy"][0] < 0.3
    assert "nothing is known" in report["summary"]["en"][0]


def test_many_labels_show_their_worst_pairs(make: Make) -> None:
    labels = [f"intent {i}" for i in range(77)]
    confusion = build_report(make(n=3000, labels=labels))["confusion"]
    assert len(confusion["matrix"]) == 77
    assert len(confusion["pairs"]) == 30
    worst = confusion["pairs"][0]
    assert worst["n"] >= confusion["pairs"][-1]["n"]
    row, column = labels.index(worst["true"]), labels.index(worst["predicted"])
    assert confusion["matrix"][row][column] == worst["n"]
    focus = confusion["focus"]
    assert len(focus["labels"]) == 30
    first, last = labels.index(focus["labels"][0]), labels.index(focus["labels"][-1])
    assert focus["matrix"][0][-1] == confusion["matrix"][first][last]


@pytest.mark.timeout(30)
def test_five_thousand_labels(make: Make) -> None:
    report = build_report(make(n=10_000, labels=[f"标签 {i}" for i in range(5000)], baseline=None))
    assert report["confusion"]["matrix"] is None
    assert len(report["per_class"]) == 5000
    assert len(json.dumps(report)) < 2_000_000


def test_no_rows_and_uneven_parts_are_refused(make: Make) -> None:
    given = make()
    with pytest.raises(DataError, match="no rows"):
        build_report(dataclasses.replace(given, y_true=[], y_pred=[], texts=[], scores=given.scores[:0]))
    with pytest.raises(DataError, match="200 true labels, 199 predictions"):
        build_report(dataclasses.replace(given, y_pred=given.y_pred[1:]))
    with pytest.raises(DataError, match=r"shape \(200, 2\)"):
        build_report(dataclasses.replace(given, scores=given.scores[:, :2]))
    with pytest.raises(DataError, match="baseline has 1 predictions for 200 rows"):
        build_report(dataclasses.replace(given, baseline=Baseline("x", ["refund"])))


def test_a_score_that_is_not_a_number_is_refused(make: Make) -> None:
    given = make()
    broken = given.scores.copy()
    broken[4, 1] = np.nan
    with pytest.raises(DataError, match="the model in row 5"):
        build_report(dataclasses.replace(given, scores=broken))


def test_a_predicted_label_outside_the_schema_is_refused(make: Make) -> None:
    given = make()
    with pytest.raises(DataError, match="'军事'"):
        build_report(dataclasses.replace(given, y_pred=["军事", *given.y_pred[1:]]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_findings_are_in_the_report_and_are_json(make: Make, language: str) -> None:
    given = make(
        language,
        keys=[f"id:{i}" for i in range(200)],
        sources=["a.csv"] * 100 + ["b.csv"] * 100,
        columns={"渠道": ["电话", "网页"] * 100},
        temperature=1.25,
        earlier_looks=[Look("2026-01-01T00:00:00.000000+00:00", "intents@1", 0.7)],
        learning_curve=[
            {"rows": r, "labels": 3, "n": 100, "accuracy": a, "interval": [a - 0.1, a + 0.1], "seconds": 0.1}
            for r, a in ((50, 0.5), (100, 0.6), (200, 0.65))
        ],
    )
    given = dataclasses.replace(given, champion=Champion("intents@1", given.labels, given.y_true))
    report = build_report(given)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["format"] == 1
    calibration = report["calibration"]
    assert calibration["interval"][0] <= calibration["ece"] <= calibration["interval"][1]
    assert (calibration["temperature"], calibration["bins"]) == (1.25, 15)
    assert {entry["kind"] for entry in report["slices"]} >= {"source", "column"}
    assert report["champion"]["verdict"] == "worse"
    assert report["champion"]["accuracy"] == 1.0
    assert report["mistakes"][0]["key"].startswith("id:")
    assert report["label_errors"]["n"] >= len(report["label_errors"]["rows"]) > 0
    assert report["looks"]["models"] == 2
    assert report["learning_curve"]["forecast"]["more_rows"] == 200
    assert len(report["learning_curve"]["points"]) == 3


def test_what_is_not_known_is_none(make: Make) -> None:
    report = build_report(make(data={"kind": "file", "name": "v", "dataset_hash": "", "n": 200, "looks": 0}))
    assert report["champion"] is report["learning_curve"] is report["looks"] is None
    assert report["calibration"]["temperature"] is None


def test_two_points_of_a_learning_curve_are_shown_without_a_forecast(make: Make) -> None:
    points = [{"rows": r, "n": 9, "accuracy": 0.5, "interval": [0.2, 0.8]} for r in (10, 20)]
    assert build_report(make(learning_curve=points))["learning_curve"]["forecast"] is None


def test_columns_of_another_length_are_refused(make: Make) -> None:
    parts: list[dict[str, Any]] = [{"keys": ["a"]}, {"sources": ["a"] * 199}, {"columns": {"渠道": []}}]
    for part in parts:
        with pytest.raises(DataError, match="for 200 rows"):
            build_report(make(**part))


def test_the_confidence_bins_have_intervals_around_their_accuracy(make: Make) -> None:
    for one in build_report(make())["confidence"]["bins"]:
        if one["n"]:
            assert one["interval"][0] <= one["accuracy"] <= one["interval"][1]
        else:
            assert one["interval"] is None
