"""Until when a ticket is snoozed."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE tickets ADD snoozed_until timestamptz")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE tickets DROP snoozed_until")
