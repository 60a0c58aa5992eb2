"""The words of the clean report's page, in English and Chinese; those about findings are in `words`."""

from __future__ import annotations

from headway.pages.strings import COMMON
from headway.pages.words import Language

STRINGS: dict[Language, dict[str, str]] = {
    "en": {
        **COMMON["en"],
        "clean.title": "What is wrong with the data of {task}?",
        "section.findings": "What was found",
        "section.examples": "Examples",
        "findings.finding": "Finding",
        "findings.count": "Rows",
        "findings.share": "Share",
        "findings.action": "What would be done",
        "findings.none": "Nothing was found to be wrong.",
        "findings.not_found": "Looked for and not found: {names}.",
        "findings.applied": "done in new versions",
        "findings.of_labels": "{n} labels",
        "findings.note": "Nothing is changed unless you ask for it with the option that is named; "
        "the raw texts stay in any case. Personal data are masked on this page.",
        "card.texts": "Texts",
        "card.different": "{n} different ones",
        "card.labelled": "With a label",
        "card.labels": "{n} labels",
        "card.findings": "Findings",
        "card.options": "{n} can be dealt with by --apply",
        "example.becomes": "becomes",
        "example.rows": "{n} rows",
        "example.like": "like it",
        "example.characters": "{n} characters",
        "example.agree": "agree on",
        "example.test_only": "in the test only",
        "labels.none": "No text has a label yet.",
    },
    "zh": {
        **COMMON["zh"],
        "clean.title": "“{task}”的数据有什么问题？",
        "section.findings": "发现的问题",
        "section.examples": "示例",
        "findings.finding": "问题",
        "findings.count": "条数",
        "findings.share": "占比",
        "findings.action": "会怎样处理",
        "findings.none": "没有发现问题。",
        "findings.not_found": "检查过但没有发现：{names}。",
        "findings.applied": "新版本已处理",
        "findings.of_labels": "{n} 个标签",
        "findings.note": "只有您用所列选项提出要求时才会处理，原始文本始终保留。本页中的个人信息均已遮盖。",
        "card.texts": "文本",
        "card.different": "其中 {n} 条各不相同",
        "card.labelled": "有标签",
        "card.labels": "{n} 个标签",
        "card.findings": "问题",
        "card.options": "其中 {n} 类可用 --apply 处理",
        "example.becomes": "变为",
        "example.rows": "{n} 条",
        "example.like": "与之相近",
        "example.characters": "{n} 个字符",
        "example.agree": "统一为",
        "example.test_only": "只在测试集中",
        "labels.none": "还没有带标签的文本。",
    },
}


def text(language: Language, key: str, **values: object) -> str:
    """Return a string of the page in one language, with its values filled in."""
    return STRINGS[language][key].format(**values)
