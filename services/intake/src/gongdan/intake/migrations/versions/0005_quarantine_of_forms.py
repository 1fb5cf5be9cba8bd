"""Files of what is set aside, and the message that it becomes."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Give quarantine its columns."""
    op.execute("ALTER TABLE quarantine ADD COLUMN files text[] NOT NULL DEFAULT '{}', ADD COLUMN becomes bytea")
