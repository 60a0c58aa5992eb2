"""E-mail addresses, IP addresses, secrets in links, and what only looks like them."""

from __future__ import annotations

import pytest

from headway.text.personal_data import find


def found(text: str) -> list[tuple[str, str]]:
    """Kinds and values of what a text has."""
    return [(finding.kind, finding.value) for finding in find(text)]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.cn",
        "zhang.san@qq.com",
        "j_smith+shop@mail.co.uk",
        "X@Y.ORG",
        "a-b@c-d.example.com",
        "１２３＠ｑｑ．ｃｏｍ",
    ],
)
@pytest.mark.parametrize("sentence", ["邮箱{}收不到", "Mail {}.", "<{}>", "{}，谢谢", "{}"])
def test_e_mail_addresses(address: str, sentence: str) -> None:
    assert found(sentence.format(address)) == [("email", address)]


def test_a_sentence_that_follows_without_a_space_is_cut_off() -> None:
    assert found("Mail a@b.com.Please") == [("email", "a@b.com")]
    assert found("A@SINA.COM.CN") == [("email", "A@SINA.COM.CN")]


@pytest.mark.parametrize(
    "text",
    [
        "@zhangsan",
        "a@b",
        "user@localhost",
        "icon@2x.png",
        "react@18.2.0",
        "git@github.com:a/b.git",
        "a @ b.com",
        "@media",
        "z***@qq.c",
    ],
)
def test_no_e_mail_addresses(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "address", ["192.168.1.20", "8.8.8.200", "203.0.113.7", "2001:db8::1:ff00", "fe80::1ff:fe23:4567:890a"]
)
@pytest.mark.parametrize("sentence", ["来自{}的请求", "IP: {}", "Ping {} fails.", "IP：{}，异常"])
def test_ip_addresses(address: str, sentence: str) -> None:
    assert found(sentence.format(address)) == [("ip", address)]


@pytest.mark.parametrize(
    "text",
    [
        "1.2.3.4",
        "v1.2.3.40",
        "version 10.0.19.45",
        "版本：8.0.25.100",
        "升级到8.0.25.100",
        "256.1.1.100",
        "1.2.3.40.5",
        "1.2.3.40-beta",
        "127.0.0.1",
        "255.255.255.0",
        "0.0.0.0",
        "12:30:45",
        "std::vector",
        "a::b::c",
        "::1",
        "00:1A:2B:3C:4D:5E",
        "16:9",
    ],
)
def test_no_ip_addresses(text: str) -> None:
    assert found(text) == []


def test_a_word_makes_a_small_address_one() -> None:
    assert found("DNS 1.2.3.4") == [("ip", "1.2.3.4")]


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("https://a.cn/x?access_token=abcDEF1234567890&lang=zh", "abcDEF1234567890"),
        ("https://a.cn/x?id=3&sign=9f8e7d6c5b4a3210。", "9f8e7d6c5b4a3210"),
        ("/login?password=hunter2", "hunter2"),
        ("https://a.cn/?api_key=k-1234-abcd-5678#top", "k-1234-abcd-5678"),
        ("https://bob:s3cret@host/x", "bob:s3cret"),
        ("ftp://root:pass@files.example.net", "root:pass"),
        (f"Bearer {JWT} 过期", JWT),
    ],
)
def test_secrets_in_links(text: str, secret: str) -> None:
    assert found(text) == [("url_token", secret)]


@pytest.mark.parametrize(
    "text",
    [
        "https://a.cn/?key=color&sort=price",
        "https://a.cn/?token=required",
        "https://a.cn/?sign=true&page=12",
        "https://a.cn/?token=YOUR_TOKEN",
        "https://a.cn/?api_key=xxxxxxxx",
        "https://a.cn/?password={password}",
        "https://a.cn/?password=$PASSWORD",
        "token=abc",
        "https://host:8080/path",
        "https://t.co/AbC123xYz9",
        "eyJ is how a token begins",
    ],
)
def test_no_secrets(text: str) -> None:
    assert found(text) == []
