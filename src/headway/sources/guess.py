"""Which columns hold text and label where nobody said: by their names, else by what is in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headway.errors import DataError


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TEXT_NAMES = _set("""
    text texts message messages msg content contents sentence sentences query utterance review reviews
    question questions comment comments tweet post body description summary title headline subject feedback
    instruction 文本 文字 内容 正文 标题 评论 评价 评语 问题 问句 句子 语句 消息 留言 反馈 描述 摘要 话语 对话
    內容 標題 評論 問題 訊息
""")
_LABEL_NAMES = _set("""
    label labels intent intents category categories class classes sentiment tag topic target polarity emotion
    标签 标注 类别 分类 类目 意图 情感 情绪 极性 主题 话题 正负面 標籤 類別 分類 意圖 情緒
""")
_OTHER_NAMES = _set("""
    id uid idx index no number key time date datetime timestamp created author user username customer name
    split score rating source url language lang answer answers reply
    编号 序号 时间 日期 作者 用户 姓名 客户 来源 评分 分数 答案 回答 回复
""")
# The plainest names go before all others.
_PLAINEST = frozenset({"text", "texts", "文本", "label", "labels", "标签", "標籤"})
_NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*(?:[eE][-+]?\d+)?\s*%?")
_NAMELESS = re.compile(r"column_\d+")
_MOST_SHOWN = 20


def is_known_name(name: str) -> bool:
    """Whether a value is what columns are called."""
    return not _words(name).isdisjoint(_TEXT_NAMES | _LABEL_NAMES | _OTHER_NAMES)


def is_number(value: str) -> bool:
    """Whether a value is a number."""
    return _NUMBER.fullmatch(value) is not None


def guess_text(name: str, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> tuple[str, str]:
    """The column that holds the text, and in words how it was told.

    Raises `DataError` with an example of each column where two do equally well, or none does.
    """
    worded = text_columns(columns, rows)
    named = _named(worded, _TEXT_NAMES)
    if len(named) == 1:
        return named[0], "by its name"
    candidates = named or [column for column in worded if not _named([column], _LABEL_NAMES | _OTHER_NAMES)]
    if len(candidates) == 1:
        return candidates[0], "the only one of words"
    weights = sorted(((_weight(_values(column, rows)), column) for column in candidates), reverse=True)
    if not named and weights and weights[0][0] >= 2 * weights[1][0]:
        return weights[0][1], "the longest texts"
    equal = f" {show_names(candidates)} would do equally well." if candidates else ""
    raise DataError(
        f"Which column of {name} holds the text?{equal} {_choice(columns, rows)}",
        next_step=f"Name it: --text {_quoted((candidates or columns)[0])}.",
    )


def text_columns(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> list[str]:
    """The columns that hold words."""
    return [column for column in columns if _reads_like_text(_values(column, rows))]


def guess_label(
    columns: Sequence[str], rows: Sequence[dict[str, str]], text: str
) -> tuple[str | None, tuple[str, ...]]:
    """The column that holds the label, or None and the columns that might."""
    possible = [column for column in columns if column != text and _few_values(_values(column, rows))]
    named = _named(possible, _LABEL_NAMES)
    if len(named) == 1:
        return named[0], ()
    return None, tuple(named or (column for column in possible if _NAMELESS.fullmatch(column)))


def show_names(names: Sequence[str]) -> str:
    """Names in quotes, of very many the first."""
    shown = ", ".join(map(repr, names[:_MOST_SHOWN]))
    return shown + (f" and {len(names) - _MOST_SHOWN:,} more" if len(names) > _MOST_SHOWN else "")


def _values(column: str, rows: Sequence[dict[str, str]]) -> list[str]:
    """What a column holds, without the blank."""
    return [value for row in rows if (value := row.get(column, "").strip())]


def _words(name: str) -> set[str]:
    """What a name says, and its last word without a number or letter behind it: "text_a", "sentence1"."""
    plain = name.strip().casefold()
    words = re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).casefold())
    while len(words) > 1 and (len(words[-1]) == 1 or words[-1].isdigit()):
        words.pop()
    return {plain, words[-1].rstrip("0123456789")}


def _named(columns: Sequence[str], names: frozenset[str]) -> list[str]:
    """The columns with one of these names; where one has the plainest, only it."""
    found = [column for column in columns if not _words(column).isdisjoint(names)]
    plainest = [column for column in found if column.strip().casefold() in _PLAINEST]
    return plainest if len(plainest) == 1 else found


def _reads_like_text(values: Sequence[str]) -> bool:
    """Whether most values hold words or Chinese, and are no numbers, ids, links or dates."""
    worded = sum(any(map(str.isalpha, value)) and not _is_code(value) for value in values)
    return 2 * worded > len(values)


def _is_code(value: str) -> bool:
    """Whether a value is one ASCII word with digits or signs in it, as ids, links and times are."""
    return value.isascii() and not any(map(str.isspace, value)) and not value.strip("'!?.,").isalpha()


def _few_values(values: Sequence[str]) -> bool:
    """Whether values come again and again, as labels do: half as many different ones as rows, at most.

    In a file of a few rows each may have a label of its own.
    """
    return bool(values) and 2 * len(set(values)) <= max(len(values), 20) and max(map(len, values)) <= 200


def _weight(values: Sequence[str]) -> float:
    """How much a column tells: the mean length of its values times the share of different ones.

    A Chinese character counts for two, for it says about as much as two letters and more.
    """
    length = sum(len(value) + sum(character >= "\u2e80" for character in value) for value in values)
    return length / len(values) * len(set(values)) / len(values)


def _choice(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    """Each column with an example of what it holds."""
    examples = []
    for column in columns[:_MOST_SHOWN]:
        values = _values(column, rows)
        example = " ".join(values[0].split()) if values else ""
        examples.append(f"{column!r} ({example[:40]}{'…' if len(example) > 40 else ''})")
    more = f" and {len(columns) - _MOST_SHOWN:,} more" if len(columns) > _MOST_SHOWN else ""
    return f"It has {', '.join(examples)}{more}."


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"\w+", name) else f"'{name}'"
