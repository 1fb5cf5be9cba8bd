"""The tickets of one person are found among very many: of a requester, of an assignee."""

from alembic import op

revision = "0011"
down_revision = "0010"

INDEXES = (
    "CREATE INDEX tickets_requester ON tickets (requester_key, created_at, ticket_id)",
    "CREATE INDEX tickets_assignee ON tickets (assignee, created_at, ticket_id)",
)


def upgrade() -> None:
    """Make the indexes."""
    for statement in INDEXES:
        op.execute(statement)
