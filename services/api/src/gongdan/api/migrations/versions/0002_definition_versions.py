"""Every version of every definition that api has heard of."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# json, not jsonb: a document keeps the order its author wrote. NULL: this version deleted it.
TABLE = """
    CREATE TABLE definition_versions (
        kind text NOT NULL,
        workspace text NOT NULL,
        name text NOT NULL,
        version int NOT NULL,
        revision bigint,
        document json,
        author text NOT NULL,
        reason text NOT NULL,
        applied_at timestamptz NOT NULL,
        PRIMARY KEY (kind, workspace, name, version)
    )
    """


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Drop it; intake still has everything."""
    op.execute("DROP TABLE definition_versions")
