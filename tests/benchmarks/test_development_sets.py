"""Reading the sets that priors are measured on."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from benchmarks import auto_sets
from benchmarks.development_sets import SETS, bank_faqs, crosswoz, eprstmt, imdb, md_agreement, once
from benchmarks.inputs import Inputs, Labelled, MissingInputError


def write(folder: Path, name: str, content: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


def said(text: str, *acts: tuple[str, str], role: str = "usr") -> dict[str, Any]:
    return {"role": role, "content": text, "dialog_act": [[*act, "名称", ""] for act in acts]}


def test_rows_are_read_with_the_names_of_their_labels(tmp_path: Path) -> None:
    for part, text in (("train_few_all", "不错"), ("dev_few_all", "不错"), ("test_public", "太差了")):
        line = {"sentence": text, "label": "Positive" if text == "不错" else "Negative"}
        write(tmp_path, f"fewclue_zh/eprstmt/{part}.json", json.dumps(line) + "\n")
    rows = "\ufeffQuestion,Answer,Class\nIs it safe?,Yes.,security\nIs it quick?,No\n"
    write(tmp_path, "bank_faqs_en/BankFAQs.csv", rows)
    tweets = {"1": {"text": "no way", "hard_label": "0"}, "2": {"text": "fools", "hard_label": 1}}
    folder = "lewidi_multiannotator_en/LeWiDi_2-2023/MD-Agreement_dataset"
    write(tmp_path, f"{folder}/MD-Agreement_train.json", json.dumps(tweets))
    write(tmp_path, "counterfactual_imdb_en/orig/train.tsv", "Sentiment\tText\nNegative\tLong, boring.\n")
    inputs = Inputs(tmp_path, tmp_path)
    assert eprstmt(inputs) == Labelled(["不错", "太差了"], ["Positive", "Negative"])
    assert bank_faqs(inputs) == Labelled(["Is it safe?"], ["security"])
    assert md_agreement(inputs) == Labelled(["no way", "fools"], ["acceptable", "offensive"])
    assert imdb(inputs) == Labelled(["Long, boring."], ["Negative"])


def test_what_users_say_counts_where_it_is_one_frequent_act(tmp_path: Path) -> None:
    ask, thank = ("Request", "餐馆"), ("General", "thank")
    messages = [said(f"有第{number}家吗？", ask, ask) for number in range(20)]
    messages += [said("谢谢", thank), said("谢谢，还有吗？", thank, ask), said("不客气", ask, role="sys")]
    (tmp_path / "crosswoz_zh").mkdir()
    with zipfile.ZipFile(tmp_path / "crosswoz_zh" / "val.json.zip", "w") as archive:
        archive.writestr("val.json", json.dumps({"1": {"messages": messages}}))
    found = crosswoz(Inputs(tmp_path, tmp_path))
    assert found == Labelled([f"有第{number}家吗？" for number in range(20)], ["Request-餐馆"] * 20)


def test_a_text_is_kept_once_with_the_label_it_has_first() -> None:
    assert once([("好 ", "a"), ("坏", "b"), ("好", "b")]) == Labelled(["好", "坏"], ["a", "b"])


def test_no_set_is_one_that_a_target_is_measured_on_and_a_missing_one_is_named(tmp_path: Path) -> None:
    assert not set(SETS) & set(auto_sets.SETS)
    for read in SETS.values():
        with pytest.raises(MissingInputError, match="is not there"):
            read(Inputs(tmp_path / "nowhere", tmp_path))
