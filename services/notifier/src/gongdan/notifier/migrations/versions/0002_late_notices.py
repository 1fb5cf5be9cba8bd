"""Notices that were late, until they are folded into one mail for their recipient."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """CREATE TABLE late_notices (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id uuid NOT NULL UNIQUE,
            recipient text NOT NULL,
            purpose text NOT NULL,
            decided_by text NOT NULL,
            told_at timestamptz NOT NULL,
            type text NOT NULL,
            payload bytea NOT NULL,
            headers text NOT NULL
        )"""
    )
    op.execute("CREATE INDEX late_notices_recipient ON late_notices (recipient, seq)")
