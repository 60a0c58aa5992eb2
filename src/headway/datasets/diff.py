"""What came, went and changed between two versions, in counts and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from headway.datasets.versions import load_rows
from headway.records import DatasetRow, DatasetVersion, Split
from headway.store import Store
from headway.terminal import percent

# A label whose share of the texts moves by at least so much is said to have shifted.
_SHIFT = 0.02
_SHOWN = 10


def diff_versions(store: Store, old: DatasetVersion, new: DatasetVersion) -> dict[str, Any]:
    """What came, went and changed between two versions, in counts and in words.

    Rows are the same where they come from the same record; augmented rows are counted and left aside.
    """
    before, after = _originals(store, old), _originals(store, new)
    both = before.keys() & after.keys()
    relabelled = Counter(
        (before[one].label, after[one].label) for one in both if before[one].label != after[one].label
    )
    moved = Counter(
        (str(before[one].split), str(after[one].split))
        for one in both
        if before[one].split != after[one].split
    )
    found: dict[str, Any] = {
        "old": old.number,
        "new": new.number,
        "added": len(after) - len(both),
        "removed": len(before) - len(both),
        "relabelled": relabelled.total(),
        "new_labels": sorted(set(new.labels) - set(old.labels)),
        "gone_labels": sorted(set(old.labels) - set(new.labels)),
        "labels": _label_changes(before, after),
        "relabelled_from_to": _pairs(relabelled),
        "moved": _pairs(moved),
        "forgotten": {"old": old.forgotten, "new": new.forgotten},
        "preparation": _list_changes(old.preparation, new.preparation),
        "options": _changes(old.options, new.options),
    }
    shares = _share_changes(_shares(before), _shares(after))
    # Total variation distance: the share of texts that would have to change their label.
    found["shift"] = round(sum(abs(new - old) for old, new in shares.values()) / 2, 6)
    return {**found, "summary": _words(found, shares)}


def _originals(store: Store, version: DatasetVersion) -> dict[str, DatasetRow]:
    return {row.record: row for row in load_rows(store, version, Split) if not row.parent}


def _label_changes(
    before: Mapping[str, DatasetRow], after: Mapping[str, DatasetRow]
) -> dict[str, dict[str, int]]:
    """Label → texts before, after and their difference, the largest difference first; none that is zero."""
    counts = [Counter(row.label for row in rows.values()) for rows in (before, after)]
    changes = {
        label: {"old": old, "new": new, "change": new - old}
        for label in sorted(counts[0].keys() | counts[1].keys())
        if (old := counts[0][label]) != (new := counts[1][label])
    }
    return dict(sorted(changes.items(), key=lambda item: -abs(item[1]["change"])))


def _pairs(counts: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"from": one, "to": other, "rows": count} for (one, other), count in ordered]


def _list_changes(old: Sequence[str], new: Sequence[str]) -> dict[str, list[str]]:
    changes = {
        "added": [one for one in new if one not in old],
        "removed": [one for one in old if one not in new],
    }
    # A version of the days before preparation was kept has none.
    return {name: steps for name, steps in changes.items() if steps} if old and new else {}


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    names = sorted(old.keys() | new.keys()) if old and new else []
    return {
        name: {"old": old.get(name), "new": new.get(name)} for name in names if old.get(name) != new.get(name)
    }


def _shares(rows: Mapping[str, DatasetRow]) -> dict[str, float]:
    counts = Counter(row.label for row in rows.values())
    return {label: count / len(rows) for label, count in counts.items()}


def _share_changes(old: Mapping[str, float], new: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    return {label: (old.get(label, 0.0), new.get(label, 0.0)) for label in sorted(old.keys() | new.keys())}


def _words(found: Mapping[str, Any], shares: Mapping[str, tuple[float, float]]) -> list[str]:
    old, new = found["old"], found["new"]
    words = [
        f"Version {new} has {found['added']:,} texts more, {found['removed']:,} fewer "
        f"and {found['relabelled']:,} with another label than version {old}."
    ]
    if found["new_labels"]:
        words.append(f"New labels: {', '.join(found['new_labels'])}.")
    if found["gone_labels"]:
        words.append(f"Labels no longer there: {', '.join(found['gone_labels'])}.")
    by_label = [
        f"{label}: {abs(change['change']):,} {'more' if change['change'] > 0 else 'fewer'}"
        for label, change in found["labels"].items()
    ]
    words += _sentence("By label: ", by_label)
    words += _sentence(
        "Labels that changed: ",
        [f"{one['from']} → {one['to']} {one['rows']:,}" for one in found["relabelled_from_to"]],
    )
    words += _sentence(
        "Texts that changed their split: ",
        [f"{one['from']} → {one['to']} {one['rows']:,}" for one in found["moved"]],
    )
    words += [
        f"Forgotten since: {count:,} rows of version {found[name]}."
        for name, count in found["forgotten"].items()
        if count
    ]
    words += _sentence("Preparation: ", [f"{how} {', '.join(s)}" for how, s in found["preparation"].items()])
    words += _sentence(
        "Options: ",
        [f"{name} {_shown(was['old'])} → {_shown(was['new'])}" for name, was in found["options"].items()],
    )
    shifted = [
        f"{label} {percent(before)} → {percent(after)}"
        for label, (before, after) in shares.items()
        if abs(after - before) >= _SHIFT
    ]
    return words + _sentence("Share of the texts: ", shifted)


def _sentence(begin: str, parts: Sequence[str]) -> list[str]:
    more = f" and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else ""
    return [f"{begin}{', '.join(parts[:_SHOWN])}{more}."] if parts else []


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} groups"
    if isinstance(value, dict):
        return ", ".join(f"{name}={count}" for name, count in value.items())
    return "none" if value is None else str(value)
