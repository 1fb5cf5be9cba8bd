"""Alembic's entry: everything is in the kit."""

from gongdan.shared.db.migrate import run_environment

run_environment()
