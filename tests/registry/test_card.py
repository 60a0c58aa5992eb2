from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from huggingface_hub import ModelCard

from headway.records import ModelVersion, Run
from headway.registry import Manifest
from headway.registry.card import model_card

VERSION = ModelVersion("客服", 3, "客服", "a" * 64, "int8", "2026-11-22T00:00:00.000000+00:00", "run1")
MANIFEST = Manifest(
    kind="classifier",
    engine="onnx",
    precision="int8",
    name="客服",
    created_at="2026-11-22T00:00:00.000000+00:00",
    task={"name": "客服", "kind": "text-classification", "labels": ["退款", "yes: no", "- 物流"]},
    base_model={"name": "multilingual-e5-small", "licence": "mit", "sha256": "b" * 64},
    dataset="d" * 64,
    recipe="probe",
    settings={"c": 30.0},
    versions={"headway": "0.1.0", "numpy": "2.3"},
    licence="mit",
    extra={"language": "zh"},
)
INT8 = {"passed": False, "reasons": ["Too few labels are equal."], "label_agreement": 0.97, "n": 500}
RUN = Run(
    "run1", "客服", "probe", "d" * 64, 0, {}, "done", "2026-11-22T00:00:00.000000+00:00",
    metrics={
        "validation": {"accuracy": 0.91234, "macro_f1": 0.9, "log_loss": 0.3},
        "interval": {"accuracy": [0.88, 0.93]},
    },
    details={
        "warnings": ["Labels with a single example: '物流'."],
        "equivalence": {"int8": {**INT8, "largest_probability_gap": 0.2}},
    },
)  # fmt: skip


def card(manifest: Manifest = MANIFEST, run: Run | None = RUN) -> tuple[dict[str, Any], str]:
    """A card's front matter, read as the hub reads it, and its text."""
    text = model_card(VERSION, manifest, run)
    parsed = ModelCard(text, ignore_metadata_errors=False)
    _, front, _ = text.split("---\n", 2)
    assert yaml.safe_load(front) == yaml.safe_load(parsed.data.to_yaml())
    return yaml.safe_load(front), parsed.text


def test_the_front_matter_is_what_the_hub_reads() -> None:
    data, _ = card()
    assert data["license"] == "mit"
    assert data["language"] == "zh"
    assert data["base_model"] == "multilingual-e5-small"
    assert data["pipeline_tag"] == "text-classification"
    (entry,) = data["model-index"]
    metrics = {m["type"]: m["value"] for result in entry["results"] for m in result["metrics"]}
    assert metrics == {"accuracy": 0.9123, "macro_f1": 0.9}


def test_the_text_says_what_the_figures_are_and_what_to_know() -> None:
    _, text = card()
    for words in (
        "# 客服@3",
        "3 labels: 退款, yes: no, - 物流",
        "accuracy 0.9123 (95% interval 0.8800 to 0.9300)",
        "macro_f1 0.9000",
        "before the last refit",
        "int8: refused: Too few labels are equal.; 97.00% of 500 labels equal",
        "multilingual-e5-small (licence mit",
        "headway 0.1.0, numpy 2.3",
        "Labels with a single example: '物流'.",
    ):
        assert words in text


def test_a_baseline_has_no_base_and_needs_no_licence() -> None:
    baseline = dataclasses.replace(MANIFEST, base_model={}, licence="none needed", recipe="baseline")
    data, text = card(baseline)
    assert "base_model" not in data
    assert "license" not in data
    assert "no base model" in text


@pytest.mark.parametrize("run", [None, dataclasses.replace(RUN, metrics={}, details={})])
def test_without_figures_the_card_says_so(run: Run | None) -> None:
    data, text = card(run=run)
    assert "model-index" not in data
    assert "Nothing was measured" in text


HISTORY = [
    {"epoch": 1, "step": 8, "loss": 0.91234, "accuracy": 0.8, "macro_f1": 0.75, "log_loss": 0.6},
    {"epoch": 2, "step": 16, "loss": 0.5, "accuracy": 0.9, "macro_f1": 0.875, "log_loss": 0.4},
]
TUNED = dataclasses.replace(
    RUN,
    recipe="full",
    details={
        "history": HISTORY,
        "encoder_files": {"model.safetensors": "c" * 64},
        "refitted": False,
        "temperature": 1.53219,
        "studies": {
            "repeats": {"en": "With 3 seeds the accuracy was 90.1%.", "zh": "三个种子的准确率为 90.1%。"}
        },
    },
)


def test_of_a_trained_encoder_the_epochs_the_temperature_and_the_weights_are_told() -> None:
    data, text = card(dataclasses.replace(MANIFEST, recipe="full"), TUNED)
    for words in (
        "| epoch | loss | accuracy | macro_f1 | log_loss |\n| --- | --- | --- | --- | --- |\n",
        "| 1 | 0.9123 | 0.8000 | 0.7500 | 0.6000 |",
        "| 2 | 0.5000 | 0.9000 | 0.8750 | 0.4000 |",
        "on validation rows, as it is published",
        "scaled by the temperature 1.532",
        "With 3 seeds the accuracy was 90.1%.",
        f"licence mit, sha256 of the trained weights {'b' * 64}",
    ):
        assert words in text
    assert "before the last refit" not in text
    assert data["base_model"] == "multilingual-e5-small"


def test_what_was_not_measured_in_an_epoch_has_no_column() -> None:
    details = {**TUNED.details, "history": [{"epoch": 1, "step": 8, "loss": 0.5}]}
    _, text = card(run=dataclasses.replace(TUNED, details=details))
    assert "| epoch | loss |\n| --- | --- |\n| 1 | 0.5000 |" in text
    _, text = card()
    assert "How it was trained" not in text
    assert "temperature" not in text


def test_metrics_of_the_users_own_stand_beside_the_others() -> None:
    metrics = {"validation": {**RUN.metrics["validation"], "费用:cost": 12.5}, "interval": {}}
    _, text = card(run=dataclasses.replace(RUN, metrics=metrics))
    assert "- 费用:cost 12.5000" in text
