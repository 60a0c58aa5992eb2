from __future__ import annotations

import pytest

from headway.console.figures import figure, measured_speed, megabytes, written


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("accuracy", 0.7586, "75.9%"),
        ("accuracy", 0.9999, ">99.9%"),
        ("accuracy", 0.0, "0%"),
        ("log_loss", 0.25, "0.2500"),
        ("kappa", -0.1, "-0.1000"),
        ("mine:euros", 0.5, "0.5000"),
        ("matthews", 1, "100%"),
    ],
)
def test_a_share_is_written_in_per_cent_and_nothing_else(name: str, value: float, words: str) -> None:
    assert written(name, value) == words


def test_a_figure_stands_with_its_interval_where_it_has_one() -> None:
    metrics, intervals = {"accuracy": 0.5, "log_loss": 2.0}, {"accuracy": [0.25, 0.75]}
    assert figure(metrics, intervals, "accuracy") == {"value": "50.0%", "low": "25.0%", "high": "75.0%"}
    assert figure(metrics, intervals, "log_loss") == {"value": "2.0000", "low": None, "high": None}
    assert figure(metrics, intervals, "macro_f1") is None
    assert figure({"accuracy": "<b>"}, {}, "accuracy") is None


def test_sizes_and_speeds_are_written_for_people() -> None:
    assert megabytes(1_234_567_890) == "1,234.6 MB"
    proofs = {
        "int8": {"texts_per_second_candidate": 12_345.6},
        "export": {"texts_per_second_candidate": None},
    }
    assert measured_speed(proofs, "int8") == "12,346"
    assert measured_speed(proofs, "fp32") is None
    assert measured_speed({}, "int8") is None
