"""Calls, as switchboards tell of them bit by bit."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """CREATE TABLE calls (
        source text NOT NULL,
        call_id text NOT NULL,
        state bytea NOT NULL,
        heard_at timestamptz NOT NULL,
        told_at timestamptz,
        PRIMARY KEY (source, call_id)
    )""",
    "CREATE INDEX calls_silent ON calls (heard_at) WHERE told_at IS NULL",
)


def upgrade() -> None:
    """Create the table."""
    for statement in STATEMENTS:
        op.execute(statement)
