"""More words: of files' names, of what people call the answers to choose from, traditional characters as simplified.

All tickets are read anew; what was not read yet is found a little later.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin the walk anew. `titles`: a digest of the titles that the words are made with."""
    op.execute("ALTER TABLE search_state ADD COLUMN titles text NOT NULL DEFAULT ''")
    op.execute("TRUNCATE search_parts")
    op.execute("UPDATE search_state SET walked = '00000000-0000-0000-0000-000000000000'")


def downgrade() -> None:
    """Forget the digest; the words that are too many do no harm."""
    op.execute("ALTER TABLE search_state DROP COLUMN titles")
