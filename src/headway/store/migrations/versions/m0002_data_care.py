"""How a file was read, cleaning policies, the options of dataset versions, and what was forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns and tables; nothing that is there changes."""
    op.add_column("imports", sa.Column("digest", sa.String))
    op.add_column("datasets", sa.Column("preparation", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("datasets", sa.Column("options", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("datasets", sa.Column("forgotten", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "cleanings",
        sa.Column("task", sa.String, sa.ForeignKey("tasks.name", name="fk_cleanings_task"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("policy", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("task", "number", name="pk_cleanings"),
    )
    op.create_table(
        "tombstones",
        sa.Column("key_digest", sa.String, primary_key=True),
        sa.Column("forgotten_at", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
