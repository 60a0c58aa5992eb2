"""Files of rules, and asking them without a terminal, for tests."""

from __future__ import annotations

from pathlib import Path

from headway.annotation.rule_votes import Votes, ask_rules
from headway.annotation.rules import read_rules
from headway.store import Store
from tests.annotated import TASK

#: an expression that comes to no end on `ENDLESS`
NEVER_ENDING = "((((啊{1,100}){1,100}){1,100}){1,100})[吗呢]"
ENDLESS = "啊" * 1_000 + "！"
LABELS = ["退款", "delivery", "other"]


def silent(stage: str, done: int, total: int | None = None) -> None:
    """Show nothing."""


def write_rules(folder: Path, **rules: tuple[str | None, str]) -> Path:
    """A file of rules: name = (label, what to look for as TOML)."""
    parts = [
        f"[[rule]]\nname = '{name}'\n{look}\n" + (f"label = '{label}'\n" if label else "")
        for name, (label, look) in rules.items()
    ]
    path = folder / "rules.toml"
    path.write_text("\n".join(parts), "utf-8")
    return path


def ask(store: Store, path: Path) -> Votes:
    """What the rules of a file say of all texts."""
    return ask_rules(store, TASK, read_rules(path, LABELS), LABELS, progress=silent)


def said(votes: Votes) -> dict[str, dict[str, str]]:
    """Record → rule → label."""
    return {
        record: {
            rule.name: votes.labels[label]
            for rule, label in zip(votes.rules, row.tolist(), strict=True)
            if label >= 0
        }
        for record, row in zip(votes.records, votes.table, strict=True)
    }
