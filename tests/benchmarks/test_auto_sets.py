"""Reading the sets that `auto` has to choose on."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from benchmarks.auto_sets import SETS, chnsenticorp, finance, sst5, tnews
from benchmarks.inputs import Inputs, Labelled, MissingInputError


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    for name in ("sst_en", "chnsenticorp_zh", "fewclue_zh/tnews", "fin_news_sentiment_zh"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "sst_en" / "stsa.fine.train").write_text("4 a joy .\n0 one long cliche .\n", "utf-8")
    reviews = tmp_path / "chnsenticorp_zh"
    (reviews / "train.tsv").write_text("label\ttext_a\n1\t房间很好\n0\t太差\n", "utf-8")
    (reviews / "test.tsv").write_text("label\ttext_a\n1\t 房间很好 \n", "utf-8")
    for part, text in (("train", "新车上市"), ("dev", "房价下跌")):
        line = f'{{"label_desc": "news_{part}", "sentence": "{text}"}}\n'
        (tmp_path / "fewclue_zh" / "tnews" / f"{part}_few_all.json").write_text(line, "utf-8")
    workbook = Workbook()
    for row in (
        ["日期", "正/负面", "标题"],
        ["2019", 1, "净利增14%"],
        ["2018", 0, "被立案"],
        ["2018", 0, "退市"],
    ):
        workbook.active.append(row)
    workbook.save(tmp_path / "fin_news_sentiment_zh" / "news_seed.xlsx")
    (tmp_path / "fin_news_sentiment_zh" / "test_data.csv").write_text("正负面,标题\n0,退市\n", "utf-8")
    return Inputs(tmp_path, tmp_path / "models")


def test_rows_are_read_with_the_names_of_their_labels(inputs: Inputs) -> None:
    assert sst5(inputs) == Labelled(["a joy .", "one long cliche ."], ["very positive", "very negative"])
    assert tnews(inputs) == Labelled(["新车上市", "房价下跌"], ["news_train", "news_dev"])


def test_what_is_measured_elsewhere_is_left_out(inputs: Inputs) -> None:
    assert chnsenticorp(inputs) == Labelled(["太差"], ["negative"])
    assert finance(inputs) == Labelled(["净利增14%", "被立案"], ["positive", "negative"])


def test_there_are_four_sets_of_each_language_and_a_missing_one_is_named(tmp_path: Path) -> None:
    assert len(SETS) == 8
    for read in SETS.values():
        with pytest.raises(MissingInputError, match="is not there"):
            read(Inputs(tmp_path / "nowhere", tmp_path))
