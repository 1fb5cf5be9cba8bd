"""How far each mailbox is read."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLE = """
    CREATE TABLE mailbox_cursors (
        folder text PRIMARY KEY,
        uidvalidity bigint NOT NULL,
        last_uid bigint NOT NULL,
        moved_at timestamptz NOT NULL DEFAULT now()
    )
    """


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)
