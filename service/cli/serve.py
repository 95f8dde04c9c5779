"""``xinheng serve``: the interface, the pages and the jobs; on this machine alone unless names are set."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import uvicorn
from uvicorn.supervisors import Multiprocess

from service.app import create_app
from service.cli.output import emit_json, note
from service.engine import Engine
from service.errors import StateError, reason
from service.guard import LOOPBACK
from service.jobs.processes import Processes
from service.logs import configure
from service.releases.desk import catch_up
from service.settings import read_settings
from service.storage import data_folder, open_database, require_current

if TYPE_CHECKING:
    import argparse

    from fastapi import FastAPI

    from service.settings import Settings

_BACKLOG: Final = 512
_LAST_SECONDS: Final = 10
"""How long requests that are being answered may take after the stop was asked for."""
_FIRST_SECONDS: Final = 60
"""How long a process may be silent, above all while it starts on a busy machine, before it is replaced."""
_IN_WORKER: Final = "service.cli.serve:application"


def serve(options: argparse.Namespace) -> int:
    """Listen until stopped; answers under way are finished first, jobs go back into the queue."""
    configure(sys.stderr)
    settings = read_settings(os.environ)
    address = _address(options.host, options.port, settings)
    _prepare(settings)
    with Engine.load(settings) as engine, _listening(*address) as listener:
        _announce(options, listener, engine, settings)
        config = _config(options.workers, application(engine) if options.workers == 1 else _IN_WORKER, settings)
        _stop_quietly()
        with Processes(settings.job_workers):
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
    catch_up(database, data_folder(settings))
    database.close()


def application(engine: Engine | None = None) -> FastAPI:
    """The application of one process, for requests that name this machine by a name of the settings."""
    configure(sys.stderr)
    settings = read_settings(os.environ)
    return create_app(settings, engine=engine, hosts=LOOPBACK.union(settings.hosts))


def _config(workers: int, app: FastAPI | str, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=_LAST_SECONDS,
        timeout_worker_healthcheck=_FIRST_SECONDS,
        backlog=_BACKLOG,
    )


def _address(host: str, port: int, settings: Settings) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """The address to listen on; StateError for one beyond this machine, unless names are set for it."""
    try:
        if host != "localhost":
            ipaddress.ip_address(host)
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        is_ours = ipaddress.ip_address(address[0]).is_loopback and (host in LOOPBACK or f"[{host}]" in LOOPBACK)
    except (OSError, ValueError) as error:
        raise StateError("not_loopback", host=host) from error
    if not is_ours and not settings.hosts:
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
        raise StateError("port_taken", host=address[0], port=address[1], why=reason(error)) from error
    return listener


def _announce(options: argparse.Namespace, listener: socket.socket, engine: Engine, settings: Settings) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    release = engine.release
    note(f"信衡 Xinheng {version('xinheng')}　规则目录 {release.digest[:19]}")
    note(f"  网页 {url}/　接口说明 {url}/docs")
    names = "、".join(settings.hosts)
    note(f"  {f'可以用这些名字访问：{names}' if names else '只在本机监听'}。按 Ctrl-C 停止。")
    if options.json:
        emit_json({"url": url, "host": host, "port": port, "pid": os.getpid(), "catalogue": {"digest": release.digest}})


def _stop_quietly() -> None:
    """Ignore the signal that uvicorn repeats once it has finished: by then there is nothing left to interrupt."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
