"""``xinheng backup``: making, checking and restoring backups."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from service import clock
from service.access.actor import Actor
from service.audit.chain import append
from service.backup.events import BackupMade
from service.backup.make import make
from service.backup.restore import check, restore
from service.cli.output import emit_json, note, say
from service.cli.stored import opened
from service.db.database import Database
from service.errors import StateError, reason
from service.settings import read_settings
from service.storage import embedded_file, open_files

if TYPE_CHECKING:
    import argparse

    from service.backup.make import Manifest
    from service.settings import Settings


def make_backup(options: argparse.Namespace) -> int:
    """Back up while the service runs; told to the audit trail afterwards."""
    folder = Path(options.folder)
    try:
        with opened() as (settings, database):
            manifest = make(database, open_files(settings), folder, clock.now())
            actor = Actor.system("backup")
            done = BackupMade(subject="backup", folder=folder.name, digest=manifest["database"]["digest"])
            with database.write() as session:
                append(session, [done], (actor.id, actor.name), clock.now())
    except OSError as error:
        raise StateError("backup_not_written", folder=str(folder), why=reason(error)) from error
    note("备份不含密钥文件（数据文件夹中的 secret.key）：请另行保存在别处，恢复时放回原位。")
    return _tell(options, manifest, "已备份")


def check_backup(options: argparse.Namespace) -> int:
    """Read every byte of a backup."""
    return _tell(options, check(Path(options.folder)), "备份完好")


def restore_backup(options: argparse.Namespace) -> int:
    """Restore into the place that the settings name, which has to be empty."""
    settings = read_settings(os.environ)
    try:
        with closing(_place(settings)) as database:
            manifest = restore(Path(options.folder), database, open_files(settings))
    except DBAPIError as error:
        raise StateError("database_unreachable") from error
    except OSError as error:
        raise StateError("backup_not_written", folder="", why=reason(error)) from error
    return _tell(options, manifest, "已恢复，内容与备份时一致")


def _place(settings: Settings) -> Database:
    if settings.database_url:
        return Database(settings.database_url)
    file = embedded_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    return Database(f"sqlite:///{file}")


def _tell(options: argparse.Namespace, manifest: Manifest, words: str) -> int:
    if options.json:
        emit_json(manifest)
        return 0
    rows = sum(one["rows"] for one in manifest["tables"].values())
    head = manifest["audit"] or {"seq": 0}
    say(
        f"{words}：{manifest['kind']}，版本 {manifest['revision']}，{manifest['made_at']}",
        f"  {len(manifest['tables'])} 张表 {rows} 行，文件 {len(manifest['files'])} 个，审计记录到第 {head['seq']} 条",
    )
    return 0
