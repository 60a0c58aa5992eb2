"""What `headway clean` says, in English and Chinese: about each finding, and all of it in a few sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headway.pages.words import LANGUAGES, Language
from headway.terminal import percent

Words = dict[str, str]

#: finding → its name and what would be done about it, or is done, in both languages
_FINDINGS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "mojibake": (
        ("Wrongly decoded characters", "乱码"),
        ("read back where that is possible", "能还原的还原"),
    ),
    "html": (
        ("HTML tags and entities", "HTML 标签与实体"),
        ("taken out; what a browser would show stays", "去掉，只留浏览器会显示的文字"),
    ),
    "control": (
        ("Control and invisible characters", "控制字符与不可见字符"),
        ("nothing to do: every model takes them out", "无需处理：每个模型都会去掉它们"),
    ),
    "full-width": (
        ("Full-width letters and digits", "全角字母与数字"),
        ("written in half width", "转为半角"),
    ),
    "traditional": (
        ("Traditional Chinese", "繁体字"),
        ("written in simplified characters", "转为简体"),
    ),
    "languages": (
        ("Texts neither Chinese nor English", "中英文以外的文本"),
        ("nothing: see whether they belong here", "不处理：请看看它们是否属于这里"),
    ),
    "duplicates": (
        ("Repeated texts", "重复文本"),
        ("only the first of each stays", "每种只留第一条"),
    ),
    "near-duplicates": (
        ("Almost the same as another text", "近似重复文本"),
        ("of a group, one text of each label stays", "每组中每个标签留一条"),
    ),
    "near-contradictions": (
        ("Almost the same text, another label", "文本近似而标签不同"),
        ("nothing: read them, one label may be wrong", "不处理：请读一读，可能有标签标错了"),
    ),
    "contradictions": (
        ("The same text, different labels", "文本相同而标签不同"),
        ("all of them stay out; better correct the labels", "全部不用；最好更正标签"),
    ),
    "label-variants": (
        ("Labels in several spellings", "写法不一的标签"),
        ("written in the most frequent spelling", "统一为最常见的写法"),
    ),
    "short": (
        ("Empty or too short texts", "空文本或过短的文本"),
        ("they stay out", "不用"),
    ),
    "outliers": (
        ("Texts unlike the others", "异常文本"),
        ("they stay out", "不用"),
    ),
    "label-leaks": (
        ("The label stands in the text", "文本中写着标签"),
        ("these rows stay out; better import without the label", "这些行不用；最好去掉标签后再导入"),
    ),
    "coverage": (
        ("Labels with too little to learn from", "样本不足的标签"),
        ("nothing: add texts, or join labels", "不处理：请补充文本或合并标签"),
    ),
    "personal-data": (
        ("Personal data", "个人信息"),
        ("replaced by pseudonyms", "替换为假名"),
    ),
}

_LANGUAGE_NAMES = {"zh": ("Chinese", "中文"), "en": ("English", "英文"), "und": ("not told", "无法判断")}
_PERSONAL_DATA = {
    "url_token": ("token in a link", "链接中的令牌"),
    "email": ("e-mail address", "电子邮箱"),
    "resident_id": ("resident ID", "身份证号"),
    "permit": ("permit", "通行证"),
    "credit_code": ("credit code", "统一社会信用代码"),
    "card": ("card number", "银行卡号"),
    "ip": ("IP address", "IP 地址"),
    "passport": ("passport", "护照"),
    "plate": ("number plate", "车牌号"),
    "phone": ("phone number", "电话号码"),
    "address": ("address", "地址"),
    "name": ("name", "姓名"),
}
_OUTLIERS = {
    "long": ("far longer than the others", "远比其他文本长"),
    "repeated": ("one repeated character", "只有一个重复的字符"),
    "wordless": ("only digits, punctuation or links", "只有数字、标点或链接"),
}
_FORMS = {
    "marker": ("behind a marker such as “label:”", "在“标签：”之类的标记之后"),
    "bracket": ("in brackets", "在括号里"),
    "start": ("at the start, set apart", "在开头，用符号隔开"),
    "end": ("at the end, set apart", "在结尾，用符号隔开"),
    "first word": ("as the first word", "开头第一个词"),
    "last word": ("as the last word", "结尾最后一个词"),
}


def title(key: str) -> Words:
    """What a finding is called, by language."""
    return _by_language(_FINDINGS[key][0])


def action(key: str) -> Words:
    """What would be done about a finding, or what a person should do, by language."""
    return _by_language(_FINDINGS[key][1])


def details(finding: Mapping[str, Any]) -> dict[str, list[str]]:
    """What else there is to say about a finding, in sentences or short phrases, by language."""
    say = _DETAILS.get(finding["key"])
    # How many there are by language is worth knowing wherever there are texts at all.
    if say is None or not (finding["count"] or finding["key"] in ("languages", "coverage")):
        return {language: [] for language in LANGUAGES}
    return {language: say(finding, n) for n, language in enumerate(LANGUAGES)}


def summary(report: Mapping[str, Any]) -> dict[str, list[str]]:
    """The report in a few sentences, by language."""
    return {language: _summary(report, language) for language in LANGUAGES}


def _summary(report: Mapping[str, Any], language: Language) -> list[str]:
    chinese = language == "zh"
    if not report["texts"]:
        return ["项目里还没有文本。" if chinese else "The project holds no text yet."]
    texts, different, files = report["texts"], report["different_texts"], report["sources"]
    labelled = report["labelled"]
    found = [one for one in report["findings"] if one["count"]]
    can = [one for one in found if one["option"] and not one["applied"]]
    if chinese:
        sentences = [
            f"{files} 个文件中共有 {texts:,} 条文本，其中 {different:,} 条各不相同，{labelled:,} 条有标签。"
        ]
        sentences += [
            f"共发现 {len(found)} 类问题，其中 {len(can)} 类可用 --apply 处理。"
            if found
            else "没有发现问题。"
        ]
        return [*sentences, "本报告不改动任何内容；原始文本始终保留。"]
    sentences = [
        f"{_count(texts, 'text')} from {_count(files, 'file')}, {different:,} of them different; "
        f"{labelled:,} have a label."
    ]
    sentences += [
        f"{_count(len(found), 'finding')}; --apply can do something about {len(can)} of them."
        if found
        else "Nothing was found to be wrong."
    ]
    return [*sentences, "This report changes nothing; the raw texts always stay."]


def _languages(finding: Mapping[str, Any], n: int) -> list[str]:
    return [_listed(finding["languages"], _LANGUAGE_NAMES, n)]


def _near_duplicates(finding: Mapping[str, Any], n: int) -> list[str]:
    return [f"{finding['clusters']:,} 组" if n else f"in {_count(finding['clusters'], 'group')}"]


def _contradictions(finding: Mapping[str, Any], n: int) -> list[str]:
    return [f"{finding['texts']:,} 种文本" if n else f"{_count(finding['texts'], 'text')}"]


def _variants(finding: Mapping[str, Any], n: int) -> list[str]:
    return [f"{finding['groups']:,} 个标签" if n else f"{_count(finding['groups'], 'label')}"]


def _short(finding: Mapping[str, Any], n: int) -> list[str]:
    least = finding["least"]
    return [f"可见字符少于 {least} 个" if n else f"fewer than {least} visible characters"]


def _outliers(finding: Mapping[str, Any], n: int) -> list[str]:
    return [_listed(finding["kinds"], _OUTLIERS, n)]


def _leaks(finding: Mapping[str, Any], n: int) -> list[str]:
    named = (f"{_FORMS[form][n]} {percent(share)}" for form, share in finding["forms"].items())
    return [("、" if n else ", ").join(named)]


def _coverage(finding: Mapping[str, Any], n: int) -> list[str]:
    few, test_only, heavy = finding["few"], finding["test_only"], finding["imbalance"]
    said = []
    if few:
        said.append(
            f"{few:,} 个标签不足 10 条文本" if n else f"{_count(few, 'label')} with fewer than 10 texts"
        )
    if test_only:
        said.append(
            f"{test_only:,} 个标签只在测试集中" if n else f"{_count(test_only, 'label')} in the test only"
        )
    if heavy:
        label, rows, middle = heavy["label"], heavy["rows"], heavy["middle"]
        said.append(
            f"标签“{label}”有 {rows:,} 条，居中的标签只有 {middle:,} 条"
            if n
            else f"the label {label!r} has {rows:,} texts, the one in the middle {middle:,}"
        )
    return said


def _personal_data(finding: Mapping[str, Any], n: int) -> list[str]:
    return [_listed(finding["kinds"], _PERSONAL_DATA, n)]


_DETAILS: dict[str, Callable[[Mapping[str, Any], int], list[str]]] = {
    "languages": _languages,
    "near-duplicates": _near_duplicates,
    "contradictions": _contradictions,
    "label-variants": _variants,
    "short": _short,
    "outliers": _outliers,
    "label-leaks": _leaks,
    "coverage": _coverage,
    "personal-data": _personal_data,
}


def _listed(counts: Mapping[str, int], names: Mapping[str, tuple[str, str]], n: int) -> str:
    named = (f"{names[key][n] if key in names else key} {count:,}" for key, count in counts.items() if count)
    return ("、" if n else ", ").join(named)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _by_language(words: tuple[str, str]) -> Words:
    return dict(zip(LANGUAGES, words, strict=True))
