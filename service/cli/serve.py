"""``xinheng serve``: the interface and the pages, on this machine alone."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import socket
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import uvicorn
from uvicorn.supervisors import Multiprocess

from service.app import create_app
from service.cli.output import emit_json, note
from service.engine import Engine
from service.errors import StateError
from service.guard import LOOPBACK
from service.settings import read_settings
from service.storage import open_database, require_current

if TYPE_CHECKING:
    import argparse

    from fastapi import FastAPI

    from service.settings import Settings

_BACKLOG: Final = 512
_LAST_SECONDS: Final = 10
"""How long requests that are being answered may take after the stop was asked for."""
_IN_WORKER: Final = "service.cli.serve:loopback_app"


def serve(options: argparse.Namespace) -> int:
    """Listen until stopped; answers under way are finished first."""
    address = _loopback(options.host, options.port)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = read_settings(os.environ)
    _prepare(settings)
    with Engine.load(settings) as engine, _listening(*address) as listener:
        _announce(options, listener, engine)
        config = _config(options.workers, loopback_app(engine) if options.workers == 1 else _IN_WORKER)
        _stop_quietly()
        if options.workers == 1:
            uvicorn.Server(config).run(sockets=[listener])
        else:
            Multiprocess(config, sockets=[listener]).run()
    note("已停止。")
    return 0


def _prepare(settings: Settings) -> None:
    """Make an embedded database that is not there yet, before several workers would; StateError for an old one."""
    database = open_database(settings)
    require_current(database)
    database.close()


def loopback_app(engine: Engine | None = None) -> FastAPI:
    """The application for requests that name this machine by a loopback name."""
    return create_app(engine=engine, hosts=LOOPBACK)


def _config(workers: int, app: FastAPI | str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_SECONDS,
        backlog=_BACKLOG,
    )


def _loopback(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """The address to listen on; StateError unless it is this machine's own, by name and by number."""
    try:
        if host != "localhost":
            ipaddress.ip_address(host)
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        is_ours = ipaddress.ip_address(address[0]).is_loopback
    except (OSError, ValueError) as error:
        raise StateError("not_loopback", host=host) from error
    if not is_ours or (host not in LOOPBACK and f"[{host}]" not in LOOPBACK):
        raise StateError("not_loopback", host=host)
    return family, (str(address[0]), port)


def _listening(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    # The protocol is named because asyncio turns Nagle's delay (40 ms an answer) off only where it is.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise StateError("port_taken", host=address[0], port=address[1], why=error.strerror) from error
    return listener


def _announce(options: argparse.Namespace, listener: socket.socket, engine: Engine) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    release = engine.release
    note(f"信衡 Xinheng {version('xinheng')}　规则目录 {release.digest[:19]}")
    note(f"  网页 {url}/　接口说明 {url}/docs")
    note("  尚未启用用户账号：只在本机监听，不要转发到网络。按 Ctrl-C 停止。")
    if options.json:
        emit_json({"url": url, "host": host, "port": port, "pid": os.getpid(), "catalogue": {"digest": release.digest}})


def _stop_quietly() -> None:
    """Ignore the signal that uvicorn repeats once it has finished: by then there is nothing left to interrupt."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
