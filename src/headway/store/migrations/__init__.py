"""Alembic's environment: the history of the tables, one file a step."""
