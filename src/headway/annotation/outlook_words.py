"""Whether to label on, in sentences of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headway.terminal import percent

_REASONS: dict[str, dict[str, str]] = {
    "en": {
        "too-early": "It is too early to advise: {n} labelled texts were left to chance, and 20 are needed.",
        "target": "You could stop: the accuracy is above the {target} you want, with 95% certainty.",
        "as-people": "You could stop: the learner is right as often as two annotators agree ({agreed}). "
        "Clearer guidelines would bring more than further labels.",
        "little-to-gain": "You could stop: the next 200 labels promise less than the {least} points at which "
        "labelling on pays.",
        "go-on": "Labelling on pays.",
    },
    "zh": {
        "too-early": "现在给建议还太早：随机抽取的文本中已标注 {n} 条，需要 20 条。",
        "target": "可以停止标注：准确率已高于目标 {target}（95% 把握）。",
        "as-people": "可以停止标注：学习模型的正确率已与两位标注员之间的一致率（{agreed}）相当，"
        "完善标注指南比继续标注更有用。",
        "little-to-gain": "可以停止标注：接下来 200 条的预期提升低于值得继续标注的 {least} 个百分点。",
        "go-on": "值得继续标注。",
    },
}
_FIGURES = {
    "en": "After {labels:,} labels the learner has {accuracy} right ({low} … {high}). "
    "The next {more:,} labels: {gain} points ({worst} to {best}){takes}.",
    "zh": "标注 {labels:,} 条后，学习模型的正确率为 {accuracy}（{low} … {high}）。"
    "再标注 {more:,} 条：{gain} 个百分点（{worst} 至 {best}）{takes}。",
}
_TAKES = {"en": ", about {time}{cost}", "zh": "，约 {time}{cost}"}
_COST = {"en": ", {currency}{cost:,.0f} at your rate", "zh": "，按您的费率为 {currency}{cost:,.0f}"}
_UNITS = {"en": (" h", " min"), "zh": (" 小时", " 分钟")}


def outlook_words(found: Mapping[str, Any], language: str) -> list[str]:
    """What the next labels bring, and what to do, from the figures of `outlook`."""
    accuracy = found["accuracy"]
    figures = _FIGURES[language].format(
        labels=found["labels"],
        accuracy=percent(accuracy["accuracy"]),
        low=percent(accuracy["low"]),
        high=percent(accuracy["high"]),
        more=found["more"],
        gain=_points(found["gain"]),
        worst=_points(found["low"]),
        best=_points(found["high"]),
        takes=_takes(found, language),
    )
    reason = _REASONS[language][found["reason"]].format(
        n=accuracy["n"],
        target=percent(found["target"]),
        agreed=percent(found["agreed"]),
        least=f"{100 * found['least_gain']:.1f}",
    )
    return [figures, reason]


def _points(gain: float) -> str:
    shown = f"{100 * gain:+.1f}"
    return "0.0" if shown in ("+0.0", "-0.0") else shown.replace("-", "−")


def _takes(found: Mapping[str, Any], language: str) -> str:
    if found["seconds"] is None:
        return ""
    hours, minutes = _UNITS[language]
    seconds = found["seconds"]
    time = f"{seconds / 3600:.1f}{hours}" if seconds >= 5400 else f"{seconds / 60:.0f}{minutes}"
    cost = "" if found["cost"] is None else _COST[language].format(**found)
    return _TAKES[language].format(time=time, cost=cost)
