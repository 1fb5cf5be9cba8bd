"""The types of rows as they are sent to be kept: of tickets and of clocks. Columns added later need not be in them."""

from alembic import op

revision = "0005"
down_revision = "0004"

TYPES = (
    """CREATE TYPE kept_ticket AS (
        id uuid, number text, workspace text, category text, team text, assignee text, asks boolean, gone text,
        snapshot text, event_id uuid, correlation_id uuid, mode text, open boolean
    )""",
    """CREATE TYPE kept_clock AS (
        id uuid, ticket_id uuid, metric text, cycle int, phase text, at timestamptz, elapsed interval, terms bigint,
        due_at timestamptz, fired text, ran text, wake_at timestamptz
    )""",
)


def upgrade() -> None:
    """Create both."""
    for statement in TYPES:
        op.execute(statement)
