"""``xinheng worker``: a process that does jobs until it is stopped."""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from service.cli.output import note
from service.cli.stored import opened
from service.engine import Engine
from service.jobs.registry import kinds
from service.jobs.worker import Worker
from service.logs import configure
from service.storage import open_files
from service.work import Works

if TYPE_CHECKING:
    import argparse


def work(options: argparse.Namespace) -> int:
    """Do jobs; one that is under way when the stop comes goes back into the queue at its next checkpoint."""
    configure(sys.stderr)
    kinds()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    if options.attached:
        threading.Thread(target=_until_left_alone, args=(stopping,), daemon=True).start()
    with opened() as (settings, database), Engine.load(settings) as engine:
        works = Works(database, engine, open_files(settings))
        note(f"后台任务进程 {os.getpid()} 已启动。")
        Worker(works, stopping, timedelta(seconds=settings.job_lease_seconds)).loop()
    return 0


def _until_left_alone(stopping: threading.Event) -> None:
    """Wait for the end of standard input: it closes however whoever started us comes to its end."""
    sys.stdin.buffer.read()
    stopping.set()
