"""The words that all pages of an application share, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from headway.pages.words import LANGUAGES, Language

#: language → key → words, with {names} to be filled in
Words = Mapping[Language, Mapping[str, str]]

SHARED: Words = {
    "en": {
        "language": "Language",
        "theme": "Appearance",
        "theme.auto": "As the system",
        "theme.light": "Light",
        "theme.dark": "Dark",
        "skip": "Skip to the content",
        "navigation": "Pages",
        "sign-out": "Sign out",
        "signed-in-as": "Signed in as {name} ({role})",
        "role.viewer": "viewer",
        "role.annotator": "annotator",
        "role.lead": "lead",
        "role.admin": "admin",
        "refused.title": "This did not work",
        "refused.missing": "There is no such page.",
        "refused.failed": "Something went wrong in Headway. The log of the console has more under {id}.",
        "refused.home": "Back to the first page",
        "offline": "The console does not answer. Is it still running?",
    },
    "zh": {
        "language": "语言",
        "theme": "外观",
        "theme.auto": "跟随系统",
        "theme.light": "浅色",
        "theme.dark": "深色",
        "skip": "跳到正文",
        "navigation": "页面",
        "sign-out": "退出登录",
        "signed-in-as": "已登录：{name}（{role}）",
        "role.viewer": "访客",
        "role.annotator": "标注员",
        "role.lead": "负责人",
        "role.admin": "管理员",
        "refused.title": "操作未成功",
        "refused.missing": "没有这个页面。",
        "refused.failed": "Headway 出错了。控制台日志中编号 {id} 处有详细信息。",
        "refused.home": "返回首页",
        "offline": "控制台没有响应，它还在运行吗？",
    },
}


def joined(*parts: Words) -> Words:
    """The words of several rooms as one.

    Raises `ValueError` where a key is there twice, or in one language only.
    """
    found: dict[Language, dict[str, str]] = {}
    for language in LANGUAGES:
        keys = [key for part in parts for key in part[language]]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"These words are there twice: {', '.join(sorted(twice))}.")
        found[language] = {key: words for part in parts for key, words in part[language].items()}
    if odd := found["en"].keys() ^ found["zh"].keys():
        raise ValueError(f"These words are there in one language only: {', '.join(sorted(odd))}.")
    return found
