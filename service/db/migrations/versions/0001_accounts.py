"""Tables for accounts, roles, sessions."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Document, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "users",
    "user_roles",
    "password_history",
    "sessions",
    "login_attempts",
    "totp",
    "recovery_codes",
    "api_tokens",
    "oidc_logins",
)


def upgrade() -> None:
    """Make the tables."""
    _users()
    _user_roles()
    _password_history()
    _sessions()
    _login_attempts()
    _totp()
    _recovery_codes()
    _api_tokens()
    _oidc_logins()


def downgrade() -> None:
    """Take them away again."""
    for name in reversed(_TABLES):
        op.drop_table(name)


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("password", sa.String(200), nullable=True),
        sa.Column("password_at", Instant, nullable=True),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("external", sa.String(400), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("login_at", Instant, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
        sa.CheckConstraint("kind IN ('person', 'system')", name=op.f("ck_users_kind")),
        sa.CheckConstraint("origin IN ('local', 'oidc')", name=op.f("ck_users_origin")),
        sa.CheckConstraint("status IN ('active', 'disabled')", name=op.f("ck_users_status")),
        sa.UniqueConstraint("external", name="uq_users_external"),
    )
    op.create_index("ix_users_department", "users", ["department"], unique=False)
    op.create_index("ix_users_region", "users", ["region"], unique=False)


def _user_roles() -> None:
    op.create_table(
        "user_roles",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("granted_at", Instant, nullable=False),
        sa.Column("granted_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_roles"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_roles_user_id_users"),
        sa.UniqueConstraint("user_id", "role", "department", "region", name="uq_user_roles_once"),
    )
    op.create_index("ix_user_roles_user_id", "user_roles", ["user_id"], unique=False)


def _password_history() -> None:
    op.create_table(
        "password_history",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(200), nullable=False),
        sa.Column("set_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_password_history"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_password_history_user_id_users"),
    )
    op.create_index("ix_password_history_user_id", "password_history", ["user_id"], unique=False)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("proved_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id_users"),
        sa.UniqueConstraint("digest", name="uq_sessions_digest"),
        sa.CheckConstraint("stage IN ('code', 'password', 'enrol', 'full')", name=op.f("ck_sessions_stage")),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)


def _login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempts"),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'wrong', 'locked', 'disabled', 'code_wrong', 'reset')",
            name=op.f("ck_login_attempts_outcome"),
        ),
    )
    op.create_index("ix_login_attempts_address", "login_attempts", ["address"], unique=False)
    op.create_index("ix_login_attempts_at", "login_attempts", ["at"], unique=False)
    op.create_index("ix_login_attempts_login", "login_attempts", ["login"], unique=False)


def _totp() -> None:
    op.create_table(
        "totp",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(300), nullable=False),
        sa.Column("confirmed_at", Instant, nullable=True),
        sa.Column("last_step", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_totp"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_totp_user_id_users"),
    )


def _recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id_users"),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"], unique=False)


def _api_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.Column("seen_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_tokens_user_id_users"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"], unique=False)


def _oidc_logins() -> None:
    op.create_table(
        "oidc_logins",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(300), nullable=False),
        sa.Column("next", sa.String(400), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oidc_logins"),
        sa.UniqueConstraint("state", name="uq_oidc_logins_state"),
    )
