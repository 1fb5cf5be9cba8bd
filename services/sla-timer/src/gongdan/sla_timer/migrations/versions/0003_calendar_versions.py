"""Versions of calendars by which clocks may have counted."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """CREATE TABLE calendar_versions (
            key text PRIMARY KEY,
            body text NOT NULL,
            kept_at timestamptz NOT NULL DEFAULT now()
        )"""
    )
