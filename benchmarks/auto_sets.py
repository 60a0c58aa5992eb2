"""The eight sets on which `auto` has to choose, as their trainings' rows; test rows stay out.

Four in English, four in Chinese; from some thirty rows a label to thousands, titles of ten characters and
reviews of hundreds.
"""

from __future__ import annotations

import csv
from collections.abc import Callable

from benchmarks.inputs import Inputs, Labelled, without

_FINE = ("very negative", "negative", "neutral", "positive", "very positive")


def sst5(inputs: Inputs) -> Labelled:
    """Training sentences of SST-5 (Socher et al. 2013)."""
    return _sst5(inputs, "train")


def sst5_test(inputs: Inputs) -> Labelled:
    """Its test sentences."""
    return _sst5(inputs, "test")


def _sst5(inputs: Inputs, part: str) -> Labelled:
    lines = inputs.file("sst_en", f"stsa.fine.{part}").read_text("utf-8").splitlines()
    pairs = [line.split(" ", 1) for line in lines if line.strip()]
    return Labelled([text for _, text in pairs], [_FINE[int(number)] for number, _ in pairs])


def chnsenticorp(inputs: Inputs) -> Labelled:
    """Training reviews of ChnSentiCorp that are not among its test reviews."""
    return without(inputs.chnsenticorp("train"), inputs.chnsenticorp("test"))


def tnews(inputs: Inputs) -> Labelled:
    """All labelled few-shot titles of FewCLUE's TNEWS."""
    parts = inputs.tnews("train_few_all"), inputs.tnews("dev_few_all")
    return Labelled(parts[0].texts + parts[1].texts, parts[0].labels + parts[1].labels)


def finance(inputs: Inputs) -> Labelled:
    """Titles of Chinese company news with their sentiment, without those of the test file."""
    from python_calamine import CalamineWorkbook

    folder = "fin_news_sentiment_zh"
    workbook = CalamineWorkbook.from_path(inputs.file(folder, "news_seed.xlsx"))
    header, *rows = workbook.get_sheet_by_index(0).to_python()
    title, sentiment = header.index("标题"), header.index("正/负面")
    labels = [("negative", "positive")[int(float(str(row[sentiment])))] for row in rows]
    with inputs.file(folder, "test_data.csv").open(encoding="utf-8-sig", newline="") as file:
        tested = [row["标题"] for row in csv.DictReader(file)]
    return without(Labelled([str(row[title]) for row in rows], labels), Labelled(tested, tested))


#: name → the rows a project is made of
SETS: dict[str, Callable[[Inputs], Labelled]] = {
    "banking77": lambda inputs: inputs.banking77("train"),
    "sst2": lambda inputs: inputs.sst2("train"),
    "sst5": sst5,
    "bitext": Inputs.bitext,
    "thucnews": lambda inputs: inputs.thucnews("dev"),
    "chnsenticorp": chnsenticorp,
    "tnews": tnews,
    "finance": finance,
}
