"""The tier of the requester's organisation."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE tickets ADD tier text")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE tickets DROP tier")
