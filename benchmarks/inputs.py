"""The public data sets the benchmarks read, as they were published."""

from __future__ import annotations

import csv
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


def stratified(rows: Labelled, n: int, seed: int = 0) -> Labelled:
    """Draw `n` rows at random, the labels in proportion to their frequency."""
    from sklearn.model_selection import train_test_split

    texts, _, labels, _ = train_test_split(
        rows.texts, rows.labels, train_size=n, stratify=rows.labels, random_state=seed
    )
    return Labelled(texts, labels)


def _present(path: Path, option: str) -> Path:
    if not path.is_file():
        raise MissingInputError(
            f"{path} is not there.", next_step=f"Name the folder that holds it with {option}."
        )
    return path
