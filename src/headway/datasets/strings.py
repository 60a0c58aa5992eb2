"""The words of a dataset version's page, in English and Chinese."""

from __future__ import annotations

from headway.pages.strings import COMMON
from headway.pages.words import Language

STRINGS: dict[Language, dict[str, str]] = {
    "en": {
        **COMMON["en"],
        "dataset.title": "Dataset version {number} of {task}",
        "section.warnings": "Please note",
        "section.made": "How it was made",
        "section.left_out": "What stays out",
        "card.share": "{share} of the version",
        "split.train": "train",
        "split.validation": "validation",
        "split.test": "test",
        "made.hash": "Hash",
        "made.created_at": "Made at (UTC)",
        "made.cut_off": "Labels up to (UTC)",
        "made.consensus": "Of several labels",
        "made.preparation": "Preparation",
        "made.options": "Options",
        "made.forgotten": "Forgotten rows",
        "made.near_duplicates": "Near-duplicates",
        "made.duplicate_rows": "Repeated texts",
        "made.augmented": "Rows made by augmentation",
        "made.rules": "Rows labelled by rules alone",
        "left_out.known-elsewhere": "their text was in another split before",
        "left_out.given-elsewhere": "you gave them to another split than that of their group",
        "left_out.not-given": "they belong with texts of a split that you gave",
        "left_out.capped": "their label has enough rows for training",
        "left_out.rules-undecided": "only rules have labelled them, and these do not agree on one label",
        "left_out.rules-repeated": "only rules have labelled them, and somebody labelled the same text",
        "left_out.rules-not-training": "only rules have labelled them, and they may not be trained on",
    },
    "zh": {
        **COMMON["zh"],
        "dataset.title": "“{task}”的数据集版本 {number}",
        "section.warnings": "请注意",
        "section.made": "版本是怎么来的",
        "section.left_out": "没有用到的",
        "card.share": "占该版本的 {share}",
        "split.train": "训练",
        "split.validation": "验证",
        "split.test": "测试",
        "made.hash": "哈希",
        "made.created_at": "生成时间（UTC）",
        "made.cut_off": "标签截至（UTC）",
        "made.consensus": "多个标签时取",
        "made.preparation": "文本预处理",
        "made.options": "选项",
        "made.forgotten": "已遗忘的条数",
        "made.near_duplicates": "近似重复",
        "made.duplicate_rows": "重复文本",
        "made.augmented": "增强得到的条数",
        "made.rules": "仅由规则标注的条数",
        "left_out.known-elsewhere": "其文本以前在另一个划分中",
        "left_out.given-elsewhere": "您指定的划分与其所在组不同",
        "left_out.not-given": "与您指定的划分中的文本属于同一组",
        "left_out.capped": "其标签的训练数据已经够多",
        "left_out.rules-undecided": "仅由规则标注，而各条规则的意见不一致",
        "left_out.rules-repeated": "仅由规则标注，而相同的文本已有人标注",
        "left_out.rules-not-training": "仅由规则标注，且不能用于训练",
    },
}


def text(language: Language, key: str, **values: object) -> str:
    """Return a string of the page in one language, with its values filled in."""
    return STRINGS[language][key].format(**values)
