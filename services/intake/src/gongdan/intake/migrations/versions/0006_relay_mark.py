"""What of the outbox is published is told by one mark."""

from alembic import op

from gongdan.shared.db.tables import mark_what_is_published_by_number

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the mark from what the rows say."""
    mark_what_is_published_by_number(op.execute)
