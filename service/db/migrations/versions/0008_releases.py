"""Tables for the city's own part of the catalogue: drafts and releases."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Instant
from service.db.packed import Packed

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATES = "state IN ('draft', 'submitted', 'returned', 'published', 'dropped')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "catalogue_drafts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("note", sa.String(4000), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("files", Packed, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_drafts"),
        sa.CheckConstraint(_STATES, name="ck_catalogue_drafts_state"),
    )
    op.create_index("ix_catalogue_drafts_state", "catalogue_drafts", ["state"])
    op.create_table(
        "catalogue_releases",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("files", Packed, nullable=False),
        sa.Column("report", Packed, nullable=False),
        sa.Column("draft_id", sa.String(64), nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("reviewer_name", sa.String(200), nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_catalogue_releases"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["catalogue_drafts.id"], name="fk_catalogue_releases_draft_id_catalogue_drafts"
        ),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("catalogue_releases")
    op.drop_table("catalogue_drafts")
