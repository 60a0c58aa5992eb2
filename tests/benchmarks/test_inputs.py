"""Reading the public data sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.inputs import Inputs, Labelled, MissingInputError, stratified


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    banking, titles = tmp_path / "banking77", tmp_path / "thucnews_titles_zh"
    banking.mkdir()
    titles.mkdir()
    (banking / "test.csv").write_text('text,category\n"Hi, where\nis it?",card\nok,money\n', "utf-8")
    (titles / "class.txt").write_text("finance\nrealty\n", "utf-8")
    (titles / "dev.txt").write_text("锌价难续去年辉煌\t0\n金科西府 名墅天成\t1\n", "utf-8")
    return Inputs(tmp_path, tmp_path / "models")


def test_english_rows_keep_their_order_and_line_breaks(inputs: Inputs) -> None:
    assert inputs.banking77("test") == Labelled(["Hi, where\nis it?", "ok"], ["card", "money"])


def test_chinese_titles_get_the_names_of_their_classes(inputs: Inputs) -> None:
    expected = Labelled(["锌价难续去年辉煌", "金科西府 名墅天成"], ["finance", "realty"])
    assert inputs.thucnews("dev") == expected


def test_a_missing_file_and_a_missing_encoder_are_named(inputs: Inputs) -> None:
    with pytest.raises(MissingInputError, match=r"train\.csv") as missing:
        inputs.banking77("train")
    assert missing.value.exit_code == 5
    assert "--data DIR" in str(missing.value)
    with pytest.raises(MissingInputError, match="multilingual-e5-small-zh-en") as missing:
        inputs.encoder()
    assert "--models DIR" in str(missing.value)


def test_a_stratified_draw_is_seeded_and_keeps_proportions() -> None:
    rows = Labelled([f"文本 {i}" for i in range(100)], ["a"] * 80 + ["b"] * 20)
    drawn = stratified(rows, 50)
    assert drawn == stratified(rows, 50)
    assert drawn != stratified(rows, 50, seed=1)
    assert (drawn.labels.count("a"), drawn.labels.count("b")) == (40, 10)
    label_of = dict(zip(rows.texts, rows.labels, strict=True))
    assert [label_of[text] for text in drawn.texts] == drawn.labels
