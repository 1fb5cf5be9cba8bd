"""What the search looks in: the words of each text of a ticket, and how far they follow what changes."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    # The words are kept out of the rows, so that what reads many rows for what they stand for reads little.
    """CREATE TABLE search_parts (
        ticket_id uuid NOT NULL,
        event_id uuid NOT NULL,
        field text NOT NULL,
        recorded_at timestamptz NOT NULL,
        words tsvector NOT NULL,
        PRIMARY KEY (ticket_id, event_id, field)
    ) WITH (toast_tuple_target = 128)""",
    "CREATE INDEX search_parts_words ON search_parts USING gin (words) WITH (gin_pending_list_limit = 1024)",
    # One row. `position`: the last change that was followed; `walked`: the last ticket of a walk through all of them,
    # which ends with NULL. There may be tickets already, so it begins with one.
    "CREATE TABLE search_state (position bigint NOT NULL, walked uuid)",
    """INSERT INTO search_state
        SELECT coalesce(max(id), 0), '00000000-0000-0000-0000-000000000000' FROM changes""",
)


def upgrade() -> None:
    """Create them, with every ticket to be read."""
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: nothing can be searched, and nothing is lost."""
    op.execute("DROP TABLE search_state")
    op.execute("DROP TABLE search_parts")
