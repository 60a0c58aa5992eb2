from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headway.annotation import rule_votes
from headway.annotation.rule_votes import Trouble
from headway.ids import new_id
from headway.records import CleaningPolicy, Record
from headway.store import Store
from headway.store.cleanings import set_policy
from tests.annotated import TASK, import_texts
from tests.annotation.ruling import ENDLESS, NEVER_ENDING, ask, said, write_rules
from tests.store.rows import insert_records

TEXTS = ["我要退款", "REFUND please", "where is my parcel", "谢谢"]


def test_every_rule_is_asked_about_every_text(store: Store, tmp_path: Path) -> None:
    records = import_texts(store, TEXTS)
    path = write_rules(
        tmp_path,
        钱=("退款", "keywords = ['退款', 'refund']"),
        where=("delivery", "pattern = '(?i)where|please'"),
    )
    votes = ask(store, path)
    assert votes.records == records
    assert list(said(votes).values()) == [
        {"钱": "退款"},
        {"钱": "退款", "where": "delivery"},
        {"where": "delivery"},
        {},
    ]
    assert votes.troubles == (Trouble(), Trouble())


def test_only_the_newest_revision_is_read_and_an_empty_project_is_no_trouble(
    store: Store, tmp_path: Path
) -> None:
    path = write_rules(tmp_path, a=("退款", "keywords = ['退款']"))
    assert ask(store, path).table.shape == (0, 1)
    import_texts(store, ["我要退款"])
    insert_records(store, [Record(new_id(), "我要退款", 2, "不要了")])
    assert list(said(ask(store, path)).values()) == [{}]


def test_texts_are_read_as_models_read_them(store: Store, tmp_path: Path) -> None:
    import_texts(store, ["<b>我要</b>退款", "我要  退\u200b款"])
    path = write_rules(tmp_path, a=("退款", "pattern = '^我要 ?退款$'"))
    assert [bool(one) for one in said(ask(store, path)).values()] == [False, True]
    set_policy(store, TASK, CleaningPolicy(steps=("html@1",)))
    assert [bool(one) for one in said(ask(store, path)).values()] == [True, True]


def test_a_function_may_say_a_label_yes_no_or_nothing(store: Store, tmp_path: Path) -> None:
    import_texts(store, ["yes", "no", "none", "other", "nonsense", "seven", "boom"])
    (tmp_path / "mine.py").write_text(
        "def say(text):\n"
        "    if text == 'boom':\n        raise KeyError('不行')\n"
        "    known = {'yes': True, 'no': False, 'other': 'other', 'nonsense': 'nonsense', 'seven': 7}\n"
        "    return known.get(text)\n",
        "utf-8",
    )
    path = write_rules(
        tmp_path,
        named=("退款", "function = 'mine.py:say'"),
        unnamed=(None, "function = 'mine.py:say'"),
    )
    votes = ask(store, path)
    found = list(said(votes).values())
    assert found == [{"named": "退款"}, {}, {}, {"named": "other", "unnamed": "other"}, {}, {}, {}]
    named, unnamed = votes.troubles
    assert (named.errors, unnamed.errors) == (3, 4)
    assert named.first_error == (
        f"on record {votes.records[4]} it returned 'nonsense', which names no label of the task"
    )
    assert "returned True, which names no label" in str(unnamed.first_error)


def test_what_a_function_raises_is_counted_and_the_first_of_it_told(store: Store, tmp_path: Path) -> None:
    records = import_texts(store, ["一", "two", "三"])
    (tmp_path / "mine.py").write_text("import sys\ndef say(text):\n    sys.exit(text)\n", "utf-8")
    (trouble,) = ask(store, write_rules(tmp_path, a=("退款", "function = 'mine.py:say'"))).troubles
    assert trouble.errors == 3
    assert trouble.first_error == f"on record {records[0]} it raised SystemExit: 一 (mine.py, line 3)"


def test_what_takes_too_long_is_counted_and_the_other_rules_go_on(store: Store, tmp_path: Path) -> None:
    import_texts(store, [ENDLESS, "啊吗", ENDLESS + "退款"])
    path = write_rules(
        tmp_path, slow=("other", f"pattern = '{NEVER_ENDING}'"), fast=("退款", "keywords = ['退款']")
    )
    votes = ask(store, path)
    assert list(said(votes).values()) == [{}, {"slow": "other"}, {"fast": "退款"}]
    assert votes.troubles == (Trouble(timeouts=2), Trouble())


def test_a_rule_that_is_always_too_slow_is_asked_no_more(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_votes, "MOST_TIMEOUTS", 2)
    import_texts(store, [f"{ENDLESS}{number}" for number in range(5)])
    votes = ask(store, write_rules(tmp_path, slow=("other", f"pattern = '{NEVER_ENDING}'")))
    assert votes.troubles == (Trouble(timeouts=2, unasked=3),)
    assert np.all(votes.table == -1)
