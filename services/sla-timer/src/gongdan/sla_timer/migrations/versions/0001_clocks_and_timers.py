"""Tickets as last seen, their clocks, and one timer for each clock that waits for something."""

from alembic import op

from gongdan.shared.db.tables import create_kit_tables

revision = "0001"
down_revision = None

TABLES = (
    """CREATE TABLE tickets (
        id uuid PRIMARY KEY,
        snapshot jsonb NOT NULL,
        event_id uuid,
        correlation_id uuid NOT NULL,
        mode text NOT NULL,
        open boolean NOT NULL,
        policies_revision bigint NOT NULL
    )""",
    "CREATE INDEX tickets_outdated ON tickets (policies_revision) WHERE open",
    """CREATE TABLE clocks (
        id uuid NOT NULL,
        ticket_id uuid NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
        metric text NOT NULL,
        cycle int NOT NULL,
        phase text NOT NULL,
        at timestamptz NOT NULL,
        elapsed interval NOT NULL,
        policy text,
        policy_version int,
        target interval,
        warn text NOT NULL,
        due_at timestamptz,
        fired text NOT NULL,
        PRIMARY KEY (ticket_id, metric, cycle)
    )""",
    """CREATE TABLE timers (
        id uuid PRIMARY KEY,
        due_at timestamptz NOT NULL,
        ticket_id uuid NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
        metric text NOT NULL,
        kind text NOT NULL,
        threshold text NOT NULL
    )""",
    "CREATE INDEX timers_due ON timers (due_at)",
    "CREATE INDEX timers_ticket ON timers (ticket_id)",
)


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op.execute)
    for statement in TABLES:
        op.execute(statement)
