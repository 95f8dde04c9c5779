"""Tables for cases, decisions, the catalogue releases that decided them, and answers to repeated acts."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Document, Instant
from service.db.packed import Packed

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = ("idempotency_keys", "kept_catalogues", "decisions", "case_revisions", "case_facts", "cases")


def upgrade() -> None:
    """Make the tables."""
    _cases()
    _facts()
    _revisions()
    _decisions()
    op.create_table(
        "kept_catalogues",
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("file", sa.String(71), nullable=False),
        sa.Column("kept_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_kept_catalogues"),
    )
    _idempotency()


def downgrade() -> None:
    """Take them away again."""
    for table in _TABLES:
        op.drop_table(table)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(80), nullable=True),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("party_name", sa.String(200), nullable=False),
        sa.Column("party_code", sa.String(40), nullable=False),
        sa.Column("party_type", sa.String(40), nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Column("particulars", Document, nullable=False),
        sa.Column("note", sa.String(4000), nullable=False),
        sa.Column("violation", sa.String(80), nullable=False),
        sa.Column("tier", sa.String(40), nullable=False),
        sa.Column("force", sa.String(40), nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("conduct_on", sa.Date, nullable=True),
        sa.Column("decided_on", sa.Date, nullable=True),
        sa.Column("chosen", sa.String(40), nullable=False),
        sa.Column("fine_fen", sa.BigInteger, nullable=True),
        sa.Column("decision_id", sa.String(64), nullable=True),
        sa.Column("officer", sa.String(64), nullable=False),
        sa.Column("officer_name", sa.String(200), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("status IN ('draft', 'open', 'decided')", name="ck_cases_status"),
        sa.UniqueConstraint("department", "number", name="uq_cases_number"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_area", "cases", ["department", "region", "status"])
    for column in ("party_code", "violation", "decided_on", "officer", "updated_at"):
        op.create_index(f"ix_cases_{column}", "cases", [column])


def _facts() -> None:
    op.create_table(
        "case_facts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("value", Document, nullable=False),
        sa.Column("evidence", sa.String(4000), nullable=False),
        sa.Column("found_by", sa.String(200), nullable=False),
        sa.Column("found_on", sa.Date, nullable=False),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("entered_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_facts_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_case_facts"),
    )
    op.create_index("ix_case_facts_case_id", "case_facts", ["case_id"])


def _revisions() -> None:
    op.create_table(
        "case_revisions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(4000), nullable=False),
        sa.Column("content", Packed, nullable=False),
        sa.CheckConstraint("kind IN ('saved', 'revised', 'decided', 'reopened')", name="ck_case_revisions_kind"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_revisions_case_id_cases"),
        sa.UniqueConstraint("case_id", "version", name="uq_case_revisions_version"),
        sa.PrimaryKeyConstraint("id", name="pk_case_revisions"),
    )
    op.create_index("ix_case_revisions_case_id", "case_revisions", ["case_id"])


def _decisions() -> None:
    choices = "'no_penalty', 'mitigated', 'lighter', 'general', 'heavier', 'not_filed', 'transferred'"
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("revises", sa.String(64), nullable=True),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("party_code", sa.String(40), nullable=False),
        sa.Column("violation", sa.String(80), nullable=False),
        sa.Column("catalogue", sa.String(71), nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Column("answer", Packed, nullable=False),
        sa.Column("tier", sa.String(40), nullable=False),
        sa.Column("engines_agree", sa.Boolean, nullable=True),
        sa.Column("chosen", sa.String(40), nullable=False),
        sa.Column("fine_fen", sa.BigInteger, nullable=True),
        sa.Column("departs", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(4000), nullable=False),
        sa.Column("decided_at", Instant, nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_by_name", sa.String(200), nullable=False),
        sa.Column("software", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("replayed_at", Instant, nullable=True),
        sa.Column("differences", Document, nullable=False),
        sa.CheckConstraint(f"chosen IN ({choices})", name="ck_decisions_chosen"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decisions_case_id_cases"),
        sa.UniqueConstraint("case_id", "number", name="uq_decisions_number"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_area", "decisions", ["department", "region"])
    for column in ("case_id", "party_code", "catalogue"):
        op.create_index(f"ix_decisions_{column}", "decisions", [column])


def _idempotency() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("route", sa.String(200), nullable=False),
        sa.Column("content", sa.String(71), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", Document, nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.UniqueConstraint("actor", "key", name="uq_idempotency_keys_once"),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"])
