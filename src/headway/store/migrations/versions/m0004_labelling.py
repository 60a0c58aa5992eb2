"""Labelling in the console: labels, guidelines, the queue with its answers, and labels taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add tables; nothing that is there changes."""
    _labels_and_guidelines()
    _queue()
    _answers()
    op.create_table(
        "withdrawals",
        sa.Column(
            "annotation",
            sa.String,
            sa.ForeignKey("annotations.id", name="fk_withdrawals_annotation"),
            primary_key=True,
        ),
        sa.Column("at", sa.String, nullable=False),
    )


def _labels_and_guidelines() -> None:
    op.create_table(
        "labels",
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_labels_task"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("retired_at", sa.String),
        sa.PrimaryKeyConstraint("task", "name", name="pk_labels"),
    )
    op.create_table(
        "guidelines",
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_guidelines_task"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("task", "version", name="pk_guidelines"),
    )


def _queue() -> None:
    op.create_table(
        "items",
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_items_task"), nullable=False),
        sa.Column("record", sa.String, sa.ForeignKey("records.id", name="fk_items_record"), nullable=False),
        sa.Column("rank", sa.Float, nullable=False, server_default="0"),
        sa.Column("overlap", sa.Integer, nullable=False, server_default="1"),
        sa.Column("done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("open", sa.Integer, nullable=False, server_default="1"),
        sa.Column("gold", sa.Text),
        sa.Column("assigned_to", sa.String, sa.ForeignKey("users.id", name="fk_items_user")),
        sa.Column("picked", sa.String),
        sa.Column("suggestions", sa.JSON, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("task", "record", name="pk_items"),
    )
    op.create_index("ix_items_record", "items", ["record"])
    op.create_index("ix_items_open", "items", ["task", "open", "rank", "record"])
    op.create_table(
        "leases",
        sa.Column("task", sa.String, nullable=False),
        sa.Column("record", sa.String, nullable=False),
        sa.Column("user", sa.String, sa.ForeignKey("users.id", name="fk_leases_user"), nullable=False),
        sa.Column("until", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("task", "record", "user", name="pk_leases"),
        sa.ForeignKeyConstraint(["task", "record"], ["items.task", "items.record"], name="fk_leases_item"),
    )
    op.create_index("ix_leases_user", "leases", ["user"])


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("task", sa.String, nullable=False),
        sa.Column("record", sa.String, nullable=False),
        sa.Column("user", sa.String, sa.ForeignKey("users.id", name="fk_answers_user"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("flagged", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("guideline", sa.Integer, nullable=False),
        sa.Column("annotation", sa.String),
        sa.Column("current", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("task", "record", "user", "version", name="pk_answers"),
        sa.UniqueConstraint("user", "key", "task", name="uq_answers_user_key_task"),
        sa.ForeignKeyConstraint(["task", "record"], ["items.task", "items.record"], name="fk_answers_item"),
    )
    op.create_index("ix_answers_user", "answers", ["user", "task", "current", "created_at"])
