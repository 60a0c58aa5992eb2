"""Reading the public data sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.inputs import Inputs, Labelled, MissingInputError, stratified, without


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    banking, titles = tmp_path / "banking77", tmp_path / "thucnews_titles_zh"
    banking.mkdir()
    titles.mkdir()
    (banking / "test.csv").write_text('text,category\n"Hi, where\nis it?",card\nok,money\n', "utf-8")
    (titles / "class.txt").write_text("finance\nrealty\n", "utf-8")
    (titles / "dev.txt").write_text("锌价难续去年辉煌\t0\n金科西府 名墅天成\t1\n", "utf-8")
    for name in ("sst_en", "chnsenticorp_zh", "fewclue_zh/tnews", "bitext_cs_en"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "sst_en" / "stsa.binary.dev").write_text(
        "0 one long string of cliches .\n1 a joy .\n", "utf-8"
    )
    (tmp_path / "chnsenticorp_zh" / "dev.tsv").write_text(
        "label\ttext_a\n1\t房间很好\n0\t太差\t了\n", "utf-8"
    )
    (tmp_path / "fewclue_zh" / "tnews" / "test_public.json").write_text(
        '{"label": 107, "label_desc": "news_car", "sentence": "新车上市", "keywords": "", "id": 1}\n', "utf-8"
    )
    (tmp_path / "bitext_cs_en" / "Bitext_Sample_Customer_Service_Training_Dataset.csv").write_text(
        "\ufeffflags,utterance,category,intent\nBM,cancel my order,ORDER,cancel_order\n", "utf-8"
    )
    return Inputs(tmp_path, tmp_path / "models")


def test_english_rows_keep_their_order_and_line_breaks(inputs: Inputs) -> None:
    assert inputs.banking77("test") == Labelled(["Hi, where\nis it?", "ok"], ["card", "money"])


def test_chinese_titles_get_the_names_of_their_classes(inputs: Inputs) -> None:
    expected = Labelled(["锌价难续去年辉煌", "金科西府 名墅天成"], ["finance", "realty"])
    assert inputs.thucnews("dev") == expected


def test_sentiment_news_and_intents_are_read_with_their_names(inputs: Inputs) -> None:
    assert inputs.sst2("dev") == Labelled(
        ["one long string of cliches .", "a joy ."], ["negative", "positive"]
    )
    assert inputs.chnsenticorp("dev") == Labelled(["房间很好", "太差\t了"], ["positive", "negative"])
    assert inputs.tnews("test_public") == Labelled(["新车上市"], ["news_car"])
    assert inputs.bitext() == Labelled(["cancel my order"], ["cancel_order"])


def test_rows_that_are_among_others_are_left_out_however_they_are_spaced() -> None:
    rows = Labelled(["房间很好", "a  joy", "new"], ["a", "b", "c"])
    assert without(rows, Labelled(["房间很好", " a joy "], ["x", "y"])) == Labelled(["new"], ["c"])


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
