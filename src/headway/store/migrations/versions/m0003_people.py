"""Who may work with the project in the console: users, their invitations and sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add tables; nothing that is there changes."""
    op.create_table(
        "users",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("folded", sa.String, nullable=False, unique=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("password", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("disabled_at", sa.String),
    )
    for name, columns in (("invitations", ()), ("sessions", ("created_at",))):
        op.create_table(
            name,
            sa.Column("digest", sa.String, primary_key=True),
            sa.Column(
                "user",
                sa.String,
                sa.ForeignKey("users.id", name=f"fk_{name}_user"),
                nullable=False,
                index=True,
            ),
            *(sa.Column(column, sa.String, nullable=False) for column in columns),
            sa.Column("expires_at", sa.String, nullable=False),
        )
