"""The public data sets the benchmarks read, as they were published."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from headway.errors import HeadwayError

#: shared/models holds the Chinese–English encoder under this name
SHARED_ENCODER = "multilingual-e5-small-zh-en"


class MissingInputError(HeadwayError):
    """Data or a model this benchmark needs is not here."""

    exit_code = 5


@dataclass(frozen=True)
class Labelled:
    """Texts and their labels, in the order of the file."""

    texts: list[str]
    labels: list[str]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class Inputs:
    """Where the data sets and the models are."""

    data: Path
    models: Path

    def file(self, *parts: str) -> Path:
        """A file of a data set. Raises `MissingInputError` where it is not there."""
        return _present(self.data.joinpath(*parts), "--data DIR")

    def folder(self, name: str) -> Path:
        """The folder of a data set. Raises `MissingInputError` where it is not there."""
        folder = self.data / name
        if not folder.is_dir():
            raise MissingInputError(
                f"{folder} is not there.", next_step="Name the folder that holds it with --data DIR."
            )
        return folder

    def encoder(self) -> Path:
        """The folder of the Chinese–English encoder. Raises `MissingInputError` where it is not there."""
        folder = self.models / SHARED_ENCODER
        _present(folder / "model.safetensors", "--models DIR")
        return folder

    def banking77(self, part: str) -> Labelled:
        """BANKING77 (Casanueva et al. 2020), `part` is "train" or "test"."""
        with self.file("banking77", f"{part}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return Labelled([row["text"] for row in rows], [row["category"] for row in rows])

    def thucnews(self, part: str) -> Labelled:
        """Titles of THUCNews in ten classes, `part` is "dev" or "test"; 10,000 rows each."""
        names = self.file("thucnews_titles_zh", "class.txt").read_text("utf-8").split()
        lines = self.file("thucnews_titles_zh", f"{part}.txt").read_text("utf-8").splitlines()
        pairs = [line.rsplit("\t", 1) for line in lines if line.strip()]
        return Labelled([text for text, _ in pairs], [names[int(number)] for _, number in pairs])

    def sst2(self, part: str) -> Labelled:
        """Sentences of SST-2 (Socher et al. 2013), `part` is "train", "dev" or "test"."""
        lines = self.file("sst_en", f"stsa.binary.{part}").read_text("utf-8").splitlines()
        pairs = [line.split(" ", 1) for line in lines if line.strip()]
        return Labelled([text for _, text in pairs], [("negative", "positive")[int(n)] for n, _ in pairs])

    def chnsenticorp(self, part: str) -> Labelled:
        """Reviews of ChnSentiCorp, `part` is "train", "dev" or "test"; many texts are in several parts."""
        lines = self.file("chnsenticorp_zh", f"{part}.tsv").read_text("utf-8").splitlines()[1:]
        pairs = [line.split("\t", 1) for line in lines if line.strip()]
        return Labelled([text for _, text in pairs], [("negative", "positive")[int(n)] for n, _ in pairs])

    def tnews(self, part: str) -> Labelled:
        """News titles of FewCLUE's TNEWS, `part` is "train_few_all", "dev_few_all" or "test_public"."""
        lines = self.file("fewclue_zh", "tnews", f"{part}.json").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return Labelled([row["sentence"] for row in rows], [row["label_desc"] for row in rows])

    def bitext(self) -> Labelled:
        """The 8,175 customer messages of Bitext's sample, with their intents; there is no split."""
        path = self.file("bitext_cs_en", "Bitext_Sample_Customer_Service_Training_Dataset.csv")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return Labelled([row["utterance"] for row in rows], [row["intent"] for row in rows])


def stratified(rows: Labelled, n: int, seed: int = 0) -> Labelled:
    """Draw `n` rows at random, the labels in proportion to their frequency."""
    from sklearn.model_selection import train_test_split

    texts, _, labels, _ = train_test_split(
        rows.texts, rows.labels, train_size=n, stratify=rows.labels, random_state=seed
    )
    return Labelled(texts, labels)


def without(rows: Labelled, others: Labelled) -> Labelled:
    """The rows whose text is not among the others', however it is spaced or written in width."""
    from headway.text import prepare

    known = {prepare(text) for text in others.texts}
    kept = [
        (text, label)
        for text, label in zip(rows.texts, rows.labels, strict=True)
        if prepare(text) not in known
    ]
    return Labelled([text for text, _ in kept], [label for _, label in kept])


def _present(path: Path, option: str) -> Path:
    if not path.is_file():
        raise MissingInputError(
            f"{path} is not there.", next_step=f"Name the folder that holds it with {option}."
        )
    return path
