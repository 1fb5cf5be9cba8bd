"""Alembic's entry."""

from gongdan.shared.db.migrate import run_environment

run_environment()
