"""Tables for scoring schemes."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Instant
from service.db.packed import Packed

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATES = "state IN ('draft', 'submitted', 'returned', 'published', 'dropped')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "schemes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("scheme", sa.String(40), nullable=False),
        sa.Column("scheme_version", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("report", Packed, nullable=True),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("submitted_at", Instant, nullable=True),
        sa.Column("submitted_by", sa.String(64), nullable=True),
        sa.Column("reviewer", sa.String(64), nullable=True),
        sa.Column("reviewer_name", sa.String(200), nullable=True),
        sa.Column("reviewed_at", Instant, nullable=True),
        sa.Column("review_note", sa.String(4000), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schemes"),
        sa.CheckConstraint(_STATES, name="ck_schemes_state"),
    )
    op.create_index("ix_schemes_scheme", "schemes", ["scheme"])
    op.create_index("ix_schemes_state", "schemes", ["state"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("schemes")
