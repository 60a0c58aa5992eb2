from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from headway.errors import ModelError, UsageError
from headway.inference.tokenize import TextTokenizer, check_texts, prepare_texts
from tests.compression.tiny import TEXTS, classifier_manifest, make_tokenizer


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tokenizer = make_tokenizer()
    tokenizer.enable_padding(length=9)
    tokenizer.enable_truncation(5)
    tokenizer.save(str(path))
    return path


@pytest.mark.parametrize("wrong", [None, 3, b"bytes", ["nested"]])
def test_what_is_not_a_text_is_named_with_its_place(wrong: Any) -> None:
    with pytest.raises(UsageError, match=f"Text number 1 is of type {type(wrong).__name__}"):
        check_texts(["a", wrong])


def test_a_lone_text_is_not_a_list() -> None:
    with pytest.raises(UsageError, match="not a single text"):
        check_texts("退款")


def test_texts_are_prepared_and_prefixed() -> None:
    manifest = classifier_manifest(preparation=("unicode-nfc@1", "whitespace@1"), prefix="query: ")
    assert prepare_texts(["  a \n b ", "\ud800", ""], manifest) == ["query: a b", "query: \ufffd", "query: "]


def test_only_the_manifest_decides_length_and_padding(path: Path) -> None:
    free = TextTokenizer(path, max_length=0).encode(TEXTS)
    assert max(len(ids) for ids in free) > 12
    cut = TextTokenizer(path, max_length=12).encode(TEXTS)
    assert [len(ids) for ids in cut] == [min(len(ids), 12) for ids in free]
    assert len(TextTokenizer(path, max_length=64).encode(["包裹"])[0]) < 9


def test_statistics_count_unknown_tokens_and_cut_texts(path: Path) -> None:
    tokenizer = TextTokenizer(path, max_length=12, prefix="box ")
    found = tokenizer.statistics(["box ☃ 包裹", "box " + "包裹" * 20])
    assert found.n == 2
    assert found.truncation_rate == 0.5
    inner = sum(len(ids) - 2 for ids in tokenizer.encode(["box ☃ 包裹", "box " + "包裹" * 20]))
    prefix = len(tokenizer.encode(["box "])[0]) - 2
    assert found.unknown_rate == pytest.approx(1 / (inner - 2 * prefix))
    assert tokenizer.statistics([]).n == 0


def test_truncated_texts_are_told(path: Path) -> None:
    texts = ["", "包裹", "包裹" * 20, "box " * 30, "x" * 1000]
    tokenizer = TextTokenizer(path, max_length=12)
    free = TextTokenizer(path, max_length=0)
    assert tokenizer.truncated(texts) == [len(ids) > 12 for ids in free.encode(texts)]
    assert free.truncated(texts) == [False] * 5


@pytest.mark.parametrize(
    "text", ["我想退掉这双鞋，" * 200, "shoes and money back " * 100, "x" * 5000, "☃ " * 900]
)
def test_a_very_long_text_gives_the_tokens_of_its_beginning(path: Path, text: str) -> None:
    whole = TextTokenizer(path, max_length=0).encode([text])[0]
    cut = TextTokenizer(path, max_length=12).encode([text, "包裹"])[0]
    assert cut == (whole if len(whole) <= 12 else [*whole[:11], 3])


def test_nothing_still_makes_one_token(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel({"a": 1, "[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert TextTokenizer(tmp_path / "tokenizer.json", 8).encode(["", "a"]) == [[0], [1]]


def test_a_damaged_tokenizer_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        TextTokenizer(tmp_path / "tokenizer.json", 8)
