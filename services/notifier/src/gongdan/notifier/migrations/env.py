"""Alembic's entry: the kit runs the migrations on the service's own connection."""

from gongdan.shared.db.migrate import run_environment

run_environment()
