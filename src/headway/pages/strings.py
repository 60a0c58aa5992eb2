"""The words that pages about data share, in English and Chinese."""

from __future__ import annotations

from headway.pages.words import Language

COMMON: dict[Language, dict[str, str]] = {
    "en": {
        "section.labels": "How many rows each label has",
        "section.lengths": "How long the texts are",
        "labels.some": "The {shown} largest of {n} labels",
        "chart.rows": "Rows",
        "chart.characters": "Characters",
        "lengths.words": "Half of the texts have up to {median} characters, the longest has {longest}.",
        "colon": ": ",
        "separator": ", ",
        "footer": "Made by Headway. With --json, the same figures are printed as data.",
    },
    "zh": {
        "section.labels": "各标签的条数",
        "section.lengths": "文本有多长",
        "labels.some": "{n} 个标签中最大的 {shown} 个",
        "chart.rows": "条数",
        "chart.characters": "字符数",
        "lengths.words": "一半的文本不超过 {median} 个字符，最长的有 {longest} 个字符。",
        "colon": "：",
        "separator": "、",
        "footer": "由 Headway 生成。加上 --json 会以数据形式输出同样的数字。",
    },
}
