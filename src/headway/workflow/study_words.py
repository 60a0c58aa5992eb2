"""What a search, a cross-validation and repeats come to, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headway.terminal import percent

Words = dict[str, str]

_ENDS = {
    "trials": ("", ""),
    "budget": (" The budget allowed no more.", "预算只允许这么多次。"),
    "interrupted": (" The search was interrupted; the best so far counts.", "搜索被中断，以目前最好的为准。"),
}


def folds_words(figures: Mapping[str, Any]) -> Words:
    """A cross-validation in a sentence."""
    done, asked = figures["folds"], figures["of"]
    if not done:
        return {
            "en": "The budget did not reach for a single fold, so there was no cross-validation.",
            "zh": "预算不足以完成任何一折，因此没有进行交叉验证。",
        }
    accuracy, f1 = figures["accuracy"], figures["macro_f1"]
    n = f"{figures['rows']:,}"
    part_en, part_zh = (str(done), "") if done == asked else (f"{done} of {asked}", f"（完成 {done} 折）")
    low, high = map(percent, accuracy["interval"])
    en = (
        f"Cross-validation in {part_en} folds: accuracy {percent(accuracy['mean'])}"
        f"{_deviation(accuracy, ', deviation from fold to fold {} points')}; macro F1 {percent(f1['mean'])}"
        f"{_deviation(f1, ', deviation {} points')}. Each of {n} training texts was judged once, by a model "
        f"that had not seen it: accuracy {percent(accuracy['pooled'])} (95% interval {low} to {high})."
    )
    zh = (
        f"{asked} 折交叉验证{part_zh}：准确率 {percent(accuracy['mean'])}"
        f"{_deviation(accuracy, '，各折之间的标准差为 {} 个百分点')}；宏平均 F1 {percent(f1['mean'])}"
        f"{_deviation(f1, '，标准差 {} 个百分点')}。{n} 条训练文本各由没有见过它的模型判断一次："
        f"准确率 {percent(accuracy['pooled'])}（95% 置信区间：{low} 至 {high}）。"
    )
    return _with_budget({"en": en, "zh": zh}, done < asked)


def repeats_words(figures: Mapping[str, Any]) -> Words:
    """Repeats with several seeds in two sentences."""
    done, asked, seeds = len(figures["seeds"]), figures["of"], figures["seeds"]
    if not figures["by_chance"]:
        return {
            "en": f"The recipe draws nothing by chance: seed {seeds[1]} gave the same model as seed "
            f"{seeds[0]}, so no further seed was tried.",
            "zh": f"这个配方不含随机因素：种子 {seeds[1]} 与种子 {seeds[0]} 得到同样的模型，"
            "因此没有再试别的种子。",
        }
    accuracy, f1 = figures["accuracy"], figures["macro_f1"]
    if done == 1:
        en = f"There is only one seed, {seeds[0]}: validation accuracy {percent(accuracy['mean'])}."
        zh = f"只用了一个种子 {seeds[0]}：验证准确率 {percent(accuracy['mean'])}。"
        return _with_budget({"en": en, "zh": zh}, done < asked)
    low, high = percent(accuracy["min"]), percent(accuracy["max"])
    en = (
        f"Over {done} seeds ({seeds[0]} to {seeds[-1]}) the validation accuracy is "
        f"{percent(accuracy['mean'])} on average, from {low} to {high}"
        f"{_deviation(accuracy, ' (deviation {} points)')}; macro F1 {percent(f1['mean'])}"
        f"{_deviation(f1, ' (deviation {} points)')}. The model of seed {seeds[0]} is published, not the "
        "best one: that would have been chosen by its luck on these rows, and its figures would flatter."
    )
    zh = (
        f"用 {done} 个种子（{seeds[0]} 至 {seeds[-1]}）训练，验证准确率平均为 {percent(accuracy['mean'])}，"
        f"最低 {low}，最高 {high}{_deviation(accuracy, '（标准差 {} 个百分点）')}；"
        f"宏平均 F1 {percent(f1['mean'])}{_deviation(f1, '（标准差 {} 个百分点）')}。"
        f"发布的是种子 {seeds[0]} 的模型，而不是其中最好的一个："
        "后者是凭它在这些数据上的运气选出来的，指标会偏高。"
    )
    return _with_budget({"en": en, "zh": zh}, done < asked)


def search_words(figures: Mapping[str, Any]) -> Words:
    """A search in a few sentences: how many trials, what was best, and whether that is more than luck."""
    en_end, zh_end = _ENDS[figures["ended"]]
    counts, n = figures["trials"], f"{figures['rows']:,}"
    given_up = sum(count for state, count in counts.items() if state != "done")
    tried = sum(counts.values())
    sets = "1 set" if tried == 1 else f"{tried} sets"
    en = f"The search tried {sets} of settings on {n} held-out training texts"
    en += f" and gave {given_up} of them up early." if given_up else "."
    zh = f"搜索在 {n} 条留出的训练文本上试了 {tried} 组设置"
    zh += f"，其中 {given_up} 组提前放弃。" if given_up else "。"
    shown = ", ".join(f"{name}={short(value)}" for name, value in figures["settings"].items())
    judged_en, judged_zh = _judgement(figures)
    en += f" Best: {shown}, accuracy {percent(figures['accuracy'])}. {judged_en}{en_end}"
    zh += f"最好的是 {shown}，准确率 {percent(figures['accuracy'])}。{judged_zh}{zh_end}"
    return {"en": en, "zh": zh}


def _judgement(figures: Mapping[str, Any]) -> tuple[str, str]:
    gain, luck = figures["gain"], figures["luck"]
    if gain is None:
        return ("The defaults could not be measured.", "默认设置没有测得结果。")
    if sum(figures["trials"].values()) == 1:
        return ("These are the defaults; nothing else was tried.", "这就是默认设置，没有再试别的。")
    if figures["best"] == 0:
        return ("These are the defaults: nothing else was better.", "这就是默认设置：没有更好的。")
    tried, by, by_luck = figures["trials"]["done"], _points(gain), _points(luck)
    en = (
        f"That is {by} points more than the defaults; the luckiest of {tried} equally good settings would "
        f"come out up to {by_luck} points ahead by chance, so this is "
    )
    zh = (
        f"比默认设置高 {by} 个百分点；{tried} 组同样好的设置中，最走运的一组仅凭偶然就可能高出 "
        f"{by_luck} 个百分点，"
    )
    if figures["clear"]:
        return f"{en}more than noise.", f"{zh}所以这不只是噪声。"
    return f"{en}no more than noise.", f"{zh}所以这与噪声没有区别。"


def short(value: Any) -> str:
    """A setting's value as people read it."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _deviation(figures: Mapping[str, Any], form: str) -> str:
    return "" if figures["deviation"] is None else form.format(_points(figures["deviation"]))


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def _with_budget(words: Words, is_cut: bool) -> Words:
    if not is_cut:
        return words
    en, zh = _ENDS["budget"]
    return {"en": words["en"] + en, "zh": words["zh"] + zh}
