"""Tables for scored months, overrides."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Document, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "class_months",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("scheme", sa.String(40), nullable=False),
        sa.Column("scheme_version", sa.String(40), nullable=False),
        sa.Column("scheme_digest", sa.String(71), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("scored_on", sa.Date, nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("counts", Document, nullable=False),
        sa.Column("report", Document, nullable=False),
        sa.Column("file", sa.String(71), nullable=False),
        sa.Column("columns_file", sa.String(71), nullable=False),
        sa.Column("movers_file", sa.String(71)),
        sa.Column("warnings_file", sa.String(71), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_class_months"),
        sa.UniqueConstraint("month", "scheme", "department", "region", "number", name="uq_class_months_number"),
    )
    op.create_index("ix_class_months_area", "class_months", ["department", "region"])
    op.create_table(
        "class_overrides",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("uscc", sa.String(80), nullable=False),
        sa.Column("decided", sa.String(40), nullable=False),
        sa.Column("by_scheme", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.String(200), nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("ended_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_class_overrides"),
    )
    op.create_index("ix_class_overrides_uscc", "class_overrides", ["uscc"])
    op.create_index("ix_class_overrides_area", "class_overrides", ["department", "region"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("class_overrides")
    op.drop_table("class_months")
