"""``xinheng db``: where the database stands, and bringing it to a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.util.exc import CommandError

from service.access.access import KEY
from service.access.actor import Actor
from service.cli.output import emit_json, say
from service.cli.stored import opened
from service.db import migrate
from service.engine import Engine
from service.errors import UsageError
from service.rekey import rekey as run_rekey
from service.storage import data_folder, open_files
from service.work import Works

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from service.db.database import Database


def status(options: argparse.Namespace) -> int:
    """Tell the version found and the version needed; exit code 1 where they differ."""
    with opened(current=False) as (_, database):
        _tell(options, database)
        return 0 if migrate.is_current(database) else 1


def upgrade(options: argparse.Namespace) -> int:
    """Bring the tables up."""
    return _move(options, migrate.upgrade)


def downgrade(options: argparse.Namespace) -> int:
    """Go back; only when it was confirmed, since what newer tables held is lost."""
    if not options.yes:
        raise UsageError(why="退回会删除较新的表连同内容，请先备份，然后加 --yes", command="xinheng db downgrade")
    return _move(options, migrate.downgrade)


def rekey(options: argparse.Namespace) -> int:
    """Renew the keys of the secrets in the database."""
    with opened() as (settings, database), Engine.load(settings) as engine:
        works = Works(database, engine, open_files(settings))
        file = settings.access.secret_file or data_folder(settings) / KEY
        count = run_rekey(works, Actor.system("command"), file)
    if options.json:
        emit_json({"secrets": count})
    else:
        say(f"密钥已经更换，{count} 项内容用新密钥重新加密。请把新的密钥文件另行保存；以前的备份仍要用以前的密钥。")
    return 0


def _move(options: argparse.Namespace, how: Callable[[Database, str], None]) -> int:
    with opened(current=False) as (_, database):
        try:
            how(database, options.to)
        except CommandError as error:
            raise UsageError(why=f"没有版本“{options.to}”", command="xinheng db") from error
        _tell(options, database)
    return 0


def _tell(options: argparse.Namespace, database: Database) -> None:
    found, wanted = migrate.current(database), migrate.expected()
    if options.json:
        emit_json({"kind": database.url.get_backend_name(), "current": found, "expected": wanted})
        return
    say(f"数据库种类 {database.url.get_backend_name()}，现在的版本 {found or '（空）'}，本软件需要 {wanted}。")
    if found != wanted:
        say("请运行 xinheng db upgrade。")
