"""Tickets, their log, and what leads to them."""

from alembic import op

from gongdan.shared.db.tables import create_kit_tables

revision = "0001"
down_revision = None

TABLES = (
    # json, not jsonb: a payload stays as it was said, and may hold \u0000, which jsonb refuses.
    # No foreign keys: all rows of a ticket are written by one transaction, and checking them costs a third of it.
    """CREATE TABLE tickets (
        id uuid PRIMARY KEY,
        number text NOT NULL UNIQUE,
        follow_up_of text UNIQUE,
        version int NOT NULL,
        state json NOT NULL
    ) WITH (fillfactor = 80)""",
    """CREATE TABLE events (
        ticket_id uuid NOT NULL,
        version int NOT NULL,
        type text NOT NULL,
        payload json NOT NULL,
        headers json NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (ticket_id, version)
    )""",
    "CREATE INDEX events_age ON events USING brin (recorded_at)",
    """CREATE TABLE message_ids (
        message_id text PRIMARY KEY,
        ticket_id uuid NOT NULL
    )""",
    """CREATE TABLE conversations (
        key text PRIMARY KEY,
        ticket_id uuid NOT NULL
    )""",
    """CREATE TABLE participants (
        ticket_id uuid NOT NULL,
        person text NOT NULL,
        PRIMARY KEY (ticket_id, person)
    )""",
    """CREATE TABLE applied (
        message_id uuid PRIMARY KEY,
        ticket_id uuid NOT NULL
    )""",
    """CREATE TABLE counters (
        prefix text PRIMARY KEY,
        last bigint NOT NULL
    )""",
    """CREATE TABLE rosters (
        workspace text NOT NULL,
        team text NOT NULL,
        last text NOT NULL,
        PRIMARY KEY (workspace, team)
    )""",
)


def upgrade() -> None:
    """Create the tables."""
    create_kit_tables(op.execute)
    for statement in TABLES:
        op.execute(statement)
