"""``xinheng demo``: fill an empty database with the demonstration city."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from service import clock
from service.cli.output import emit_json, note
from service.demo.city import make_city
from service.demo.fill import Login, fill, is_empty
from service.engine import Engine
from service.settings import read_settings
from service.storage import data_folder, embedded_file, open_database, open_files, require_current
from service.work import Works
from supervision.load import load_scheme

if TYPE_CHECKING:
    import argparse

    from service.settings import Settings

_DRAFT: Final = ".demo"


def demo(options: argparse.Namespace) -> int:
    """Fill the database of the settings, and print once how each person of the city logs in."""
    settings = read_settings(os.environ)
    with Engine.load(settings) as engine:
        if settings.database_url or embedded_file(settings).exists():
            logins = _into_existing(settings, engine, options)
        else:
            logins = _into_new(settings, engine, options)
    if options.json:
        emit_json({"logins": [one.as_dict() for one in logins]})
    return 0


def _into_existing(settings: Settings, engine: Engine, options: argparse.Namespace) -> list[Login]:
    with closing(open_database(settings)) as database:
        require_current(database)
        works = Works(database, engine, open_files(settings))
        if options.if_empty and not is_empty(works):
            note("数据库里已经有数据，不再填充演示市。")
            return []
        return _filled(works, options)


def _into_new(settings: Settings, engine: Engine, options: argparse.Namespace) -> list[Login]:
    """Fill beside the place and move there when complete: an interrupted run leaves nothing that looks finished."""
    folder = data_folder(settings)
    draft = replace(settings, data_dir=folder / _DRAFT)
    shutil.rmtree(data_folder(draft), ignore_errors=True)
    with closing(open_database(draft)) as database:
        logins = _filled(Works(database, engine, open_files(draft)), options)
    for made in sorted(data_folder(draft).iterdir(), key=lambda one: one == embedded_file(draft)):
        made.replace(folder / made.name)  # the database last: it is what a start looks for
    data_folder(draft).rmdir()
    return logins


def _filled(works: Works, options: argparse.Namespace) -> list[Login]:
    start = time.monotonic()
    city = make_city(load_scheme(), options.on or clock.today(), options.size, options.seed)
    logins = fill(works, city, lambda title: note(f"  正在填充：{title} …"))
    seconds = time.monotonic() - start
    note(f"演示市已经填好：经营主体 {len(city.enterprises):,} 户，用时 {seconds:.1f} 秒。全部数据都是虚构的。")
    note("可以用下列账号登录；密码只显示这一次：")
    for one in logins:
        note(f"  {one.login:<10} {one.password:<22} {one.name}（{'、'.join(one.titles)}）")
    return logins
