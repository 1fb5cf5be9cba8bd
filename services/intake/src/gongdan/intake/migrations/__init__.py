"""Intake's own Alembic history."""
