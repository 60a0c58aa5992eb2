"""The words of comparisons, of models and of base models, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from headway.pages.words import Language

STRINGS: dict[Language, dict[str, str]] = {
    "en": {
        "colon": ": ",
        "semicolon": "; ",
        "stop": ".",
        "and": " and ",
        "separator": ", ",
        "none": "–",
        "unknown": "not known",
        "footer": "Made by Headway. The same figures are in report.json.",
        "with_interval": "{value} (95% interval: {low} to {high})",
        "range": "{low} to {high}",
        "state.running": "is still running",
        "state.failed": "failed",
        "state.interrupted": "was interrupted",
        "state.killed": "was killed",
        "summary.nothing": "None of them has a validation figure, so there is nothing to compare.",
        "summary.one": "{name} is the only one with figures: accuracy {accuracy}. Name another one "
        "to compare it with.",
        "summary.best": "On the same validation texts {name} is the most accurate: {accuracy}.",
        "summary.overlap": "The interval of {name} overlaps that of {others}: chance may explain the "
        "difference, but an overlap is no proof that they are equally good.",
        "summary.no_overlap": "The interval of {name} lies above that of {others}: that difference is clear.",
        "summary.front": "On the Pareto front are {names}: for none of them is there a model that is at "
        "least as good in accuracy, training time, speed and size, and better in one of these.",
        "summary.front_one": "{names} alone is the Pareto front: it is at least as good as every other model "
        "in accuracy, training time, speed and size, and better in one of them.",
        "summary.dominated": "{name} is dominated by {others}: better in none of the four, "
        "and worse in at least one.",
        "summary.apart": "They were measured on different validation texts: "
        "none of them can be set against another.",
        "warning.apart": "The accuracies were measured on different validation texts, so that only models "
        "of one group are set against each other: {groups}.",
        "warning.group": "dataset version {where}: {names}",
        "warning.not_done": "{name} {state} and has no figures{reason}",
        "warning.no_figure": "{name} has no validation figure on record{reason}",
        "warning.not_opened": "{name} cannot be opened, so its size and speed are not known{reason}",
        "compare.title": "Which model for {task}?",
        "section.warnings": "Please note",
        "section.table": "Side by side",
        "section.charts": "What accuracy costs",
        "section.words": "In words",
        "section.measured": "How this was measured",
        "charts.note": "Each point is the model of that number in the table, each line its 95% interval. "
        "Blue: on the Pareto front. Orange: dominated, or not judged. "
        "A scale whose steps double or more is logarithmic.",
        "compare.measured": "Accuracy and interval are those recorded with the run: measured on the "
        "validation texts through the exported model, before any last fit on all texts. Seconds "
        "are those from the start of the training to the registered version. Speed was measured now, all "
        "models in turn: {n} texts at once, {rounds} rounds, the median. Times that differ by less than "
        "a tenth count as equal.",
        "column.model": "Model",
        "column.accuracy": "Accuracy",
        "column.seconds": "Training",
        "column.size": "Size",
        "column.speed": "Texts/s",
        "column.front": "Pareto front",
        "chart.accuracy": "Accuracy",
        "chart.seconds": "Seconds of training",
        "chart.size": "Size, MB",
        "chart.speed": "Texts per second",
        "front.yes": "on it",
        "front.no": "dominated by {others}",
        "bases.title": "Which base model for {task}?",
        "bases.known": "What is known of each",
        "bases.charts.note": "Each point is the base model of that number in the table, each line its 95% "
        "interval. Blue: recommended. A scale whose steps double or more is logarithmic.",
        "bases.measured": "Search figures: {folds}-fold cross-validation of logistic regression on the "
        "embeddings ({precision}), on {rows} training texts; validation and test texts were not looked at. "
        "The choice is made by these figures, so the best of them is a little too good. Speed was measured "
        "in turn: {n} texts at once, {rounds} rounds, the median. Size is that of the {precision} encoder. "
        "Fine-tuning may change the order.",
        "column.base": "Base model",
        "column.difference": "To the best, points",
        "column.unknown": "Unknown tokens",
        "column.truncated": "Texts cut off",
        "column.tokens": "Tokens a text",
        "column.licence": "Licence",
        "column.languages": "Languages",
        "baseline": "baseline (character n-grams)",
        "licence_from": "from {source}",
        "best": "best",
        "not_compared": "not compared",
        "bases.baseline_best": "No base model compared is worth its time here: the baseline (character "
        "n-grams, {baseline}) is clearly better than {name} by {points} points ({low} to {high}).",
        "bases.baseline_equal": "No base model compared is clearly better than the baseline (character "
        "n-grams, {baseline}): {name} differs from it by {points} points ({low} to {high}), which may be "
        "chance. Keep the baseline, or label more texts and ask again.",
        "bases.take": "Take {name}: its accuracy is {accuracy}, clearly better than the baseline "
        "(character n-grams, {baseline}) by {points} points ({low} to {high}).",
        "bases.clearly": "{name} is clearly better than {other} by {points} points ({low} to {high}); "
        "it {speed}.",
        "bases.unclear": "Between {name} and {other} there is no clear difference ({points} points, {low} to "
        "{high}); {name} {speed}.",
        "bases.only": "{name} is the only base model that could be compared.",
        "speed.faster": "is {factor} times as fast ({one} against {other} texts/s)",
        "speed.slower": "takes {factor} times as long ({one} against {other} texts/s)",
        "speed.equal": "is about as fast ({one} against {other} texts/s)",
        "bases.unknown_tokens": "{name} does not know {share} of the tokens of these texts.",
        "bases.truncated": "{name} does not read the ends of {share} of the texts.",
        "bases.unusable": "{name} cannot be used and was left out: {reason}",
    },
    "zh": {
        "colon": "：",
        "semicolon": "；",
        "stop": "。",
        "and": " 和 ",
        "separator": "、",
        "none": "–",
        "unknown": "未知",
        "footer": "由 Headway 生成。同样的数字见 report.json。",
        "with_interval": "{value}（95% 置信区间：{low} 至 {high}）",
        "range": "{low} 至 {high}",
        "state.running": "仍在运行",
        "state.failed": "失败了",
        "state.interrupted": "被中断了",
        "state.killed": "被强行结束了",
        "summary.nothing": "其中没有一个有验证数字，因此无从比较。",
        "summary.one": "只有 {name} 有数字：准确率 {accuracy}。再指定一个才能比较。",
        "summary.best": "在同样的验证文本上，{name} 的准确率最高：{accuracy}。",
        "summary.overlap": "{name} 的置信区间与 {others} 的有重叠：差距可能只是偶然，"
        "但区间重叠并不能证明它们一样好。",
        "summary.no_overlap": "{name} 的置信区间整个高于 {others} 的：这个差距是明确的。",
        "summary.front": "处在帕累托前沿上的有 {names}：没有别的模型在准确率、训练用时、速度和大小四项上"
        "都不逊于其中某一个，并且至少有一项更好。",
        "summary.front_one": "{names} 胜过其他所有模型：准确率、训练用时、速度和大小四项都不逊色，"
        "并且至少有一项更好，因此帕累托前沿上只有它。",
        "summary.dominated": "{name} 不如 {others}：四项中没有一项更好，并且至少有一项更差。",
        "summary.apart": "它们是在不同的验证文本上测得的，彼此无法比较。",
        "warning.apart": "准确率是在不同的验证文本上测得的，因此只在同一组之内比较：{groups}。",
        "warning.group": "数据集版本 {where}：{names}",
        "warning.not_done": "{name} {state}，没有数字{reason}",
        "warning.no_figure": "{name} 没有留下验证数字{reason}",
        "warning.not_opened": "{name} 打不开，因此不知道它的大小和速度{reason}",
        "compare.title": "“{task}”选哪个模型？",
        "section.warnings": "请注意",
        "section.table": "并排比较",
        "section.charts": "准确率的代价",
        "section.words": "结论",
        "section.measured": "数字是怎么测的",
        "charts.note": "每个点是表中该编号的模型，竖线是它的 95% 置信区间。蓝色：在帕累托前沿上；"
        "橙色：不如别的模型，或未作评判。刻度成倍增长的坐标轴是对数坐标。",
        "compare.measured": "准确率和置信区间取自训练时的记录：在全部文本上最后重训（如果有）之前，"
        "用导出的模型在验证文本上测得。训练用时从开始训练算到模型登记为止。速度是现在测的，各模型轮流进行："
        "每次 {n} 条文本，共 {rounds} 轮，取中位数。用时相差不到一成视为相同。",
        "column.model": "模型",
        "column.accuracy": "准确率",
        "column.seconds": "训练用时",
        "column.size": "大小",
        "column.speed": "条/秒",
        "column.front": "帕累托前沿",
        "chart.accuracy": "准确率",
        "chart.seconds": "训练用时（秒）",
        "chart.size": "大小（MB）",
        "chart.speed": "每秒文本数",
        "front.yes": "在前沿上",
        "front.no": "不如 {others}",
        "bases.title": "“{task}”选哪个基础模型？",
        "bases.known": "各模型的情况",
        "bases.charts.note": "每个点是表中该编号的基础模型，竖线是它的 95% 置信区间。蓝色：推荐。"
        "刻度成倍增长的坐标轴是对数坐标。",
        "bases.measured": "这些是搜索时的数字：在 {rows} 条训练文本上，用向量（{precision}）加逻辑回归"
        "做 {folds} 折交叉验证；"
        "没有查看验证集和测试集。选择就是根据这些数字做出的，因此其中最好的会略微偏高。"
        "速度是轮流测的：每次 {n} 条文本，共 {rounds} 轮，取中位数。大小是 {precision} 编码器的大小。"
        "微调之后名次可能会变。",
        "column.base": "基础模型",
        "column.difference": "与最好的相差（百分点）",
        "column.unknown": "未知词元",
        "column.truncated": "被截断的文本",
        "column.tokens": "每条词元数",
        "column.licence": "许可证",
        "column.languages": "语言",
        "baseline": "基线（字符 n-gram）",
        "licence_from": "见 {source}",
        "best": "最好",
        "not_compared": "未参与比较",
        "bases.baseline_best": "这里没有哪个基础模型值得使用：基线（字符 n-gram，{baseline}）"
        "明显优于 {name}，高 {points} 个百分点（{low} 至 {high}）。",
        "bases.baseline_equal": "没有哪个基础模型明显优于基线（字符 n-gram，{baseline}）："
        "{name} 与它相差 {points} 个百分点（{low} 至 {high}），可能只是偶然。"
        "请保留基线，或者多标注一些文本再比较。",
        "bases.take": "推荐 {name}：准确率 {accuracy}，明显优于基线（字符 n-gram，{baseline}），"
        "高 {points} 个百分点（{low} 至 {high}）。",
        "bases.clearly": "{name} 明显优于 {other}，高 {points} 个百分点（{low} 至 {high}）；{speed}。",
        "bases.unclear": "{name} 与 {other} 没有明显差别"
        "（相差 {points} 个百分点，{low} 至 {high}）；{name} {speed}。",
        "bases.only": "能够参与比较的基础模型只有 {name}。",
        "speed.faster": "速度是它的 {factor} 倍（每秒 {one} 条，对方 {other} 条）",
        "speed.slower": "用时是它的 {factor} 倍（每秒 {one} 条，对方 {other} 条）",
        "speed.equal": "速度相当（每秒 {one} 条，对方 {other} 条）",
        "bases.unknown_tokens": "这些文本中有 {share} 的词元是 {name} 不认识的。",
        "bases.truncated": "有 {share} 的文本太长，{name} 读不到结尾。",
        "bases.unusable": "{name} 无法使用，未参与比较：{reason}",
    },
}


def text(language: Language, key: str, **values: object) -> str:
    """Return a string in one language, with its values filled in."""
    return STRINGS[language][key].format(**values)


def joined(language: Language, names: Sequence[str]) -> str:
    """Names as one says them in a row: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return text(language, "separator").join(names[:-1]) + text(language, "and") + names[-1]
