"""How the report finds its words in English and Chinese, and how it writes numbers."""

from __future__ import annotations

from collections.abc import Mapping

from headway.evaluation.finding_words import FINDING_WORDS, LANGUAGE_NAMES
from headway.evaluation.report_words import REPORT_WORDS
from headway.pages.words import LANGUAGES, Language
from headway.terminal import percent

__all__ = ["STRINGS", "chance", "duration", "name", "points", "quantity", "slice_name", "text"]

STRINGS: dict[Language, dict[str, str]] = {
    language: {**REPORT_WORDS[language], **FINDING_WORDS[language]} for language in LANGUAGES
}

# Costs and equivalence figures come from other rooms; a name not listed is shown as it is.
NAMES: dict[str, tuple[str, str]] = {
    "train_seconds": ("Training", "训练"),
    "evaluate_seconds": ("Evaluation", "评估"),
    "export_seconds": ("Export", "导出"),
    "embed_seconds": ("Embedding", "计算向量"),
    "total_seconds": ("Total", "合计"),
    "passed": ("Within tolerance", "在容许范围内"),
    "reasons": ("Outside tolerance", "超出容许范围"),
    "reference": ("Compared with", "比较对象"),
    "candidate": ("Served", "上线的模型"),
    "n": ("Texts compared", "比较的文本数"),
    "int8": ("int8 beside fp32, before the last refit", "int8 与 fp32 对比（最后一次重训之前）"),
    "export": ("The published file beside the trained model", "发布文件与训练所得模型对比"),
    "probability_gap": ("Largest probability gap", "概率的最大差距"),
    "batch_gap": ("Gap between alone and in a batch", "单条与批量的差距"),
    "label_agreement": ("Same label", "标签一致"),
    "ties": ("Ties between two labels", "两个标签得分相同"),
    "largest_probability_gap": ("Largest gap in a probability", "概率的最大差距"),
    "accuracy_reference": ("Accuracy before", "之前的准确率"),
    "accuracy_candidate": ("Accuracy as served", "上线模型的准确率"),
    "accuracy_loss": ("Accuracy lost", "准确率损失"),
    "accuracy_loss_interval": ("Accuracy lost, 95% interval", "准确率损失的 95% 置信区间"),
    "batch_invariance": ("Alone or in a batch", "单条与批量之间"),
    "size_bytes": ("Size", "大小"),
    "size_bytes_reference": ("Size before", "之前的大小"),
    "size_bytes_candidate": ("Size as served", "上线模型的大小"),
    "texts_per_second": ("Texts per second", "每秒文本数"),
    "texts_per_second_reference": ("Texts per second before", "之前的每秒文本数"),
    "texts_per_second_candidate": ("Texts per second as served", "上线模型的每秒文本数"),
    "labels_equal": ("Same labels", "标签相同"),
    "largest_gap": ("Largest gap", "最大差距"),
    "tolerance": ("Tolerance", "容许值"),
    "tolerances": ("Tolerances", "容许范围"),
    "rows": ("Rows", "条数"),
    "precision": ("Number format", "数值格式"),
}


def text(language: Language, key: str, **values: object) -> str:
    """Return a string of the report in one language, with its values filled in."""
    return STRINGS[language][key].format(**values)


def name(language: Language, key: str) -> str:
    """Return what a cost or an equivalence figure is called, or its key with spaces."""
    known = NAMES.get(key)
    return known[LANGUAGES.index(language)] if known else key.replace("_", " ")


def points(value: float, *, sign: bool = True) -> str:
    """Write a difference of fractions in percentage points with one decimal."""
    return f"{100 * value:+.1f}".replace("-", "−") if sign else f"{100 * abs(value):.1f}"


def chance(p_value: float) -> str:
    """Write a p value: with three decimals, or as less than the least of them."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def slice_name(language: Language, kind: str, value: str, column: str = "") -> str:
    """Write what a slice of `measure_slices` holds: a range of lengths, a language, a file, a value."""
    if kind == "language":
        known = LANGUAGE_NAMES.get(value)
        return known[LANGUAGES.index(language)] if known else value
    return text(language, f"slice.{kind}", value=value, name=column)


def duration(language: Language, seconds: float) -> str:
    """Write a time in seconds the way people say it."""
    hour, minute, second = ("h", "min", "s") if language == "en" else ("小时", "分", "秒")
    if seconds < 10:
        return f"{seconds:.1f} {second}"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} {second}"
    if whole < 3600:
        return f"{whole // 60} {minute} {whole % 60} {second}"
    return f"{whole // 3600} {hour} {whole % 3600 // 60} {minute}"


def quantity(language: Language, key: str, value: object) -> str:
    """Write a cost or an equivalence figure; its key tells the unit, and what is nested is joined."""
    if value is None or isinstance(value, bool):
        return text(language, {None: "unknown", True: "yes", False: "no"}[value])
    if isinstance(value, Mapping):
        parts = (
            name(language, str(inner)) + text(language, "colon") + quantity(language, str(inner), one)
            for inner, one in value.items()
        )
        return text(language, "summary.separator").join(parts)
    if isinstance(value, list | tuple):
        return ", ".join(quantity(language, key, one) for one in value)
    return _number(language, key, value) if isinstance(value, int | float) else str(value)


def _number(language: Language, key: str, value: float) -> str:
    if key.endswith("_seconds"):
        return duration(language, value)
    if "_bytes" in key:
        return f"{value / 1e6:,.1f} MB"
    if "accuracy_loss" in key:
        return f"{points(value)} {text(language, 'figures.points')}"
    if "agreement" in key or "accuracy" in key:
        return percent(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
