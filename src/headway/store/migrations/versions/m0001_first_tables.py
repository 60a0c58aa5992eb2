"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of the first version."""
    op.create_table(
        "tasks",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("started_at", sa.String, nullable=False),
        sa.Column("licence", sa.String),
        sa.Column("counts", sa.JSON, nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("split", sa.String),
        sa.Column("time", sa.String),
        sa.Column("import", sa.String, sa.ForeignKey("imports.id", name="fk_records_import"), nullable=False),
        sa.UniqueConstraint("key", "revision", name="uq_records_key_revision"),
    )
    op.create_index("ix_records_import", "records", ["import"])
    op.create_table(
        "annotations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_annotations_task"), nullable=False),
        sa.Column(
            "record", sa.String, sa.ForeignKey("records.id", name="fk_annotations_record"), nullable=False
        ),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("import", sa.String, sa.ForeignKey("imports.id", name="fk_annotations_import")),
    )
    op.create_index("ix_annotations_import", "annotations", ["import"])
    op.create_index("ix_annotations_record_task", "annotations", ["record", "task"])
    op.create_table(
        "splits",
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_splits_task"), nullable=False),
        sa.Column("cluster", sa.String, nullable=False),
        sa.Column("split", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("task", "cluster", name="pk_splits"),
    )
    op.create_table(
        "datasets",
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_datasets_task"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("consensus", sa.String, nullable=False),
        sa.Column("cut_off", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("labels", sa.JSON, nullable=False),
        sa.Column("sizes", sa.JSON, nullable=False),
        sa.Column("statistics", sa.JSON, nullable=False),
        sa.Column("blob", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("task", "number", name="pk_datasets"),
        sa.UniqueConstraint("task", "hash", name="uq_datasets_task_hash"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_runs_task"), nullable=False),
        sa.Column("recipe", sa.String, nullable=False),
        sa.Column("dataset", sa.String, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("started_at", sa.String, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("metrics", sa.JSON, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("model", sa.String),
    )
    op.create_table(
        "models",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_models_task"), nullable=False),
        sa.Column("artifact", sa.String, nullable=False),
        sa.Column("precision", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("run", sa.String, sa.ForeignKey("runs.id", name="fk_models_run")),
        sa.Column("derived_from", sa.Integer),
        sa.PrimaryKeyConstraint("name", "version", name="pk_models"),
    )
    op.create_table(
        "alias_events",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("alias", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ["model", "version"], ["models.name", "models.version"], name="fk_alias_events_model"
        ),
    )
    op.create_table(
        "looks",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("data", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("metrics", sa.JSON, nullable=False),
    )
    op.create_index("ix_looks_data", "looks", ["data"])
    op.create_table(
        "keys",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("prefix", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("revoked_at", sa.String),
    )
