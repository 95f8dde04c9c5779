"""Tables for credit records, repairs with their moves, and imported registers."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Document, Instant
from service.db.packed import Packed

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = ("repair_moves", "repairs", "register_imports", "credit_records")


def upgrade() -> None:
    """Make the tables."""
    _records()
    _repairs()
    _moves()
    _imports()


def downgrade() -> None:
    """Take them away again."""
    for table in _TABLES:
        op.drop_table(table)


def _records() -> None:
    op.create_table(
        "credit_records",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("same", sa.String(71), nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("party_name", sa.String(200), nullable=False),
        sa.Column("party_code", sa.String(40), nullable=False),
        sa.Column("party_kind", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("authority", sa.String(200), nullable=False),
        sa.Column("decided_on", sa.Date, nullable=True),
        sa.Column("published_on", sa.Date, nullable=True),
        sa.Column("display_until", sa.Date, nullable=True),
        sa.Column("notice_served_on", sa.Date, nullable=True),
        sa.Column("document", Document, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("record_class", sa.String(40), nullable=False),
        sa.Column("regime", sa.String(40), nullable=False),
        sa.Column("earliest_on", sa.Date, nullable=True),
        sa.Column("ends_on", sa.Date, nullable=True),
        sa.Column("checked_on", sa.Date, nullable=False),
        sa.Column("remarks", sa.String(400), nullable=False),
        sa.Column("import_id", sa.String(64), nullable=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_credit_records"),
    )
    op.create_index("ix_credit_records_area", "credit_records", ["department", "region"])
    op.create_index("ix_credit_records_same", "credit_records", ["department", "same"])
    for column in ("number", "party_code", "decided_on", "outcome", "earliest_on", "ends_on"):
        op.create_index(f"ix_credit_records_{column}", "credit_records", [column])


def _repairs() -> None:
    op.create_table(
        "repairs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("record_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("regime", sa.String(40), nullable=False),
        sa.Column("record_kind", sa.String(40), nullable=False),
        sa.Column("place", sa.String(6), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("previous", sa.String(40), nullable=True),
        sa.Column("marks", Document, nullable=False),
        sa.Column("clocks", Document, nullable=False),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("due_step", sa.String(40), nullable=False),
        sa.Column("received_on", sa.Date, nullable=True),
        sa.Column("decided_on", sa.Date, nullable=True),
        *_kept(),
        sa.ForeignKeyConstraint(["record_id"], ["credit_records.id"], name="fk_repairs_record_id_credit_records"),
        sa.UniqueConstraint("record_id", "number", name="uq_repairs_number"),
        sa.PrimaryKeyConstraint("id", name="pk_repairs"),
    )
    op.create_index("ix_repairs_area", "repairs", ["department", "region", "state"])
    for column in ("record_id", "due_on", "decided_on"):
        op.create_index(f"ix_repairs_{column}", "repairs", [column])


def _kept() -> tuple[sa.Column[object], ...]:
    """When a row was made and last changed, by whom, and how often."""
    return (
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _moves() -> None:
    op.create_table(
        "repair_moves",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("repair_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("move", sa.String(40), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("document", sa.String(40), nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("facts", Document, nullable=False),
        sa.Column("rows", Document, nullable=False),
        sa.Column("record", Packed, nullable=False),
        sa.ForeignKeyConstraint(["repair_id"], ["repairs.id"], name="fk_repair_moves_repair_id_repairs"),
        sa.UniqueConstraint("repair_id", "version", name="uq_repair_moves_version"),
        sa.PrimaryKeyConstraint("id", name="pk_repair_moves"),
    )
    op.create_index("ix_repair_moves_repair_id", "repair_moves", ["repair_id"])


def _imports() -> None:
    op.create_table(
        "register_imports",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("file", sa.String(71), nullable=False),
        sa.Column("channel", sa.String(40), nullable=True),
        sa.Column("checked_on", sa.Date, nullable=False),
        sa.Column("figures", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("applied_at", Instant, nullable=True),
        sa.Column("applied_by", sa.String(200), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("status IN ('read', 'applied', 'dropped')", name="ck_register_imports_status"),
        sa.PrimaryKeyConstraint("id", name="pk_register_imports"),
    )
    op.create_index("ix_register_imports_area", "register_imports", ["department", "region"])
