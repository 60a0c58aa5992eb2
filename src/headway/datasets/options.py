"""What may be asked of a dataset version, kept with it so that it can be replayed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headway.datasets.augment import Augmentation, Plan, read_plan
from headway.datasets.labelled import RULES, Rule
from headway.errors import UsageError


@dataclass(frozen=True)
class Options:
    """Groups, a split by time, sampling and augmentation; nothing of these where nothing is asked for."""

    #: column of the user's whose equal values never fall into two splits
    group: str | None = None
    by_time: bool = False
    #: most training rows of a label
    cap: int | None = None
    balance: bool = False
    plan: Plan = field(default_factory=Plan)
    #: which label counts where a text has several
    consensus: Rule = "latest"
    #: whether what only rules have labelled is trained on
    rules: bool = False

    @classmethod
    def read(
        cls,
        *,
        group: str | None = None,
        by_time: bool = False,
        cap: int | None = None,
        balance: bool = False,
        augment: Iterable[Augmentation] = (),
        synonyms: Sequence[Sequence[str]] = (),
        consensus: str = "latest",
        rules: bool = False,
    ) -> Options:
        """Understand what was asked for. Raises `UsageError` for what makes no sense."""
        if cap is not None and cap < 1:
            raise UsageError(f"A cap of {cap} leaves no training row.", next_step="Name a number from 1.")
        rule = next((each for each in RULES if each == consensus), None)
        if rule is None:
            raise UsageError(
                f"There is no consensus rule {consensus!r}.", next_step=f"Use one of: {', '.join(RULES)}."
            )
        return cls(group or None, by_time, cap, balance, read_plan(augment, synonyms), rule, rules)

    def content(self) -> dict[str, Any]:
        """What is not the default, as plain data."""
        found: dict[str, Any] = {
            "group": self.group,
            "by_time": self.by_time,
            "cap": self.cap,
            "balance": self.balance,
            "augment": dict(self.plan.counts),
            "synonyms": [list(words) for words in self.plan.synonyms],
            "consensus": "" if self.consensus == "latest" else self.consensus,
            "rules": self.rules,
        }
        return {name: value for name, value in found.items() if value}


def replayed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `create_version` that ask again for what is kept of a version."""
    names = ("group", "by_time", "cap", "balance", "synonyms", "consensus", "rules")
    found = {name: content[name] for name in names if name in content}
    return found | {"augment": [f"{name}={count}" for name, count in content.get("augment", {}).items()]}
