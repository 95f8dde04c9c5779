"""New keys: everything can be read before, meanwhile and afterwards, and nothing any more with the old ones."""

import stat
from pathlib import Path

import pytest
from sqlmodel import select

from service import rekey as module
from service.access import totp
from service.access.actor import Actor
from service.access.vault import Vault, keys_of
from service.audit.verify import verify as verify_audit
from service.db.database import Database
from service.db.tables.accounts import TotpRow
from service.db.tables.audit import AuditRow
from service.errors import StateError
from service.rekey import rekey
from service.work import Works
from tests.service.draws.ceremony import ONE_DATABASE, Ceremony
from tests.service.people import make_user

SYSTEM = Actor.system("command")


@pytest.fixture
def secret(database: Database, works: Works, tmp_path: Path) -> str:
    """The second factor of somebody."""
    user = make_user(database)
    with works.writing(Actor(id=user.id, name=user.name)) as work:
        return totp.begin(work, Vault.open(tmp_path / "secret.key"), user.login).secret


def hidden(works: Works) -> str:
    with works.reading(SYSTEM) as work:
        return work.session.exec(select(TotpRow.secret)).one()


def test_a_drawn_draw_and_a_second_factor_go_on_under_new_keys(
    ceremony: Ceremony, works: Works, secret: str, tmp_path: Path
) -> None:
    ceremony.drawn()
    files = tmp_path / "secret.key", tmp_path / "draw.key"
    before = [keys_of(file) for file in files]
    running = Vault.open(files[0])  # a service that has read the key
    count = rekey(works, SYSTEM, files[0])
    assert count == 1 + 2 + 1 + 1  # the factor, two nonces, the secret of the salts, the result
    for file, old in zip(files, before, strict=True):
        (new,) = keys_of(file)
        assert new not in old
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert running.show(hidden(works)) == secret
    old_file = tmp_path / "old.key"
    old_file.write_bytes(before[0][0])
    with pytest.raises(StateError):
        Vault(old_file).show(hidden(works))
    ceremony.published()
    assert ceremony.row.state == "published"
    with works.reading(SYSTEM) as work:
        told = work.session.exec(select(AuditRow).where(AuditRow.kind == "keys.renewed")).one()
        assert told.detail == {"secrets": count}
        assert not verify_audit(work.session).breaks


@ONE_DATABASE
def test_after_a_crash_half_way_both_keys_are_there_and_running_it_again_finishes(
    works: Works, secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret.key"
    with monkeypatch.context() as patch:
        patch.setattr(module, "_draws", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rekey(works, SYSTEM, file)
    assert len(keys_of(file)) == 2
    assert Vault.open(file).show(hidden(works)) == secret
    assert rekey(works, SYSTEM, file) == 1
    assert len(keys_of(file)) == 1
    assert Vault.open(file).show(hidden(works)) == secret


@ONE_DATABASE
def test_what_is_hidden_meanwhile_is_hidden_under_the_new_key(works: Works, secret: str, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    running = Vault.open(file)
    rekey(works, SYSTEM, file)
    assert secret
    assert Vault.open(file).is_current(running.hide("x"))


@ONE_DATABASE
def test_nothing_is_lost_where_the_key_was_never_the_right_one(works: Works, secret: str, tmp_path: Path) -> None:
    file = tmp_path / "other.key"
    other = Vault.open(file).hide("x")
    before = hidden(works)
    with pytest.raises(StateError) as caught:
        rekey(works, SYSTEM, file)
    assert caught.value.code == "secret_file_other"
    assert (hidden(works), Vault.open(file).show(other)) == (before, "x")
    assert secret
