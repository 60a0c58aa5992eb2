"""Five public sets to develop on: none of them is among those that a target is measured on by `auto_choice`.

Chinese and English, 700 to 6,600 rows, two to seven labels, questions of ten words and reviews of hundreds.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable

from benchmarks.inputs import Inputs, Labelled

# CrossWOZ has a few acts that are met once.
_LEAST_ROWS = 20


def eprstmt(inputs: Inputs) -> Labelled:
    """All labelled product reviews of FewCLUE's EPRSTMT."""
    rows = []
    for part in ("train_few_all", "dev_few_all", "test_public"):
        lines = inputs.file("fewclue_zh", "eprstmt", f"{part}.json").read_text("utf-8").splitlines()
        rows += [json.loads(line) for line in lines if line.strip()]
    return once((row["sentence"], row["label"]) for row in rows)


def crosswoz(inputs: Inputs) -> Labelled:
    """What users say in CrossWOZ (Zhu et al. 2020), where it is one act on one subject."""
    with zipfile.ZipFile(inputs.file("crosswoz_zh", "val.json.zip")) as archive:
        dialogues = json.loads(archive.read("val.json"))
    found = []
    for dialogue in dialogues.values():
        for message in dialogue["messages"]:
            acts = {f"{act}-{subject}" for act, subject, *_ in message["dialog_act"]}
            if message["role"] == "usr" and len(acts) == 1:
                found.append((message["content"], acts.pop()))
    often = Counter(label for _, label in found)
    return once((text, label) for text, label in found if often[label] >= _LEAST_ROWS)


def bank_faqs(inputs: Inputs) -> Labelled:
    """Questions of a bank's customers, with the section of the site that they are answered in."""
    with inputs.file("bank_faqs_en", "BankFAQs.csv").open(encoding="utf-8-sig", newline="") as file:
        # A few rows name no class.
        return once((row["Question"], row["Class"]) for row in csv.DictReader(file) if row["Class"])


def md_agreement(inputs: Inputs) -> Labelled:
    """Training tweets of MD-Agreement (Leonardelli et al. 2021), offensive by majority or not."""
    folder = ("lewidi_multiannotator_en", "LeWiDi_2-2023", "MD-Agreement_dataset")
    path = inputs.file(*folder, "MD-Agreement_train.json")
    rows = json.loads(path.read_text("utf-8")).values()
    names = {"0": "acceptable", "1": "offensive"}
    return once((row["text"], names[str(row["hard_label"])]) for row in rows)


def imdb(inputs: Inputs) -> Labelled:
    """The 1,707 film reviews whose counterfactuals were written by Kaushik et al. (2020), as they were."""
    path = inputs.file("counterfactual_imdb_en", "orig", "train.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return once((row["Text"], row["Sentiment"]) for row in rows)


def once(pairs: Iterable[tuple[str, str]]) -> Labelled:
    """The rows in their order, each text with the label it has first."""
    first: dict[str, str] = {}
    for text, label in pairs:
        first.setdefault(text.strip(), label)
    return Labelled(list(first), list(first.values()))


#: name → the rows of the set
SETS: dict[str, Callable[[Inputs], Labelled]] = {
    "eprstmt": eprstmt,
    "crosswoz": crosswoz,
    "bank_faqs": bank_faqs,
    "md_agreement": md_agreement,
    "imdb": imdb,
}
