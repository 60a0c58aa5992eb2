"""The words of signing in and of the first page, in English and Chinese."""

from __future__ import annotations

from headway.web.words import Words

WORDS: Words = {
    "en": {
        "nav.home": "Overview",
        "sign-in.title": "Sign in",
        "sign-in.name": "Name",
        "sign-in.password": "Password",
        "sign-in.go": "Sign in",
        "sign-in.lost": "No password yet, or forgotten? An admin can send you a new link.",
        "welcome.title": "Welcome, {name}",
        "welcome.words": "Choose a password of at least {shortest} characters. Best are three or four "
        "words that do not belong together.",
        "welcome.password": "New password",
        "welcome.go": "Save and sign in",
        "home.texts": "texts",
        "home.labelled": "labelled",
        "home.annotators": "annotators",
        "home.agreement": "agreement (Krippendorff's alpha)",
        "home.how": "The same by command:",
    },
    "zh": {
        "nav.home": "概览",
        "sign-in.title": "登录",
        "sign-in.name": "用户名",
        "sign-in.password": "密码",
        "sign-in.go": "登录",
        "sign-in.lost": "还没有密码，或忘记了密码？管理员可以发送新的链接。",
        "welcome.title": "欢迎，{name}",
        "welcome.words": "请设置至少 {shortest} 个字符的密码。最好用三四个互不相关的词。",
        "welcome.password": "新密码",
        "welcome.go": "保存并登录",
        "home.texts": "条文本",
        "home.labelled": "条已标注",
        "home.annotators": "位标注员",
        "home.agreement": "标注一致性（Krippendorff's alpha）",
        "home.how": "对应的命令：",
    },
}
