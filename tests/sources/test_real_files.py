"""Files as they are found: each is imported as it is, or refused with words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from headway.errors import DataError, UsageError
from headway.records import Import
from headway.sources import Asked, Columns, check_files, import_planned
from headway.store import Store
from headway.store import records as rows
from headway.store.tasks import add_task

SPACE = Asked(label_before=" ")

# file, columns, how it is asked to be read → rows read, quarantined, labels
TAKEN = [
    ("banking77/train.csv", Columns(), None, (10_003, 0, 10_003)),
    ("banking77/test.csv", Columns(), None, (3_080, 0, 3_080)),
    ("bitext_cs_en/Bitext_Sample_Customer_Service_Training_Dataset.csv", Columns(), None, (8_175, 0, 0)),
    (
        "bitext_cs_en/TrainingdatasetBitextsample.csv",
        Columns("utterance", "intent"),
        None,
        (21_534, 0, 21_534),
    ),
    ("bank_faqs_en/BankFAQs.csv", Columns(), None, (1_843, 79, 1_764)),
    ("chnsenticorp_zh/train.tsv", Columns(), None, (9_600, 0, 9_600)),
    ("chnsenticorp_zh/dev.tsv", Columns(), None, (1_200, 0, 1_200)),
    ("chnsenticorp_zh/test.tsv", Columns(), None, (1_200, 0, 1_200)),
    ("chnsenticorp_zh/test_nolabel.tsv", Columns(), None, (1_200, 0, 0)),
    ("counterfactual_imdb_en/orig/train.tsv", Columns(), None, (1_707, 0, 1_707)),
    ("counterfactual_imdb_en/new/test.tsv", Columns(), None, (488, 0, 488)),
    ("atec_zh/atec_nlp_sim_train.csv", Columns("column_2", "column_4"), None, (39_346, 0, 39_346)),
    ("fin_news_sentiment_zh/test_data.csv", Columns("标题", "正负面", time="日期"), None, (2_400, 0, 2_400)),
    ("fin_news_sentiment_zh/news_seed.xlsx", Columns("标题", "正/负面"), None, (7_046, 0, 7_046)),
    ("stsb_en_zh/stsb-en-dev.csv", Columns("column_1"), None, (1_500, 0, 0)),
    ("stsb_en_zh/stsb-zh-train.csv", Columns("column_1", "column_3"), None, (5_749, 0, 5_749)),
    ("sst_en/stsa.binary.train", Columns(), SPACE, (6_920, 0, 6_920)),
    ("sst_en/stsa.fine.test", Columns(), SPACE, (2_210, 0, 2_210)),
    ("thucnews_titles_zh/dev.txt", Columns("column_1", "column_2"), None, (10_000, 0, 10_000)),
    ("thucnews_titles_zh/class.txt", Columns(), None, (10, 0, 0)),
    ("raw_corpora/uer/CLUECorpusSmall_sampled.txt", Columns(), None, (2_500, 0, 0)),
    (
        "raw_corpora/uer/news-commentary-v13-en-zh_sampled.txt",
        Columns("column_2"),
        Asked(header=False),
        (1_000, 0, 0),
    ),
    ("fewclue_zh/tnews/train_0.json", Columns("sentence", "label_desc"), None, (240, 0, 240)),
    ("fewclue_zh/eprstmt/test_public.json", Columns(), None, (610, 0, 610)),
    ("fewclue_zh/bustm/dev_0.json", Columns("sentence1", "label"), None, (32, 0, 32)),
    ("cluener_zh/dev.json", Columns(), None, (1_343, 0, 0)),
    ("wnut17_en/emerging.dev.conll", Columns(), None, (1_009, 0, 0)),
    (
        "lewidi_multiannotator_en/LeWiDi_2-2023/HS-Brexit_dataset/HS-Brexit_dev.json",
        Columns(),
        None,
        (168, 0, 0),
    ),
    ("crosswoz_zh/val.json.zip", Columns("task description"), None, (500, 0, 0)),
]

REFUSED = [
    ("fin_news_sentiment_zh/test_data.csv", Columns(), "'标题', '正文' would do equally well", "--text"),
    ("atec_zh/atec_nlp_sim_train.csv", Columns(), "'column_2', 'column_3' would do equally well", "--text"),
    ("stsb_en_zh/stsb-en-test.csv", Columns(), "'column_1', 'column_2' would do equally well", "--text"),
    ("fewclue_zh/bustm/test_public.json", Columns(), "'sentence1', 'sentence2' would do equally", "--text"),
    ("sst_en/stsa.fine.dev", Columns(), "has the format 'dev'; known are csv", "--format"),
    ("banking77/categories.json", Columns(), "a JSON object was expected, not str", "--format"),
    ("banking77/train.csv", Columns("txt"), "has no column 'txt'", "Did you mean 'text'?"),
]


@pytest.fixture
def store(store: Store) -> Store:
    add_task(store, "t", "text-classification")
    return store


def taken(store: Store, path: Path, columns: Columns, asked: Asked | None = None) -> Import:
    (plan,) = check_files([path], columns, asked)
    return import_planned(store, "t", plan)


@pytest.mark.parametrize(("name", "columns", "asked", "expected"), TAKEN, ids=[case[0] for case in TAKEN])
def test_each_is_imported(
    store: Store,
    shared: Path,
    name: str,
    columns: Columns,
    asked: Asked | None,
    expected: tuple[int, int, int],
) -> None:
    done = taken(store, shared / "data" / name, columns, asked)
    assert (done.read, done.quarantined, done.labels) == expected
    assert done.read == done.added + done.revised + done.known + done.quarantined
    assert rows.count_records(store) == done.added


@pytest.mark.parametrize(("name", "columns", "message", "step"), REFUSED)
def test_or_refused_with_what_to_do(
    shared: Path, name: str, columns: Columns, message: str, step: str
) -> None:
    with pytest.raises((DataError, UsageError)) as caught:
        check_files([shared / "data" / name], columns)
    assert message in caught.value.message
    assert step in str(caught.value.next_step)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_real_chinese_in_other_encodings_gives_the_same_records(
    store: Store, shared: Path, tmp_path: Path, encoding: str
) -> None:
    path = shared / "data" / "chnsenticorp_zh" / "test.tsv"
    other = tmp_path / "test.tsv"
    other.write_bytes(path.read_text("utf-8").encode(encoding))
    assert taken(store, path, Columns()).added == 1_200
    done = taken(store, other, Columns())
    assert (done.known, done.labels) == (1_200, 0)


def test_real_traditional_chinese_in_big5(store: Store, shared: Path, tmp_path: Path) -> None:
    lines = (shared / "data" / "chnsenticorp_zh" / "train.tsv").read_text("utf-8").splitlines(keepends=True)
    traditional = [line for line in lines if "這" in line or "個" in line]
    path = tmp_path / "test.tsv"
    path.write_bytes("".join([lines[0], *traditional]).encode("big5hkscs", "ignore"))
    done = taken(store, path, Columns())
    assert len(traditional) > 20
    assert (done.read, done.quarantined) == (len(traditional), 0)
    read = [record.text for record, _ in rows.labelled_records(store, "t", "9999")]
    assert all("這" in text or "個" in text for text in read)
