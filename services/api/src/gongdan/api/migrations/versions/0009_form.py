"""The Form that a ticket was opened with."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of tickets that are there already nobody knows it."""
    op.execute("ALTER TABLE tickets ADD form text")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE tickets DROP form")
