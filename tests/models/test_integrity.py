from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

from headway.errors import ModelError
from headway.models import resolve_base


def _refused(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        resolve_base(str(folder), "en", folder / "cache")
    assert caught.value.next_step
    return caught.value.message


def _change_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b'{"hidden_size": 3}', b'{"model_type": 7}']
)
def test_a_broken_config_is_named(tiny_base: Path, content: bytes) -> None:
    (tiny_base / "config.json").write_bytes(content)
    assert "config.json" in _refused(tiny_base)


@pytest.mark.parametrize("key", ["vocab_size", "num_hidden_layers"])
@pytest.mark.parametrize("value", ["12", None, [1], 1.5])
def test_a_count_that_is_none_is_named(tiny_base: Path, key: str, value: object) -> None:
    _change_config(tiny_base, **{key: value})
    assert f"config.json has {key} {value!r}; expected a count" in _refused(tiny_base)


@pytest.mark.parametrize("keep", [0, 5, 100, -1])
def test_truncated_weights_are_named(tiny_base: Path, keep: int) -> None:
    path = tiny_base / "model.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    assert "model.safetensors is damaged" in _refused(tiny_base)


def test_missing_tensors_are_named(tiny_base: Path) -> None:
    path = tiny_base / "model.safetensors"
    tensors = load_file(path)
    del tensors["encoder.layer.1.output.dense.weight"]
    save_file(tensors, path)
    assert "lacks 1 tensors, layer.1.output.dense.weight first" in _refused(tiny_base)


def test_missing_layers_are_noticed(tiny_base: Path) -> None:
    _change_config(tiny_base, num_hidden_layers=3)
    assert "layer.2." in _refused(tiny_base)


def test_weights_without_word_vectors_are_no_encoder(tiny_base: Path) -> None:
    path = tiny_base / "model.safetensors"
    tensors = load_file(path)
    del tensors["embeddings.word_embeddings.weight"]
    save_file(tensors, path)
    assert "no word embeddings" in _refused(tiny_base)


def test_a_vocabulary_of_another_size_is_noticed(tiny_base: Path) -> None:
    _change_config(tiny_base, vocab_size=7)
    assert "but config.json says vocab_size 7" in _refused(tiny_base)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"model": {}}'])
def test_a_broken_tokenizer_is_named(tiny_base: Path, content: str) -> None:
    (tiny_base / "tokenizer.json").write_text(content)
    assert "tokenizer.json is damaged" in _refused(tiny_base)


def test_a_tokenizer_of_another_model_is_noticed(tiny_base: Path) -> None:
    path = tiny_base / "tokenizer.json"
    tokenizer = json.loads(path.read_text())
    tokenizer["model"]["vocab"]["多"] = 999_999
    path.write_text(json.dumps(tokenizer))
    assert "token id 999999" in _refused(tiny_base)
