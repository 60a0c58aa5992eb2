"""Small projects, texts and base models that several rooms' tests share; the dear ones are made once."""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

import headway.workflow
from headway.cli import main
from headway.project import Project

MESSAGES = Path(headway.workflow.__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
TASK = "intents"
WIDTH, POSITIONS = 64, 96

Rows = Sequence[tuple[str, str]]


def messages(language: str) -> list[tuple[str, str]]:
    """The sound rows (text, label) of the customer messages that come with the package."""
    with (MESSAGES / f"messages_{language}.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["message"], row["intent"]) for row in csv.DictReader(file)]
    return [(text, label) for text, label in rows if text.strip() and label.replace("_", "").isalpha()]


def mixed(n: int) -> list[tuple[str, str]]:
    """The first n messages of both languages, taken in turn."""
    return [row for pair in zip(messages("zh"), messages("en"), strict=False) for row in pair][:n]


def toy(n: int = 40) -> list[tuple[str, str]]:
    """Rows of two labels in two languages that anything can tell apart."""
    kinds = [("退款 refund 钱 money", "refund"), ("快递 parcel 包裹 box", "delivery")]
    return [(f"{text} {unlike(number)}", label) for number in range(n // 2) for text, label in kinds]


def unlike(number: int) -> str:
    """A word of its own for each number: texts that differ by a digit only are near-duplicates."""
    return (
        hashlib.sha256(str(number).encode())
        .hexdigest()[:8]
        .translate(str.maketrans("0123456789", "ghijklmnop"))
    )


def write_csv(path: Path, rows: Rows, header: tuple[str, str] = ("text", "label")) -> Path:
    """A csv file of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def make_project(folder: Path, rows: Rows, name: str = TASK) -> Project:
    """A project that holds labelled rows and no model."""
    project = Project.create(folder, name=name)
    project.import_files(write_csv(folder / "rows.csv", rows), text="text", label="label", id=None, time=None)
    return project


def make_base(folder: Path, *, seed: int = 0, readme: str = "") -> Path:
    """A BERT of one layer with random weights, whose vectors still tell which words a text has."""
    folder.mkdir(parents=True)
    tokenizer = _tokenizer([text for text, _ in messages("zh") + messages("en")])
    tokenizer.save(str(folder / "tokenizer.json"))
    tokenizer_config = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config))
    config = {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": WIDTH,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "intermediate_size": 2 * WIDTH,
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_weights(tokenizer.get_vocab_size(), seed), folder / "model.safetensors", {"format": "pt"})
    if readme:
        (folder / "README.md").write_text(readme, "utf-8")
    return folder


def _tokenizer(texts: Sequence[str]) -> Tokenizer:
    # A trainer breaks ties by chance, and each run would see another base model: so words are counted.
    normalizer, splitter = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    words = Counter(
        word for text in texts for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))
    )
    characters = sorted({character for word in words for character in word})
    frequent = sorted(words, key=lambda word: (-words[word], word))[:2_000]
    pieces = dict.fromkeys([*SPECIAL, *frequent, *characters, *(f"##{one}" for one in characters)])
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = splitter
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def _weights(vocabulary: int, seed: int) -> dict[str, np.ndarray[Any, Any]]:
    # Words weigh much, the layer little: else int8 would shake a net that nothing has trained.
    words, little = 1.0, 0.05
    dense = {
        "attention.self.query": (WIDTH, WIDTH),
        "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (2 * WIDTH, WIDTH),
        "output.dense": (WIDTH, 2 * WIDTH),
    }
    shapes = {
        "embeddings.word_embeddings.weight": (vocabulary, WIDTH),
        "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "pooler.dense.weight": (WIDTH, WIDTH),
        "pooler.dense.bias": (WIDTH,),
    }
    for name, shape in dense.items():
        shapes[f"encoder.layer.0.{name}.weight"] = shape
        shapes[f"encoder.layer.0.{name}.bias"] = shape[:1]
    rng = np.random.default_rng(seed)
    weights = {
        name: (rng.normal(size=shape) * (words if "word" in name else little)).astype(np.float32)
        for name, shape in shapes.items()
    }
    norms = ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"]
    for norm in norms:
        weights[f"{norm}.LayerNorm.weight"] = np.ones(WIDTH, dtype=np.float32)
        weights[f"{norm}.LayerNorm.bias"] = np.zeros(WIDTH, dtype=np.float32)
    return weights


@functools.cache
def tiny_base(session: Path) -> Path:
    """A base model that says its licence and both languages, made once in the session's folder."""
    return make_base(session / "bases" / "tiny", readme="---\nlicense: mit\nlanguage:\n- zh\n- en\n---\n")


@functools.cache
def trained_project(session: Path) -> Path:
    """A project of 300 messages, made once, with @1 a baseline, @2 a probe in fp32, @3 one in int8."""
    folder = session / "trained" / "项目"
    with make_project(folder, mixed(300)) as project:
        project.train("baseline")
        for precision in ("fp32", "int8"):
            project.train("probe", base=str(tiny_base(session)), precision=precision)
    return folder


def copy_of(project: Path, target: Path) -> Path:
    """A copy of a project that a test may change."""
    return Path(shutil.copytree(project, target, symlinks=True))


@dataclass(frozen=True)
class Called:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        content = json.loads(self.out)
        assert isinstance(content, dict)
        return content


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> Called:
    """Run a command in this process, as the shell would in one of its own."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    code = ended.value.code
    return Called(code if isinstance(code, int) else 0, captured.out, captured.err)
