"""`headway clean`: what is wrong with the data and what would be done; changes only on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from headway.cleaning import findings, label_findings
from headway.cleaning.corpus import Corpus, read_corpus
from headway.cleaning.policy import DROPS, OPTIONS, STEPS, content_of
from headway.cleaning.rules import LEAST_CHARACTERS
from headway.cleaning.words import action, details, summary, title
from headway.records import CleaningPolicy
from headway.store import Store
from headway.store.cleanings import get_policy
from headway.text.lengths import LENGTHS, length_counts, length_quantiles

if TYPE_CHECKING:
    from headway.cleaning.inspection import Inspection
    from headway.terminal import Progress

#: kinds of dirt in a raw text, in the order of the report
DIRT = ("mojibake", "html", "control", "full-width", "traditional")


def build_clean_report(
    store: Store,
    task: str,
    *,
    least_characters: int = LEAST_CHARACTERS,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """All that is found in the texts of a project and the labels of a task, as plain data.

    The texts are those of the newest revision of each record, labelled or not; nothing is changed. Each
    finding has `key`, `count`, `share` (of the rows; of label-variants, of the labelled ones; of
    coverage, of the labels), `option` (what `--apply` takes, or None), `applied`, `examples`, and in both
    languages `title`, `action` and `details`. No excerpt holds personal data.
    """
    advance = progress or _silent
    policy = get_policy(store, task)
    advance("Reading", 0)
    corpus = read_corpus(store, task, policy)
    inspection = _inspect(corpus.raws, advance)
    advance("Comparing", 0)
    found = [
        *(findings.dirt(corpus, inspection, kind) for kind in DIRT),
        findings.languages(corpus, inspection),
        findings.equal_texts(corpus),
        *findings.alike_texts(corpus),
        findings.contradicting_labels(corpus),
        label_findings.spellings(corpus),
        findings.short(corpus, least_characters),
        findings.outliers(corpus),
        label_findings.leaks(corpus),
        label_findings.coverage(corpus),
        findings.personal_data(corpus, inspection),
    ]
    content = {
        "format": 1,
        "task": task,
        "created_at": store.now(),
        "texts": len(corpus),
        "different_texts": len(corpus.raws),
        "labelled": int((corpus.table.label >= 0).sum()),
        "sources": len(set(corpus.sources)),
        "labels": corpus.table.label_counts(),
        **_lengths(corpus),
        "policy": content_of(policy),
        "findings": [_described(one, policy) for one in found],
    }
    languages = Counter(content["findings"][len(DIRT)]["languages"])
    content["language"] = "zh" if languages["zh"] > languages["en"] else "en"
    return content | {"summary": summary(content)}


def _inspect(raws: Sequence[str], advance: Progress) -> Inspection:
    from headway.cleaning.inspection import inspect_many  # noqa: PLC0415 - its patterns cost start-up time

    return inspect_many(raws, lambda done: advance("Looking at each text", done, len(raws)))


def _lengths(corpus: Corpus) -> dict[str, Any]:
    lengths = np.fromiter(map(len, corpus.raws), dtype=np.int64, count=len(corpus.raws))[corpus.raw]
    return {
        "characters": length_quantiles(lengths),
        "lengths": {"from": list(LENGTHS), "texts": length_counts(lengths)},
    }


def _described(finding: findings.Finding, policy: CleaningPolicy) -> dict[str, Any]:
    """The finding with what `--apply` can do about it, in words."""
    key = finding["key"]
    option = key if key in OPTIONS else None
    return {
        "key": key,
        "title": title(key),
        "count": finding["count"],
        "share": finding["share"],
        "option": option,
        "applied": option is not None and _is_applied(option, policy, finding),
        "action": action(key),
        "details": details(finding),
        **{name: value for name, value in finding.items() if name not in {"key", "count", "share"}},
    }


def _is_applied(option: str, policy: CleaningPolicy, finding: findings.Finding) -> bool:
    """Whether the policy does about all that was found what the option would."""
    if option in STEPS:
        return STEPS[option] in policy.steps
    if option in DROPS:
        drops = {rule.partition(":")[0]: rule.partition(":")[2] for rule in policy.drop}
        return option in drops and (option != "short" or int(drops[option]) >= finding["least"])
    # What is found are spellings that the policy does not know yet.
    return policy.mask if option == "personal-data" else bool(policy.labels) and not finding["count"]


def _silent(stage: str, done: int, total: int | None = None) -> None:
    pass
