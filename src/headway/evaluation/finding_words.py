"""The words of the report's findings: calibration, slices, doubtful labels, champion, looks, more labels."""

from __future__ import annotations

from headway.pages.words import Language

__all__ = ["FINDING_WORDS", "LANGUAGE_NAMES"]

FINDING_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "summary.calibration_fine": "Its confidence is {ece} points away from how often it is right, on "
        "average (expected calibration error; 95% interval: {low} to {high} points). On so many rows a "
        "perfectly calibrated model may show as much.",
        "summary.calibration_off": "Its confidence is {ece} points away from how often it is right, on "
        "average (expected calibration error; 95% interval: {low} to {high} points). A perfectly "
        "calibrated model would stay below {chance} points on so many rows.",
        "summary.slices_worse": "It is clearly weaker on: {slices}.",
        "summary.slice": "{slice} ({accuracy} of {n} rows right, the rest {points} points higher)",
        "summary.slices_even": "No slice by length, language, source or column is weaker than the rest by "
        "more than chance explains.",
        "summary.label_errors": "The model contradicts the labels of {n} of these rows with unusual "
        "confidence: some of these labels may be wrong. The likeliest are listed below.",
        "summary.label_error": "The model contradicts the label of one of these rows with unusual "
        "confidence: it may be wrong, and is shown below.",
        "summary.champion_better": "It is better than the champion {model}, which gets {champion} of the "
        "same rows right: {points} points more (95% interval: {low} to {high} points; McNemar's exact "
        "test: {p}).",
        "summary.champion_worse": "It is worse than the champion {model}, which gets {champion} of the "
        "same rows right: {points} points less (95% interval: {low} to {high} points; McNemar's exact "
        "test: {p}).",
        "summary.champion_unclear": "It is not clearly different from the champion {model}, which gets "
        "{champion} of the same rows right: the difference of {points} points may be chance (95% interval: "
        "{low} to {high} points; McNemar's exact test: {p}).",
        "section.slices": "Where it is stronger and weaker",
        "section.label_errors": "Labels that may be wrong",
        "section.champion": "Against the champion",
        "section.looks": "Earlier looks at these rows",
        "section.curve": "What more labels would bring",
        "calibration.ece": "Expected calibration error",
        "calibration.adaptive": "With equally full ranges",
        "calibration.by_chance": "By chance alone, up to",
        "calibration.temperature": "Temperature",
        "calibration.note": "The average distance between confidence and the share of right answers, over "
        "{bins} ranges of the score; 0 is best.",
        "calibration.temperature_note": "One number that the model divides its scores by before they "
        "become probabilities, fitted on validation rows. Above 1 it lowers the confidence, below 1 it "
        "raises it; no label changes.",
        "slice.length": "{value} characters",
        "slice.source": "{value}",
        "slice.column": "{name} = {value}",
        "slices.length": "By length",
        "slices.language": "By language",
        "slices.source": "By file of origin",
        "slices.column": "By column “{name}”",
        "slices.slice": "Slice",
        "slices.difference": "Difference to the rest",
        "slices.better": "stronger",
        "slices.worse": "weaker",
        "slices.note": "Each slice beside all other rows. {n} slices are looked at together, so the "
        "intervals of the differences are widened (Holm's method); a slice is marked where its interval "
        "still excludes 0. Slices of fewer than {fewest} rows are left out.",
        "label_errors.note": "The model contradicts the label of these rows, and is at least as sure of "
        "its own answer as it is, on average, of rows that have that label (confident learning, Northcutt "
        "et al. 2021). Read them, and correct those that are wrong where the data come from.",
        "label_errors.all": "Candidates: {n}, the likeliest first",
        "label_errors.some": "{n} candidates, of which the {shown} likeliest",
        "label_errors.none": "No label here is contradicted with unusual confidence.",
        "label_errors.given": "Label",
        "label_errors.suggested": "The model says",
        "label_errors.key": "Row",
        "mistakes.others": "Further mistakes with high scores, not listed above.",
        "champion.accuracy": "Champion",
        "figures.difference_champion": "Difference to the champion",
        "champion.only_here": "Only this model has the labels: {labels}.",
        "champion.only_there": "Only the champion has the labels: {labels}.",
        "champion.seen": "The champion learned from {n} of these rows: its figure flatters.",
        "champion.counts": "Right here only: {here} rows. Right with the champion only: {there} rows.",
        "looks.when": "When (UTC)",
        "looks.model": "Model",
        "looks.accuracy": "Right",
        "looks.note": "Whoever measures often and keeps the best figure keeps its luck as well. A figure "
        "to rely on comes from rows that steered no choice.",
        "looks.newest": "The newest {shown} of {n} earlier looks",
        "curve.note": "Accuracy on {n} held-out rows after learning from growing parts of the training "
        "rows, with 95% intervals. The dashed line is an inverse power law through the points.",
        "chart.labelled": "Labelled rows",
    },
    "zh": {
        "summary.calibration_fine": "它的把握与实际正确率平均相差 {ece} 个百分点（期望校准误差；95% "
        "置信区间：{low} 至 {high} 个百分点）。数据只有这么多时，完全校准的模型也可能有这样的误差。",
        "summary.calibration_off": "它的把握与实际正确率平均相差 {ece} 个百分点（期望校准误差；95% "
        "置信区间：{low} 至 {high} 个百分点）。在这么多数据上，完全校准的模型会低于 {chance} 个百分点。",
        "summary.slices_worse": "在以下部分明显较弱：{slices}。",
        "summary.slice": "{slice}（{n} 条中 {accuracy} 正确，其余数据高 {points} 个百分点）",
        "summary.slices_even": "按长度、语言、来源和各列划分，没有哪一部分比其余数据弱到偶然无法解释的程度。",
        "summary.label_errors": "其中有 {n} 条，模型以格外高的把握不同意现有标签：有些标签可能标错了，"
        "最可疑的列在下面。",
        "summary.label_error": "其中有 1 条，模型以格外高的把握不同意现有标签：它可能标错了，见下文。",
        "summary.champion_better": "它优于当前的冠军模型 {model}（同样的数据上正确 {champion}）：高 "
        "{points} 个百分点（95% 置信区间：{low} 至 {high} 个百分点；McNemar 精确检验：{p}）。",
        "summary.champion_worse": "它不如当前的冠军模型 {model}（同样的数据上正确 {champion}）：低 "
        "{points} 个百分点（95% 置信区间：{low} 至 {high} 个百分点；McNemar 精确检验：{p}）。",
        "summary.champion_unclear": "它与当前的冠军模型 {model}（同样的数据上正确 {champion}）"
        "没有明显差别：{points} 个百分点的差距可能只是偶然（95% 置信区间：{low} 至 {high} 个百分点；"
        "McNemar 精确检验：{p}）。",
        "section.slices": "哪里较强，哪里较弱",
        "section.label_errors": "可能标错的标签",
        "section.champion": "与冠军模型相比",
        "section.looks": "此前对这些数据的查看",
        "section.curve": "再多标注能带来什么",
        "calibration.ece": "期望校准误差",
        "calibration.adaptive": "各区间条数相等时",
        "calibration.by_chance": "仅因偶然，最多",
        "calibration.temperature": "温度",
        "calibration.note": "把得分分成 {bins} 个区间，把握与正确率之间的平均距离；0 为最好。",
        "calibration.temperature_note": "模型把分数变成概率之前要除以的一个数，由验证集拟合得出。大于 1 "
        "使把握降低，小于 1 使把握升高；标签不会改变。",
        "slice.length": "{value} 个字符",
        "slice.source": "{value}",
        "slice.column": "{name} = {value}",
        "slices.length": "按长度",
        "slices.language": "按语言",
        "slices.source": "按来源文件",
        "slices.column": "按“{name}”列",
        "slices.slice": "部分",
        "slices.difference": "与其余数据之差",
        "slices.better": "较强",
        "slices.worse": "较弱",
        "slices.note": "每一部分都与其余全部数据相比。由于同时查看 {n} 个部分，差值的区间已相应放宽（Holm "
        "方法）；区间仍不含 0 的部分会标出。少于 {fewest} 条的部分没有列出。",
        "label_errors.note": "模型不同意这些数据的标签，而且它对自己答案的把握，"
        "不低于它对该标签数据的平均把握（置信学习，Northcutt 等，2021）。请逐条阅读，"
        "标错的请在数据来源处改正。",
        "label_errors.all": "共 {n} 条，最可疑的在前",
        "label_errors.some": "共 {n} 条，其中最可疑的 {shown} 条",
        "label_errors.none": "这里没有哪个标签受到模型格外有把握的质疑。",
        "label_errors.given": "现有标签",
        "label_errors.suggested": "模型认为",
        "label_errors.key": "数据",
        "mistakes.others": "其他得分高却答错的数据（上文未列出）。",
        "champion.accuracy": "冠军模型",
        "figures.difference_champion": "与冠军模型之差",
        "champion.only_here": "只有本模型才有的标签：{labels}。",
        "champion.only_there": "只有冠军模型才有的标签：{labels}。",
        "champion.seen": "其中 {n} 条是冠军模型学习过的：它的数字偏高。",
        "champion.counts": "只有本模型答对：{here} 条。只有冠军模型答对：{there} 条。",
        "looks.when": "时间（UTC）",
        "looks.model": "模型",
        "looks.accuracy": "正确率",
        "looks.note": "反复测量并留下最好的数字，也就留下了其中的运气。"
        "可靠的数字来自没有影响过任何选择的数据。",
        "looks.newest": "此前共查看 {n} 次，下面是最近的 {shown} 次",
        "curve.note": "用逐渐增多的训练数据学习之后，在 {n} 条留出数据上的准确率，附 95% 置信区间。"
        "虚线是穿过各点的反幂律曲线。",
        "chart.labelled": "标注条数",
    },
}

#: ISO 639-1 code → what the language is called; others are shown by their code
LANGUAGE_NAMES: dict[str, tuple[str, str]] = {
    "ar": ("Arabic", "阿拉伯语"),
    "de": ("German", "德语"),
    "en": ("English", "英语"),
    "es": ("Spanish", "西班牙语"),
    "fr": ("French", "法语"),
    "id": ("Indonesian", "印度尼西亚语"),
    "it": ("Italian", "意大利语"),
    "ja": ("Japanese", "日语"),
    "ko": ("Korean", "韩语"),
    "nl": ("Dutch", "荷兰语"),
    "pl": ("Polish", "波兰语"),
    "pt": ("Portuguese", "葡萄牙语"),
    "ru": ("Russian", "俄语"),
    "th": ("Thai", "泰语"),
    "tr": ("Turkish", "土耳其语"),
    "und": ("not known", "无法判断"),
    "vi": ("Vietnamese", "越南语"),
    "zh": ("Chinese", "中文"),
}
