from __future__ import annotations

from headway.pages.data import SHOWN_LABELS, data_charts


def test_nothing_to_draw_draws_nothing() -> None:
    assert data_charts({}, (), {}, "en") == {}
    assert data_charts({}, (0, 5), {"": (0, 0)}, "zh") == {}


def test_ranges_are_named_and_the_empty_ones_at_the_ends_left_out() -> None:
    drawn = data_charts({}, (0, 5, 10, 1_000), {"": (0, 3, 2, 0)}, "zh")
    assert set(drawn) == {"lengths"}
    assert "5–9" in drawn["lengths"]
    assert "10–999" in drawn["lengths"]
    assert "0–4" not in drawn["lengths"]
    assert "1,000+" not in drawn["lengths"]
    assert "字符数" in drawn["lengths"]


def test_of_many_labels_the_first_are_drawn_and_their_names_are_escaped() -> None:
    labels = {f"<标签 {n}>": {"": 9} for n in range(SHOWN_LABELS + 5)}
    drawn = data_charts(labels, (), {}, "en")["labels"]
    assert f"&lt;标签 {SHOWN_LABELS - 1}&gt;" in drawn
    assert f"&lt;标签 {SHOWN_LABELS}&gt;" not in drawn
    assert "<标签" not in drawn
