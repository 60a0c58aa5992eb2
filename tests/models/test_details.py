from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.models.details import (
    front_matter,
    languages_of,
    licence_of,
    max_length_of,
    pooling_of,
    prefix_of,
)


def _write(folder: Path, **files: object) -> Path:
    names = {
        "pooling": "1_Pooling/config.json",
        "tokenizer": "tokenizer_config.json",
        "prompts": "config_sentence_transformers.json",
        "sentence": "sentence_bert_config.json",
    }
    for name, content in files.items():
        path = folder / names[name]
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"pooling_mode_cls_token": True}, "cls"),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ([], "mean"),
    ],
)
def test_pooling(tmp_path: Path, config: object, expected: str) -> None:
    assert pooling_of(_write(tmp_path, pooling=config)) == expected
    assert pooling_of(tmp_path / "elsewhere") == "mean"


@pytest.mark.parametrize(
    ("name", "config", "expected"),
    [
        ("intfloat/multilingual-e5-small", {}, "query: "),
        ("multilingual-e5-small-zh-en", {}, "query: "),
        ("ours", {"_name_or_path": "intfloat/e5-base-v2"}, "query: "),
        ("intfloat/multilingual-e5-large-instruct", {}, ""),
        ("BAAI/bge-small-zh-v1.5", {}, ""),
        ("model-cafe52", {}, ""),
    ],
)
def test_prefix_by_name(tmp_path: Path, name: str, config: dict[str, Any], expected: str) -> None:
    assert prefix_of(tmp_path, name, {"model_type": "bert"} | config) == expected


@pytest.mark.parametrize(
    ("prompts", "expected"),
    [
        ({"prompts": {"a": "任务：", "b": "y"}, "default_prompt_name": "a"}, "任务："),
        ({"prompts": {"classification": "classify: "}, "default_prompt_name": None}, "classify: "),
        ({"prompts": {"query": "query: ", "passage": "passage: "}}, "query: "),
        ({"prompts": {"query": "为这个句子生成表示以用于检索相关文章："}}, ""),
        ({"prompts": None}, ""),
    ],
)
def test_prefix_by_prompts(tmp_path: Path, prompts: dict[str, Any], expected: str) -> None:
    assert prefix_of(_write(tmp_path, prompts=prompts), "m", {"model_type": "bert"}) == expected


@pytest.mark.parametrize(
    ("kind", "positions", "files", "expected"),
    [
        ("bert", 512, {}, 512),
        ("bert", 512, {"sentence": {"max_seq_length": 256}, "tokenizer": {"model_max_length": 512}}, 256),
        ("bert", 512, {"tokenizer": {"model_max_length": 1e30}}, 512),
        ("bert", 512, {"tokenizer": {"model_max_length": float("inf")}}, 512),
        ("bert", 512, {"tokenizer": {"model_max_length": "many"}}, 512),
        ("xlm-roberta", 514, {}, 512),
        ("roberta", 130, {}, 128),
        ("modernbert", 8192, {}, 512),
        ("xlnet", -1, {"sentence": {"max_seq_length": None}}, 512),
    ],
)
def test_max_length(tmp_path: Path, kind: str, positions: int, files: dict[str, Any], expected: int) -> None:
    config = {"model_type": kind, "max_position_embeddings": positions}
    assert max_length_of(_write(tmp_path, **files), config) == expected


@pytest.mark.parametrize(
    ("readme", "name", "expected"),
    [
        ("---\nlanguage:\n- zh\n- en\n---\n", "m", ("zh", "en")),
        ("---\nlanguage: [zh-CN, 'en']\n---\n", "m", ("zh", "en")),
        ("---\r\nlanguage: Chinese\r\n---\r\n", "m", ("zh",)),
        ("# No front matter", "all-MiniLM-L6-v2", ("en",)),
        ("", "multilingual-e5-small-zh-en", ("zh", "en")),
        ("", "BAAI/bge-small-zh-v1.5", ("zh",)),
        ("", "m", ()),
    ],
)
def test_languages(tmp_path: Path, readme: str, name: str, expected: tuple[str, ...]) -> None:
    (tmp_path / "README.md").write_text(readme, newline="")
    assert languages_of(tmp_path, name) == expected


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("README.md", "---\ntags:\n- a\nlicense: apache-2.0 # free\n---\n", ("apache-2.0", "README.md")),
        ("README.md", "---\nlicense: other\nlicense_name: Our-NC\n---\n", ("our-nc", "README.md")),
        ("README.md", "license: mit", ("unknown", "")),
        ("LICENSE", "MIT License\n\nCopyright", ("mit", "LICENSE")),
        ("LICENSE.txt", "Apache License\nVersion 2.0", ("apache-2.0", "LICENSE.txt")),
        ("LICENSE", "Attribution-NonCommercial 4.0", ("cc-by-nc", "LICENSE")),
        ("LICENSE", "本模型仅供研究使用", ("other", "LICENSE")),
        ("notes.txt", "MIT License", ("unknown", "")),
    ],
)
def test_licence(tmp_path: Path, file: str, text: str, expected: tuple[str, str]) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert licence_of(tmp_path) == expected


@settings(max_examples=50)
@given(st.text())
def test_front_matter_takes_any_text(text: str) -> None:
    front_matter(text)
    front_matter(f"---\n{text}\n---\n")


_WORDS = st.text("abcxyz019-中文", min_size=1, max_size=8).filter(lambda word: word.strip("-"))


@settings(max_examples=50)
@given(st.lists(_WORDS, min_size=1, max_size=4))
def test_front_matter_reads_both_kinds_of_list(words: list[str]) -> None:
    block = "".join(f"- {word}\n" for word in words)
    assert front_matter(f"---\nlanguage:\n{block}---\n")["language"] == words
    assert front_matter(f"---\nlanguage: [{', '.join(words)}]\n---\n")["language"] == words
