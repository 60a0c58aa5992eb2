"""The tables. `migrations/` makes them; a test proves that both say the same."""

# No `from __future__ import annotations` here: that name is one of the tables.
from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

tasks = Table(
    "tasks",
    metadata,
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("created_at", String, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", Text, nullable=False),
    # "running" until every row is in: the records of a running import are not shown
    Column("state", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("licence", String),
    Column("counts", JSON, nullable=False),
    # sha256 of the file and of the way it is read: by it an interrupted import is taken up again
    Column("digest", String),
)

records = Table(
    "records",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("split", String),
    Column("time", String),
    Column("import", String, ForeignKey("imports.id", name="fk_records_import"), nullable=False, index=True),
    UniqueConstraint("key", "revision", name="uq_records_key_revision"),
)

annotations = Table(
    "annotations",
    metadata,
    Column("id", String, primary_key=True),
    Column("task", String, ForeignKey("tasks.name", name="fk_annotations_task"), nullable=False),
    Column("record", String, ForeignKey("records.id", name="fk_annotations_record"), nullable=False),
    Column("label", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", String, nullable=False),
    Column("import", String, ForeignKey("imports.id", name="fk_annotations_import"), index=True),
    Index("ix_annotations_record_task", "record", "task"),
)

splits = Table(
    "splits",
    metadata,
    Column("task", String, ForeignKey("tasks.name", name="fk_splits_task"), nullable=False),
    Column("cluster", String, nullable=False),
    Column("split", String, nullable=False),
    PrimaryKeyConstraint("task", "cluster", name="pk_splits"),
)

datasets = Table(
    "datasets",
    metadata,
    Column("task", String, ForeignKey("tasks.name", name="fk_datasets_task"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("consensus", String, nullable=False),
    Column("cut_off", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("sizes", JSON, nullable=False),
    Column("statistics", JSON, nullable=False),
    Column("blob", String, nullable=False),
    Column("preparation", JSON, nullable=False, server_default="[]"),
    Column("options", JSON, nullable=False, server_default="{}"),
    Column("forgotten", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("task", "number", name="pk_datasets"),
    UniqueConstraint("task", "hash", name="uq_datasets_task_hash"),
)

# The newest policy of a task counts; undoing one writes the one before it again.
cleanings = Table(
    "cleanings",
    metadata,
    Column("task", String, ForeignKey("tasks.name", name="fk_cleanings_task"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    Column("policy", JSON, nullable=False),
    PrimaryKeyConstraint("task", "number", name="pk_cleanings"),
)

# What was forgotten stays forgotten: a record with such a key is not taken in again.
tombstones = Table(
    "tombstones",
    metadata,
    Column("key_digest", String, primary_key=True),
    Column("forgotten_at", String, nullable=False),
    Column("reason", Text, nullable=False),
)

# Random values of the project that must not leave it, such as the key of its pseudonyms.
secrets = Table(
    "secrets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("task", String, ForeignKey("tasks.name", name="fk_runs_task"), nullable=False),
    Column("recipe", String, nullable=False),
    Column("dataset", String, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("details", JSON, nullable=False),
    Column("model", String),
)

models = Table(
    "models",
    metadata,
    Column("name", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("task", String, ForeignKey("tasks.name", name="fk_models_task"), nullable=False),
    Column("artifact", String, nullable=False),
    Column("precision", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("run", String, ForeignKey("runs.id", name="fk_models_run")),
    Column("derived_from", Integer),
    PrimaryKeyConstraint("name", "version", name="pk_models"),
)

# The newest event of a name and alias tells where it points; nothing is ever overwritten, so the
# history answers which version was champion on any day.
alias_events = Table(
    "alias_events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("model", String, nullable=False),
    Column("alias", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("action", String, nullable=False),
    ForeignKeyConstraint(
        ["model", "version"], ["models.name", "models.version"], name="fk_alias_events_model"
    ),
)

looks = Table(
    "looks",
    metadata,
    Column("id", String, primary_key=True),
    Column("data", String, nullable=False, index=True),
    Column("model", String, nullable=False),
    Column("at", String, nullable=False),
    Column("metrics", JSON, nullable=False),
)

# The answers a task allows, in the order in which they are shown.
labels = Table(
    "labels",
    metadata,
    Column("task", String, ForeignKey("tasks.name", name="fk_labels_task"), nullable=False),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("retired_at", String),
    PrimaryKeyConstraint("task", "name", name="pk_labels"),
)

guidelines = Table(
    "guidelines",
    metadata,
    Column("task", String, ForeignKey("tasks.name", name="fk_guidelines_task"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", String, nullable=False),
    PrimaryKeyConstraint("task", "version", name="pk_guidelines"),
)

# What is to be labelled. `done` counts who has labelled it; `open` is 1 while more are to.
items = Table(
    "items",
    metadata,
    Column("task", String, ForeignKey("tasks.name", name="fk_items_task"), nullable=False),
    Column("record", String, ForeignKey("records.id", name="fk_items_record"), nullable=False, index=True),
    Column("rank", Float, nullable=False, server_default="0"),
    Column("overlap", Integer, nullable=False, server_default="1"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("open", Integer, nullable=False, server_default="1"),
    Column("gold", Text),
    Column("assigned_to", String, ForeignKey("users.id", name="fk_items_user")),
    Column("picked", String),
    Column("suggestions", JSON, nullable=False, server_default="[]"),
    PrimaryKeyConstraint("task", "record", name="pk_items"),
    Index("ix_items_open", "task", "open", "rank", "record"),
)

# Who has an item before them now, and until when it is kept for them.
leases = Table(
    "leases",
    metadata,
    Column("task", String, nullable=False),
    Column("record", String, nullable=False),
    Column("user", String, ForeignKey("users.id", name="fk_leases_user"), nullable=False, index=True),
    Column("until", String, nullable=False),
    PrimaryKeyConstraint("task", "record", "user", name="pk_leases"),
    ForeignKeyConstraint(["task", "record"], ["items.task", "items.record"], name="fk_leases_item"),
)

# Nothing is overwritten: of an item and a user one version is current.
answers = Table(
    "answers",
    metadata,
    Column("task", String, nullable=False),
    Column("record", String, nullable=False),
    Column("user", String, ForeignKey("users.id", name="fk_answers_user"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String, nullable=False),
    Column("key", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("label", Text),
    Column("comment", Text, nullable=False),
    Column("flagged", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("guideline", Integer, nullable=False),
    Column("annotation", String),
    Column("current", Integer, nullable=False),
    PrimaryKeyConstraint("task", "record", "user", "version", name="pk_answers"),
    UniqueConstraint("user", "key", "task", name="uq_answers_user_key_task"),
    ForeignKeyConstraint(["task", "record"], ["items.task", "items.record"], name="fk_answers_item"),
    Index("ix_answers_user", "user", "task", "current", "created_at"),
)

# A label that its author took back counts no more from then on; before, it did.
withdrawals = Table(
    "withdrawals",
    metadata,
    Column(
        "annotation", String, ForeignKey("annotations.id", name="fk_withdrawals_annotation"), primary_key=True
    ),
    Column("at", String, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    # the name as it is compared: without case and width
    Column("folded", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("password", String),
    Column("created_at", String, nullable=False),
    Column("disabled_at", String),
)

# Links with which a user chooses a password, each good for one time.
invitations = Table(
    "invitations",
    metadata,
    Column("digest", String, primary_key=True),
    Column("user", String, ForeignKey("users.id", name="fk_invitations_user"), nullable=False, index=True),
    Column("expires_at", String, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("user", String, ForeignKey("users.id", name="fk_sessions_user"), nullable=False, index=True),
    Column("created_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("command", JSON, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("created_at", String, nullable=False),
    Column("started_at", String),
    Column("finished_at", String),
    Column("lease_until", String),
    Column("process", Integer),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("cancel", Integer, nullable=False, server_default="0"),
    Column("result", JSON),
    Column("error", Text),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("prefix", String, nullable=False),
    Column("digest", String, nullable=False, unique=True),
    Column("created_at", String, nullable=False),
    Column("revoked_at", String),
)
