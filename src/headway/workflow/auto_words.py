"""What `auto` says of the recipes it has tried, in both languages."""

from __future__ import annotations

from headway.evaluation.bootstrap import PairedDifference
from headway.evaluation.strings import duration
from headway.workflow.auto import N_FOLDS, shown

#: language → sentence
Words = dict[str, str]

#: recipe → its name in a sentence
NAMES = {"fewshot": "few-shot", "lora": "LoRA", "full": "full fine-tuning"}
_NAMES_ZH = {"fewshot": "小样本对比学习", "lora": "LoRA", "full": "全量微调"}

NOTHING_MORE: Words = {
    "en": "More time would bring about nothing that is known here; more labels would.",
    "zh": "增加时间预计不会再有提升；增加标注数据会更有效。",
}
OF_FEWER_ROWS: Words = {
    "en": "The budget does not reach for training it once more on all rows, so the model of the trial is "
    f"published, which learned from {N_FOLDS - 1}/{N_FOLDS} of them, and what the others would bring was "
    "deducted. More time would bring more; how much, nobody has measured.",
    "zh": "预算不足以在全部数据上再训练一次，因此发布试训所得的模型，"
    f"它学习了其中的 {N_FOLDS - 1}/{N_FOLDS}，其余数据可带来的提升已从预计值中扣除。"
    "增加时间会有提升，幅度尚未测量。",
}


def not_tried(recipe: str, why: str) -> Words:
    """A recipe could not be tried."""
    return {"en": f"{recipe} could not be tried: {why}", "zh": f"未能尝试 {recipe}：{why}"}


def untried(recipe: str, gain: float, loss: float, cost: float, seconds: float) -> Words:
    """A recipe was kept without a trial: the gain to expect, the risk, and what a trial would cost."""
    points = [f"{100 * value:.1f}" for value in (gain, loss, cost)]
    return {
        "en": f"The budget does not reach for a trial of {NAMES[recipe]} and for training it on all rows, "
        f"and the 1/{N_FOLDS} that a trial leaves out would bring about {points[2]} points. So it was kept "
        f"without a trial: on other data it brought {points[0]} points more, and that it may be worse on "
        f"yours costs {points[1]} on average. With about {duration('en', seconds)} it would be tried first.",
        "zh": f"预算不足以先试训{_NAMES_ZH[recipe]}再用全部数据训练，而试训留出的 1/{N_FOLDS} 数据约值 "
        f"{points[2]} 个百分点，因此未经试训直接采用：它在其他数据上多带来 {points[0]} 个百分点，"
        f"在您的数据上可能更差，平均损失 {points[1]} 个百分点。约 {duration('zh', seconds)}即可先行试训。",
    }


def too_slow(recipe: str) -> Words:
    """A recipe was begun without a trial, and its first steps said that it would see too few rows."""
    return {
        "en": f"{NAMES[recipe]} was begun at once, on all rows, but its first steps showed that the budget "
        "does not reach for enough of them, so it was tried first.",
        "zh": f"{_NAMES_ZH[recipe]}曾直接用全部数据开始训练，但最初几步表明预算不足以学习足够多的数据，"
        "因此改为先行试训。",
    }


def compared(
    recipe: str, before: str, found: PairedDifference, expected: float, n_rows: int, kept: bool
) -> Words:
    """How a recipe differs from the one kept before, the gain to expect, and what was decided."""
    points, gain = shown(found), f"{100 * expected:+.1f}"
    verdict = {
        "en": "it was kept" if kept else "not enough to be kept",
        "zh": "予以采用" if kept else "不足以采用",
    }
    return {
        "en": f"On {n_rows:,} held-out texts {NAMES[recipe]} differs from {NAMES.get(before, before)} "
        f"by {points} points; with what it brought on other data, {gain} are to be expected: "
        f"{verdict['en']}.",
        "zh": f"在留出的 {n_rows:,} 条文本上，{_NAMES_ZH[recipe]}与{_NAMES_ZH.get(before, before)}"
        f"相差 {points} 个百分点；结合其在其他数据上的表现，预计为 {gain}：{verdict['zh']}。",
    }


def all_right(n_rows: int) -> Words:
    """Nothing can be told to be better."""
    return {
        "en": f"It is right about all {n_rows:,} texts that this was judged on: none can be told to be "
        "better.",
        "zh": f"用于评判的 {n_rows:,} 条文本已全部分类正确，无法再区分出更好的方法。",
    }


def more_time(recipe: str, gain: float, seconds: float) -> Words:
    """What a recipe that was left out, or cut short, would bring and need."""
    points = f"{100 * gain:.1f}"
    return {
        "en": f"More time would bring about {points} points: {NAMES[recipe]} needs about "
        f"{duration('en', seconds)} (a guess from other data, not measured on yours).",
        "zh": f"增加时间预计可提升约 {points} 个百分点：{_NAMES_ZH[recipe]}约需 {duration('zh', seconds)}"
        "（依据其他数据的估计，并非在您的数据上测得）。",
    }
