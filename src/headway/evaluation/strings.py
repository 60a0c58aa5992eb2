"""The words of the report in English and Chinese, and how it writes numbers."""

from __future__ import annotations

from collections.abc import Mapping

from headway.pages.words import LANGUAGES, Language, percent

__all__ = ["STRINGS", "duration", "name", "points", "quantity", "text"]

STRINGS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "How good is {model}?",
        "section.warnings": "Please note",
        "section.summary": "In words",
        "section.figures": "Key figures",
        "section.labels": "Label by label",
        "section.confusion": "What is taken for what",
        "section.confidence": "How sure it is, and how right",
        "section.mistakes": "The surest mistakes",
        "section.made": "How it was made",
        "section.equivalence": "What was tested is what is served",
        "section.cost": "What it cost",
        "summary.accuracy": "{accuracy} of {n} {rows} are classified correctly "
        "(95% interval: {low} to {high}).",
        "summary.accuracy_one": "There was a single row to measure on, so nothing is known yet.",
        "summary.few": "With so few rows, chance has a large say: the interval is wide.",
        "summary.macro_f1": "With every label counting the same, however rare, the score is {f1} "
        "(macro F1; 95% interval: {low} to {high}).",
        "summary.better": "That is {points} points better than the baseline “{name}” ({baseline}) "
        "on the same rows, more than chance explains (95% interval: {low} to {high} points).",
        "summary.worse": "The baseline “{name}” is better: {baseline}, a difference of {points} points "
        "on the same rows (95% interval: {low} to {high} points).",
        "summary.equal": "The baseline “{name}” reaches {baseline}. The difference of {points} points may be "
        "chance (95% interval: {low} to {high} points).",
        "summary.no_baseline": "No baseline was measured on these rows, so it is not known what "
        "a simple model would reach.",
        "summary.one_predicted": "It gave every row the same label, “{label}”.",
        "summary.weakest": "Weakest labels: {labels}.",
        "summary.weak_label": "“{label}” (F1 {f1}, {n} rows)",
        "summary.separator": "; ",
        "summary.unseen": "{n} of {total} labels have no row here: nothing is known about them.",
        "summary.outside": "{n} rows have a label the model does not know; they count as wrong.",
        "summary.too_sure": "It is surer than it should be: {confidence} sure on average, "
        "and right on {accuracy}.",
        "summary.too_modest": "It is more modest than it needs to be: {confidence} sure on average, "
        "and right on {accuracy}.",
        "summary.calibrated": "Its confidence can be taken at its word: {confidence} sure on average, "
        "and right on {accuracy}.",
        "summary.looks_one": "This is the first look at the test split.",
        "summary.looks_many": "The test split has now been looked at {n} times; each look that steers "
        "a choice makes the figures a little too good.",
        "summary.validation": "These are validation rows, on which choices were made: expect slightly less "
        "on new texts.",
        "summary.cost": "Training took {train}.",
        "rows.test": "test texts",
        "rows.validation": "validation texts",
        "rows.file": "texts of the file",
        "data.test": "Test split",
        "data.validation": "Validation split",
        "data.file": "File",
        "metric.accuracy": "Accuracy",
        "metric.balanced_accuracy": "Balanced accuracy",
        "metric.macro_f1": "Macro F1",
        "metric.weighted_f1": "Weighted F1",
        "metric.macro_precision": "Macro precision",
        "metric.macro_recall": "Macro recall",
        "metric.log_loss": "Log loss (less is better)",
        "figures.metric": "Figure",
        "figures.model": "This model",
        "figures.interval": "95% interval",
        "figures.baseline": "Baseline",
        "figures.difference": "Difference to the baseline",
        "figures.points": "points",
        "figures.rows": "Rows measured",
        "label": "Label",
        "precision": "Precision",
        "recall": "Recall",
        "f1": "F1",
        "support": "Rows",
        "labels.note": "Precision: of the rows given this label, the share that have it. Recall: of the rows "
        "that have it, the share that were given it. F1 joins the two.",
        "labels.all": "All {n} labels, weakest first",
        "labels.some": "The {shown} weakest of {n} labels; the JSON report has all",
        "confusion.note": "Each row shows where the texts of one true label went. Blue, on the diagonal: "
        "right. Orange: wrong. Stronger means a larger share.",
        "confusion.focus": "Shown are the {n} labels with the most mistakes.",
        "confusion.pairs": "Most confused pairs",
        "confidence.note": "If it says 80%, it should be right on 80%: then the points lie "
        "on the dashed line.",
        "mistakes.note": "Wrong answers given with the highest scores. Read them first: some will be wrong "
        "labels in the data.",
        "mistakes.none": "No mistakes on these rows.",
        "true": "True label",
        "predicted": "Predicted label",
        "score": "Score",
        "chart.rows": "Rows",
        "chart.confidence": "Confidence",
        "chart.accuracy": "Right",
        "chart.f1": "F1 with 95% interval",
        "made.model": "Model",
        "made.task": "Task",
        "made.recipe": "Recipe",
        "made.reason": "Why this recipe",
        "made.base_model": "Base model",
        "made.licence": "Licence",
        "made.settings": "Settings",
        "made.data": "Measured on",
        "made.dataset_hash": "Data hash",
        "made.looks": "Looks at the test split",
        "made.versions": "Versions",
        "made.created_at": "Measured at (UTC)",
        "equivalence.note": "The figures above come from the exported model that is served. Compared with "
        "the model as it was trained:",
        "equivalence.none": "There is no equivalence report for this model.",
        "yes": "yes",
        "no": "no",
        "unknown": "not known",
        "none": "–",
        "colon": ": ",
        "range": "{low} to {high}",
        "footer": "Made by Headway. The same figures are in report.json.",
    },
    "zh": {
        "title": "{model} 的效果如何？",
        "section.warnings": "请注意",
        "section.summary": "结论",
        "section.figures": "关键指标",
        "section.labels": "各标签的表现",
        "section.confusion": "哪些标签被混淆",
        "section.confidence": "把握有多大，准不准",
        "section.mistakes": "最有把握的错误",
        "section.made": "模型是怎么来的",
        "section.equivalence": "测试的就是上线的",
        "section.cost": "成本",
        "summary.accuracy": "{n} 条{rows}中有 {accuracy} 分类正确（95% 置信区间：{low} 至 {high}）。",
        "summary.accuracy_one": "只有一条数据可供评估，目前还得不出结论。",
        "summary.few": "数据太少，偶然因素影响很大，所以区间很宽。",
        "summary.macro_f1": "如果每个标签不论多少都同等看待，得分为 {f1}"
        "（宏平均 F1；95% 置信区间：{low} 至 {high}）。",
        "summary.better": "在同样的数据上，比基线“{name}”（{baseline}）高 {points} 个百分点，"
        "超出偶然所能解释的范围（差值的 95% 置信区间：{low} 至 {high} 个百分点）。",
        "summary.worse": "基线“{name}”更好：{baseline}，在同样的数据上相差 {points} 个百分点"
        "（95% 置信区间：{low} 至 {high} 个百分点）。",
        "summary.equal": "基线“{name}”达到 {baseline}。{points} 个百分点的差距可能只是偶然"
        "（95% 置信区间：{low} 至 {high} 个百分点）。",
        "summary.no_baseline": "没有在这些数据上测过基线，因此不知道简单模型能达到多少。",
        "summary.one_predicted": "它给所有数据都预测了同一个标签“{label}”。",
        "summary.weakest": "最弱的标签：{labels}。",
        "summary.weak_label": "“{label}”（F1 {f1}，{n} 条）",
        "summary.separator": "；",
        "summary.unseen": "{total} 个标签中有 {n} 个在这里没有数据，它们的表现无从得知。",
        "summary.outside": "有 {n} 条数据的标签是模型不认识的，按预测错误计算。",
        "summary.too_sure": "它过于自信：平均把握 {confidence}，实际正确 {accuracy}。",
        "summary.too_modest": "它过于谨慎：平均把握 {confidence}，实际正确 {accuracy}。",
        "summary.calibrated": "它的把握可以相信：平均把握 {confidence}，实际正确 {accuracy}。",
        "summary.looks_one": "这是第一次查看测试集。",
        "summary.looks_many": "测试集至今已查看 {n} 次；每次据此做出选择，都会让数字略微偏高。",
        "summary.validation": "这些是验证集数据，选择模型时用过它们：在新文本上的表现会略低一些。",
        "summary.cost": "训练用时 {train}。",
        "rows.test": "测试文本",
        "rows.validation": "验证文本",
        "rows.file": "文件中的文本",
        "data.test": "测试集",
        "data.validation": "验证集",
        "data.file": "文件",
        "metric.accuracy": "准确率",
        "metric.balanced_accuracy": "平衡准确率",
        "metric.macro_f1": "宏平均 F1",
        "metric.weighted_f1": "加权 F1",
        "metric.macro_precision": "宏平均精确率",
        "metric.macro_recall": "宏平均召回率",
        "metric.log_loss": "对数损失（越小越好）",
        "figures.metric": "指标",
        "figures.model": "本模型",
        "figures.interval": "95% 置信区间",
        "figures.baseline": "基线",
        "figures.difference": "与基线之差",
        "figures.points": "个百分点",
        "figures.rows": "评估数据条数",
        "label": "标签",
        "precision": "精确率",
        "recall": "召回率",
        "f1": "F1",
        "support": "条数",
        "labels.note": "精确率：预测为该标签的数据中，真正属于它的比例。召回率：真正属于该标签的数据中，"
        "被找出来的比例。F1 综合两者。",
        "labels.all": "全部 {n} 个标签，最弱的在前",
        "labels.some": "{n} 个标签中最弱的 {shown} 个；全部结果见 JSON 报告",
        "confusion.note": "每一行表示一个真实标签的文本被预测成了什么。对角线上的蓝色：正确；橙色：错误。"
        "颜色越深，比例越大。",
        "confusion.focus": "图中是错误最多的 {n} 个标签。",
        "confusion.pairs": "最容易混淆的标签对",
        "confidence.note": "如果它说有 80% 的把握，就应该有 80% 是对的：这时各点落在虚线上。",
        "mistakes.note": "得分最高却答错的数据。请先读这些：其中有些其实是数据标错了。",
        "mistakes.none": "在这些数据上没有错误。",
        "true": "真实标签",
        "predicted": "预测标签",
        "score": "得分",
        "chart.rows": "条数",
        "chart.confidence": "把握",
        "chart.accuracy": "正确率",
        "chart.f1": "F1 及 95% 置信区间",
        "made.model": "模型",
        "made.task": "任务",
        "made.recipe": "训练方法",
        "made.reason": "为什么用这种方法",
        "made.base_model": "基础模型",
        "made.licence": "许可证",
        "made.settings": "设置",
        "made.data": "评估数据",
        "made.dataset_hash": "数据哈希",
        "made.looks": "测试集查看次数",
        "made.versions": "软件版本",
        "made.created_at": "评估时间（UTC）",
        "equivalence.note": "以上数字来自实际上线的导出模型。与训练时的模型相比：",
        "equivalence.none": "这个模型没有等价性报告。",
        "yes": "是",
        "no": "否",
        "unknown": "未知",
        "none": "–",
        "colon": "：",
        "range": "{low} 至 {high}",
        "footer": "由 Headway 生成。同样的数字见 report.json。",
    },
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
