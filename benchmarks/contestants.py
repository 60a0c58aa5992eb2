"""The contestants of `predictor_rate`: one encoder, one head, three ways to run them.

Imported when the benchmark runs, for it loads torch and transformers.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import quantize_dynamic
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertModel, BertPreTrainedModel, pipeline
from transformers.modeling_outputs import SequenceClassifierOutput
from transformers.utils import logging

from benchmarks.inputs import Labelled
from headway.compression import make_classifier
from headway.inference import Embedder, Predictor
from headway.models import BaseModel
from headway.registry import Manifest

#: raw texts of one batch → probabilities, float32 [n, labels]
Scorer = Callable[[Sequence[str]], NDArray[np.float32]]
#: raw texts and a batch size → labels
Labeller = Callable[[Sequence[str], int], list[str]]


@dataclass(frozen=True)
class Head:
    """A linear head on vectors of length 1: weights [labels, dimension], bias [labels]."""

    labels: list[str]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


class MeanPooledClassifier(BertPreTrainedModel):  # type: ignore[misc]
    """BERT, mean pooling, length 1, a linear head: what our artefact computes, as a transformers model."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.classifier = torch.nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None) -> Any:
        """Logits [batch, labels] for token ids and mask [batch, tokens]."""
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
        unit = torch.nn.functional.normalize(pooled, dim=-1)
        return SequenceClassifierOutput(logits=self.classifier(unit))


class _Probabilities(torch.nn.Module):  # type: ignore[misc]
    """The graph that is exported: probabilities instead of an output object."""

    def __init__(self, model: MeanPooledClassifier) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        return self.model(input_ids, attention_mask).logits.softmax(dim=-1)


def fit_head(encoder: Path, rows: Labelled) -> Head:
    """Fit a logistic regression on the encoder artefact's embeddings of labelled texts."""
    model = LogisticRegression(C=30.0, max_iter=1_000).fit(
        Embedder.load(encoder).embed(rows.texts), rows.labels
    )
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    return Head([str(label) for label in model.classes_], weights, bias)


def headway_predictor(encoder: Path, head: Head, folder: Path) -> Scorer:
    """Ours: the predictor of an artefact made from an encoder artefact and the head."""
    manifest = Manifest(
        kind="classifier",
        engine="",
        precision="",
        name="benchmark",
        created_at="",
        task={"name": "benchmark", "kind": "text-classification", "labels": head.labels},
    )
    return Predictor.load(make_classifier(encoder, head.weights, head.bias, manifest, folder)).predict_scores


def onnxruntime_dynamic(base: BaseModel, head: Head, folder: Path) -> Scorer:
    """Plain onnxruntime: dynamic int8 per channel, default session, padding to the longest in the batch.

    The graph comes from torch's older exporter and eager attention, the fastest of the ways we measured.
    """
    folder.mkdir()
    quantised = folder / "int8.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter says that there is a newer one
        _export(_classifier(base, head, attn_implementation="eager"), folder / "fp32.onnx")
        quantize_dynamic(folder / "fp32.onnx", quantised, per_channel=True)
    session = onnxruntime.InferenceSession(quantised, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(base.folder / "tokenizer.json"))
    tokenizer.enable_truncation(base.max_length)
    tokenizer.enable_padding()

    def score(texts: Sequence[str]) -> NDArray[np.float32]:
        encodings = tokenizer.encode_batch(list(texts))
        feed = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64),
        }
        (probabilities,) = session.run(None, feed)
        result: NDArray[np.float32] = probabilities
        return result

    return score


def transformers_pipeline(base: BaseModel, head: Head, dtype: Literal["bfloat16", "float32"]) -> Labeller:
    """The text-classification pipeline of transformers in a precision of torch.

    The real pipeline, given all texts at once, so that its own loader batches and pads them. Only the model
    class is ours: it pools as the encoder was trained to, where transformers' own would run one more layer.
    """
    model = _classifier(base, head, dtype=getattr(torch, dtype))
    classify = pipeline(
        "text-classification", model=model, tokenizer=AutoTokenizer.from_pretrained(base.folder), device="cpu"
    )

    def label(texts: Sequence[str], batch_size: int) -> list[str]:
        return [answer["label"] for answer in classify(list(texts), batch_size=batch_size, truncation=True)]

    return label


def _classifier(base: BaseModel, head: Head, **options: Any) -> MeanPooledClassifier:
    logging.disable_progress_bar()
    logging.set_verbosity(logging.CRITICAL)  # it remarks on every class and head that is not its own
    model = MeanPooledClassifier.from_pretrained(
        base.folder, id2label=dict(enumerate(head.labels)), num_labels=len(head.labels), **options
    )
    with torch.no_grad():
        model.classifier.weight.copy_(torch.from_numpy(head.weights))
        model.classifier.bias.copy_(torch.from_numpy(head.bias))
    model.eval()
    return model  # type: ignore[no-any-return]


def _export(model: MeanPooledClassifier, path: Path) -> None:
    ids = torch.ones((2, 16), dtype=torch.int64)
    torch.onnx.export(
        _Probabilities(model).eval(),
        (ids, torch.ones_like(ids)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["probabilities"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask")},
        opset_version=17,
        dynamo=False,
    )
