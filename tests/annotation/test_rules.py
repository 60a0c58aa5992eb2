from __future__ import annotations

from pathlib import Path

import pytest

from headway.annotation.rule_matching import Text
from headway.annotation.rules import MOST_KEYWORDS, MOST_RULES, Rule, read_rules
from headway.errors import DataError

LABELS = ["退款", "delivery", "other"]


def read(folder: Path, content: str) -> list[Rule]:
    path = folder / "rules.toml"
    path.write_text(content, "utf-8")
    return read_rules(path, LABELS)


def refused(folder: Path, content: str) -> str:
    """What is said of a file that cannot be used."""
    with pytest.raises(DataError) as error:
        read(folder, content)
    return str(error.value)


def rule(name: str = "r", **fields: str) -> str:
    """A rule in TOML; values are written as they stand there."""
    given = {"name": f"'{name}'", "label": "'退款'", "keywords": "['x']", **fields}
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in given.items() if value)


def test_rules_of_all_kinds_are_read_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def long(text):\n    return len(text) > 3 or None\n", "utf-8")
    content = rule("钱", keywords="['退钱', 'refund']")
    content += rule("where", label="'delivery'", keywords="", pattern="'(?i)where.+parcel'")
    content += rule("long", label="'other'", keywords="", function="'mine.py:long'")
    content += rule("says", label="", keywords="", function="'mine.py:long'")
    found = read(tmp_path, content)
    assert [(one.name, one.label, one.author) for one in found] == [
        ("钱", "退款", "rule:钱"),
        ("where", "delivery", "rule:where"),
        ("long", "other", "rule:long"),
        ("says", None, "rule:says"),
    ]
    text = Text.of("REFUND! Where is my parcel")
    assert [one.matcher(text) for one in found] == [True, True, True, True]
    text = Text.of("没有")
    assert [one.matcher(text) for one in found] == [False, False, None, None]


def test_names_and_labels_are_written_alike(tmp_path: Path) -> None:
    (found,) = read_rules_of(tmp_path, rule(" cafe\u0301 ", label="' cafe\u0301'"), ["café", "b"])
    assert (found.name, found.label) == ("café", "café")


def read_rules_of(folder: Path, content: str, labels: list[str]) -> list[Rule]:
    (folder / "r.toml").write_text(content, "utf-8-sig")
    return read_rules(folder / "r.toml", labels)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[[rule]]\nname = 'a'\nlabel = x", "it is no TOML: .*line 3"),
        ("", r"there is no \[\[rule\]\] in it"),
        (
            "[[rules]]\nname = 'a'",
            r"'rules' is unknown, did you mean 'rule'\?; rules are written \[\[rule\]\]",
        ),
        ("rule = 'a'", r"rules are written \[\[rule\]\], each"),
        ("[rule]\nname = 'a'", r"rules are written \[\[rule\]\], each"),
        (rule(lable="'退款'"), r"rule 1 'r', 'lable' is unknown, did you mean 'label'\?"),
        (rule(label=""), "rule 1 'r', label: it is missing"),
        (rule(label="7"), "rule 1 'r', label: 7 is no text"),
        (
            rule(label="'delivry'"),
            r"label: 'delivry' is unknown, did you mean 'delivery'\?; labels are '退款'",
        ),
        (rule(name=""), "rule 1 '', name: '' is no printable text"),
        (rule() + rule().replace("name = 'r'", ""), "rule 2, name: it is missing"),
        (rule(name="x" * 61), "name: it has 61 characters; 60 are the most"),
        (rule("a") + rule("b") + rule("a"), "the name 'a' is there 2 times"),
        (rule(keywords=""), "nothing to look for: it needs one of keywords, pattern, function"),
        (rule(pattern="'x'"), "keywords and pattern: it needs one of"),
        (rule(keywords="[]"), "keywords: they are written as a list, of at least one"),
        (rule(keywords="'退款'"), "keywords: they are written as a list"),
        (rule(keywords="['ok', ' \u200b']"), "keywords: keyword 2, .* is empty"),
        (rule(keywords="['ok', 3]"), "keywords: keyword 2, 3, is no text"),
        (rule(keywords=str(["x"] * (MOST_KEYWORDS + 1))), "keywords: there are 1,001; 1,000 are the most"),
        (rule(keywords="", pattern="'退(款'"), r"pattern: '退\(款' is no regular expression: .* position 3"),
        (rule(keywords="", pattern="''"), "pattern: '' is no text"),
        (rule(keywords="", pattern=f"'{'x' * 10_001}'"), "pattern: it has 10,001 characters"),
        (rule(keywords="", function="'mine.py:a'"), "rule 1 'r', function: there is no file .*mine.py"),
        (rule(keywords="", function="3"), "function: 3 is no text"),
        ("".join(rule(f"r{n}") for n in range(MOST_RULES + 1)), "there are 201 rules; 200 are the most"),
    ],
)
def test_what_is_wrong_is_told_with_its_rule_and_field(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        read(tmp_path, content)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    content = rule("a", label="'refund'", keywords="['']", pattern="'('", colour="1")
    content += rule("a", label="", keywords="")
    said = refused(tmp_path, content).splitlines()
    assert said[0].endswith("rules.toml cannot be used:")
    assert len([line for line in said if line.startswith("  rule 1 'a', ")]) == 5
    assert len([line for line in said if line.startswith("  rule 2 'a', ")]) == 2
    assert "  the name 'a' is there 2 times" in said
    assert said[-1].startswith("Next step: Mend")


def test_without_labels_it_is_said_how_they_are_set(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(rule(), "utf-8")
    with pytest.raises(DataError, match="headway annotate labels"):
        read_rules(tmp_path / "r.toml", [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"#" * 1_000_001, "larger than 1,000,000 bytes"),
    ],
)
def test_what_is_no_file_of_rules_is_refused(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "规则.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=reason):
        read_rules(path, LABELS)
    with pytest.raises(DataError, match="cannot be read"):
        read_rules(tmp_path, LABELS)
