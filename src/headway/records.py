"""The nouns of Headway: frozen, so that what flows between rooms cannot be changed behind your back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """A moment as it is stored and shown: ISO 8601, UTC, microseconds, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Split(StrEnum):
    """Where a row belongs. What is once `test` stays `test`."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Record:
    """One revision of one raw text, as it came."""

    id: str
    #: the user's id, else hash of the raw row and its occurrence number
    key: str
    revision: int
    text: str
    #: the remaining columns of the row, as they came
    fields: dict[str, str] = field(default_factory=dict)
    #: the split the user gave, or None
    split: Split | None = None
    #: when the text was written, where the user named a time column
    time: str | None = None


#: how the author of a label begins that a rule gave; it never counts as somebody's label
RULE = "rule:"


@dataclass(frozen=True)
class Annotation:
    """One label for one record, by one author at one time."""

    id: str
    task: str
    record: str
    label: str
    #: "import:<file>", "import:<file>/<annotator>", a person, "rule:<name>" or "model:<name>@<version>"
    author: str
    created_at: str


@dataclass(frozen=True)
class Import:
    """One file that was read: read = added + revised + known + quarantined."""

    id: str
    source: str
    read: int = 0
    #: texts that were new
    added: int = 0
    #: known ids that came with another text
    revised: int = 0
    #: rows that were there already
    known: int = 0
    quarantined: int = 0
    #: labels that were new
    labels: int = 0
    #: the file that holds the quarantined rows, each with its line and the reason
    quarantine: str | None = None
    #: how the file was read, in sentences: format, encoding, columns that were guessed
    notes: tuple[str, ...] = ()
    started_at: str = ""


@dataclass(frozen=True)
class Task:
    """What is to be decided about a text, and among which answers."""

    name: str
    kind: str
    created_at: str


@dataclass(frozen=True)
class CleaningPolicy:
    """What to do about the dirt in a task's data whenever a version is made; the raw text always stays."""

    #: preparation steps besides the default ones; models apply them to what they are asked, too
    steps: tuple[str, ...] = ()
    #: findings whose rows stay out of versions
    drop: tuple[str, ...] = ()
    #: label → the label it is written as
    labels: dict[str, str] = field(default_factory=dict)
    #: whether personal data are replaced by pseudonyms
    mask: bool = False


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One labelled text of a dataset version."""

    record: str
    text: str
    label: str
    split: Split
    #: name of the group of texts that never fall into two splits
    cluster: str
    #: the record this row was made from, where it is augmented
    parent: str | None = None
    #: "rules" where nobody but rules labelled it, so that it is fitted on only
    labelled_by: str | None = None


@dataclass(frozen=True)
class DatasetVersion:
    """An immutable set of labelled rows, known by the hash of its canonical rows."""

    hash: str
    task: str
    number: int
    consensus: str
    cut_off: str
    created_at: str
    labels: tuple[str, ...]
    #: split -> rows
    sizes: dict[str, int]
    statistics: dict[str, Any]
    #: blob that holds the rows
    blob: str
    #: the preparation steps that models of this version apply
    preparation: tuple[str, ...] = ()
    #: what was asked for when the version was made
    options: dict[str, Any] = field(default_factory=dict)
    #: rows that were forgotten since, and are no longer in it
    forgotten: int = 0


@dataclass(frozen=True)
class Run:
    """One training, from its start to what came of it."""

    id: str
    task: str
    recipe: str
    dataset: str
    seed: int
    settings: dict[str, Any]
    #: "running", "done", "failed", "interrupted" or "killed"
    state: str
    started_at: str
    seconds: float = 0.0
    metrics: dict[str, Any] = field(default_factory=dict)
    #: anything else worth keeping: explanation, costs, equivalence, warnings
    details: dict[str, Any] = field(default_factory=dict)
    model: str | None = None


@dataclass(frozen=True)
class ModelVersion:
    """One registered artefact of a named model."""

    name: str
    version: int
    task: str
    #: sha256 of the artefact's manifest
    artifact: str
    precision: str
    created_at: str
    run: str | None = None
    derived_from: int | None = None
    #: names such as "champion" that point here now
    aliases: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The way this version is named on the command line: name@version."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True)
class AliasEvent:
    """One change of an alias: who pointed where since when."""

    model: str
    alias: str
    version: int
    at: str
    #: "register", "promote" or "rollback"
    action: str


@dataclass(frozen=True)
class ApiKey:
    """A key for the service. The secret itself is never kept."""

    id: str
    name: str
    #: the first characters of the secret, to recognise it by
    prefix: str
    #: sha256 of the secret
    digest: str
    created_at: str
    revoked_at: str | None = None


@dataclass(frozen=True)
class User:
    """Somebody who works with a project in the console."""

    id: str
    name: str
    #: "admin", "lead", "annotator" or "viewer"
    role: str
    created_at: str
    #: argon2id hash; None until the user has chosen a password
    password: str | None = field(default=None, repr=False)
    disabled_at: str | None = None


@dataclass(frozen=True)
class Session:
    """A browser in which a user is signed in. The secret itself is never kept."""

    #: sha256 of the secret
    digest: str
    user: User
    created_at: str
    expires_at: str


@dataclass(frozen=True)
class Item:
    """A record in the queue of a task, to be labelled by so many people."""

    task: str
    record: str
    text: str
    #: the lower, the sooner
    rank: float
    #: how many people are to label it
    overlap: int
    #: how many have
    done: int = 0
    #: the label that is known to be right: everybody is given it, and answers tell how good they are
    gold: str | None = None
    #: id of the one user who may answer it
    assigned_to: str | None = None
    #: why it has its place: "asked" by the learner, drawn by "chance" to measure it, or put "first" by hand;
    #: None = as it came
    picked: str | None = None
    #: the learner's most probable labels at that moment, `{"label", "score"}`, the best first
    suggestions: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Answer:
    """What somebody did with an item; nothing is overwritten, each change is a version of its own."""

    task: str
    record: str
    #: id of the user
    user: str
    #: 1 for the first
    version: int
    #: "label", "skip", "withdraw", or why it is kept as a draft: "late", "assigned", "conflict", "retired"
    action: str
    #: made by the browser for each submission, so that one that is sent twice counts once
    key: str
    created_at: str
    label: str | None = None
    comment: str = ""
    flagged: bool = False
    #: how long the item was looked at
    seconds: float = 0.0
    #: what was shown beside the text, as suggestions with their scores
    shown: dict[str, Any] = field(default_factory=dict)
    #: version of the guidelines that was in force; 0 = there were none
    guideline: int = 0
    #: id of the annotation that came of it
    annotation: str | None = None
    #: whether it is what counts now
    current: bool = True


@dataclass(frozen=True)
class Label:
    """One of the answers a task allows."""

    task: str
    name: str
    #: its place on the page, from 0 on
    position: int
    #: when it was taken off the page; what it was given to keeps it
    retired_at: str | None = None


@dataclass(frozen=True)
class Guideline:
    """One version of how to label, as people read it."""

    task: str
    #: 1 for the first
    version: int
    text: str
    author: str
    created_at: str


@dataclass(frozen=True)
class Job:
    """A command of Headway that is to be done, is being done, or was."""

    id: str
    #: what stands behind `headway`, without --project and --json
    command: tuple[str, ...]
    #: "waiting", "running", "done", "failed" or "cancelled"
    state: str
    #: name of the user, or "command line"
    author: str
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    #: until when its worker is believed to be alive
    lease_until: str | None = None
    #: process that does it
    process: int | None = None
    #: how often it was begun
    attempts: int = 0
    cancel: bool = False
    #: what the command gave as JSON
    result: dict[str, Any] | None = None
    #: why it failed
    error: str | None = None
