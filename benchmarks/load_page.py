"""The page of the load test."""

import os
import platform
from typing import TYPE_CHECKING

from service import clock

if TYPE_CHECKING:
    from benchmarks.load import Findings
    from benchmarks.load_memory import Streamed
    from benchmarks.load_parts import Figures

_HEAD = """# Under load

Written by `make load`: wrk on loopback from {users} simultaneous connections, each sending its next request as soon
as the answer is there, {seconds:.0f} seconds a measurement; two processes of the service (`xinheng serve --workers 2`).
wrk, the service and PostgreSQL share the same cores: figures of one page compare with each other and not with other
machines. Databases are durable as in use: SQLite with `synchronous = FULL`, PostgreSQL with `fsync` on. Times are
milliseconds at {users} users; a lone user waits far less.

## Check of a case, against an endpoint that only validates the same body

The other endpoint is FastAPI with a Pydantic model of the same facts, answering `{{"valid": true}}`, listened to by
the same code; the two take turns, and the median round counts.

| | requests a second | p50 | p99 | CPU a request | errors |
|---|---:|---:|---:|---:|---:|
"""


def page(found: "Findings", seconds: float, users: int) -> str:
    """Everything that was measured, as a page."""
    text = _HEAD.format(users=users, seconds=seconds)
    text += _line("empty endpoint", found.empty) + _line("`POST /api/v1/cases/check`", found.check)
    ratio = found.check.a_second / found.empty.a_second
    by_cpu = found.empty.cpu / found.check.cpu
    text += f"\nRatio of requests a second **{ratio:.2f}**, by processor time **{by_cpu:.2f}** (to reach: 0.5).\n"
    text += "\n## With the database\n\n"
    text += "| | requests a second | p50 | p99 | CPU a request | errors |\n|---|---:|---:|---:|---:|---:|\n"
    for kind, figures in found.databases.items():
        text += "".join(_line(f"{kind}: {name}", one) for name, one in figures.items())
    text += "\nA new case is a whole act: facts, revision, both engines' answers, event in the audit chain, commit.\n"
    return text + _memory(found) + _where()


def _line(name: str, one: "Figures") -> str:
    return f"| {name} | {one.a_second:,.0f} | {one.p50:,.1f} | {one.p99:,.1f} | {one.cpu:.2f} | {one.errors} |\n"


def _memory(found: "Findings") -> str:
    level = found.level
    text = (
        f"\n## Memory\n\nNew cases entered for {level.minutes:.0f} minutes on PostgreSQL "
        f"({level.requests:,} requests): "
        f"{level.first:.0f} MB in all processes together after the first minute, {level.last:.0f} MB at the end, "
        f"{level.largest:.0f} MB at most.\n\nThe audit trail exported in one answer:\n\n"
        "| | lines | MB sent | seconds | memory rose by MB |\n|---|---:|---:|---:|---:|\n"
    )
    return text + "".join(_stream(kind, one) for kind, one in found.streams.items())


def _stream(kind: str, one: "Streamed") -> str:
    return f"| {kind} | {one.lines:,} | {one.megabytes:,.0f} | {one.seconds:,.1f} | {one.rise:,.1f} |\n"


def _where() -> str:
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"\nMeasured on {clock.today().isoformat()}: {machine}.\n"
