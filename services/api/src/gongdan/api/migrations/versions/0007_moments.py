"""When tickets were first answered and resolved, for reports; what the timeline already tells of it is taken over."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ENDED = "('resolved', 'closed')"
STATEMENTS = (
    """CREATE TABLE resolutions (
        ticket_id uuid PRIMARY KEY,
        version int NOT NULL,
        resolved_at timestamptz
    ) WITH (fillfactor = 80)""",
    """CREATE TABLE first_answers (
        ticket_id uuid PRIMARY KEY,
        earliness int NOT NULL,
        answered_at timestamptz NOT NULL
    )""",
    f"""INSERT INTO resolutions
    SELECT DISTINCT ON (ticket_id) ticket_id, version,
        CASE WHEN data ->> 'new_category' IN {ENDED} THEN occurred_at END
    FROM timeline
    WHERE type = 'StatusChanged'
        AND (data ->> 'new_category' IN {ENDED}) <> (data ->> 'old_category' IN {ENDED})
    ORDER BY ticket_id, version DESC""",  # noqa: S608 - made of constants
    """INSERT INTO first_answers
    SELECT DISTINCT ON (ticket_id) ticket_id, -version, occurred_at
    FROM timeline
    WHERE type = 'MessageAdded' AND data ->> 'direction' = 'out' AND data ->> 'visibility' = 'public'
        AND coalesce(data ->> 'automatic', 'no') = 'no'
    ORDER BY ticket_id, version""",
)


def upgrade() -> None:
    """Create both tables and fill them."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop both; the timeline still tells what was in them."""
    for table in ("first_answers", "resolutions"):
        op.execute(f"DROP TABLE {table}")
