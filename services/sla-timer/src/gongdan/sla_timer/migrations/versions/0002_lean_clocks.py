"""One row a clock, which says when to look at it next; terms kept once; timers that other services ask for."""

from alembic import op
from sqlalchemy import text

from gongdan.sla_timer.adapters.terms import number_of

revision = "0002"
down_revision = "0001"

TICKETS = (
    "ALTER TABLE tickets ADD number text, ADD workspace text, ADD category text, ADD team text, ADD assignee text, "
    "ADD asks boolean NOT NULL DEFAULT false, ADD gone text",
    """UPDATE tickets SET number = snapshot ->> 'number', workspace = snapshot ->> 'workspace',
        category = snapshot ->> 'status_category', team = snapshot ->> 'team', assignee = snapshot ->> 'assignee'""",
    "ALTER TABLE tickets ALTER number SET NOT NULL, ALTER workspace SET NOT NULL, ALTER category SET NOT NULL, "
    "ALTER snapshot TYPE text USING snapshot::text",
    "ALTER TABLE tickets SET (fillfactor = 80)",
)
CLOCKS = (
    "CREATE TABLE terms (id bigint PRIMARY KEY, body text NOT NULL)",
    "ALTER TABLE clocks RENAME TO old_clocks",
    "ALTER TABLE old_clocks RENAME CONSTRAINT clocks_pkey TO old_clocks_pkey",
    """CREATE TABLE clocks (
        id uuid NOT NULL,
        ticket_id uuid NOT NULL,
        metric text NOT NULL,
        cycle int NOT NULL,
        phase text NOT NULL,
        at timestamptz NOT NULL,
        elapsed interval NOT NULL,
        terms bigint,
        due_at timestamptz,
        wake_at timestamptz,
        fired text NOT NULL,
        ran text NOT NULL,
        PRIMARY KEY (ticket_id, metric)
    ) WITH (fillfactor = 90)""",
    """INSERT INTO clocks
        SELECT DISTINCT ON (clock.ticket_id, clock.metric) clock.id, clock.ticket_id, clock.metric, clock.cycle,
            clock.phase, clock.at, clock.elapsed, NULL, clock.due_at, timers.due_at, clock.fired, ''
        FROM old_clocks AS clock LEFT JOIN timers ON timers.id = clock.id
        ORDER BY clock.ticket_id, clock.metric, clock.cycle DESC""",
    "CREATE INDEX clocks_wake ON clocks (wake_at) WHERE wake_at IS NOT NULL",
    "DROP TABLE timers",
)
TIMERS = (
    """CREATE TABLE timers (
        id uuid PRIMARY KEY,
        ticket_id uuid NOT NULL,
        due_at timestamptz NOT NULL,
        name text NOT NULL,
        purpose text NOT NULL,
        only_in text[] NOT NULL,
        ticket text NOT NULL,
        workspace text NOT NULL,
        set_by uuid NOT NULL,
        correlation_id uuid NOT NULL,
        mode text NOT NULL,
        data json NOT NULL
    )""",
    "CREATE INDEX timers_due ON timers (due_at)",
    "CREATE INDEX timers_ticket ON timers (ticket_id)",
)
# As the present code writes terms of that time: a target in whole seconds, then what is not usual.
BODIES = """
    SELECT DISTINCT policy, policy_version, target, warn, json_strip_nulls(json_build_object(
        'policy', policy, 'version', policy_version, 'target', extract(epoch FROM target),
        'warn', CASE warn WHEN '' THEN NULL ELSE to_json(string_to_array(warn, ' ')) END))::text AS body
    FROM old_clocks WHERE policy IS NOT NULL
"""
LINK = """
    UPDATE clocks SET terms = :number FROM old_clocks AS old
    WHERE old.id = clocks.id AND (old.policy, old.policy_version, old.target, old.warn)
        = (:policy, :policy_version, :target, :warn)
"""


def upgrade() -> None:
    """Reshape what there is; earlier cycles of clocks are in the log."""
    for statement in (*TICKETS, *CLOCKS):
        op.execute(statement)
    bind = op.get_bind()
    for row in bind.execute(text(BODIES)).mappings().all():
        number = number_of(row["body"])
        bind.execute(text("INSERT INTO terms VALUES (:id, :body)"), {"id": number, "body": row["body"]})
        bind.execute(text(LINK), {**{name: row[name] for name in row if name != "body"}, "number": number})
    for statement in ("DROP TABLE old_clocks", *TIMERS):
        op.execute(statement)
