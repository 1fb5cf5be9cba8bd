"""Vacuum clocks and timers sooner: what has fired lies dead at the very end of the index where the wheel looks."""

from alembic import op

revision = "0004"
down_revision = "0003"

SOONER = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000"


def upgrade() -> None:
    """Set it for both tables."""
    for table in ("clocks", "timers"):
        op.execute(f"ALTER TABLE {table} SET ({SOONER})")
