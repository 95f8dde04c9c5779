"""What the load test is made of: services in processes of their own, wrk against them, their memory."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.processes import _free_port as free_port

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "benchmarks" / "load.lua"
START_SECONDS = 400.0
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Load:
    """What is sent: an address, a body (a file; None: GET), headers (a file)."""

    path: str
    headers: Path
    body: Path | None = None


@dataclass(frozen=True)
class Figures:
    """What wrk measured; milliseconds."""

    a_second: float
    p50: float
    p99: float
    errors: int
    cpu: float
    """Milliseconds of processor time the service took for a request: other work on the machine hardly changes it."""


@dataclass(frozen=True)
class Service:
    """A running service."""

    port: int
    pid: int

    def family(self) -> list[int]:
        """Its process and those it started."""
        found, look = [self.pid], [self.pid]
        while look:
            children = Path(f"/proc/{look.pop()}/task").glob("*/children")
            mine = [int(one) for file in children for one in file.read_text().split()]
            found += mine
            look += mine
        return found

    def resident(self) -> int:
        """Bytes of memory held by all of its processes together."""
        total = 0
        for pid in self.family():
            with contextlib.suppress(OSError):
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
        return total

    def processor(self) -> float:
        """Seconds of processor time that its processes have taken so far."""
        ticks = 0
        for pid in self.family():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(words: list[str], environ: dict[str, str], path: str) -> Iterator[Service]:
    """Start `python -m …` on a free port and wait until the path answers."""
    port = free_port()
    command = [sys.executable, "-m", *(word.replace("PORT", str(port)) for word in words)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}, stdout=quiet, stderr=quiet)  # noqa: S603 - our own commands
    try:
        _wait(port, path)
        yield Service(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(port: int, path: str) -> None:
    last = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            if connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR:
                return
        if time.monotonic() > last:
            raise RuntimeError("the service did not start")
        time.sleep(0.1)


def wrk(service: Service, load: Load, *, users: int, seconds: float, pause: int = 0) -> Figures:
    """Send for so long from so many connections; each waits `pause` milliseconds between two requests."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    url = f"http://127.0.0.1:{service.port}{load.path}"
    own = [load.path, str(load.body or "-"), str(load.headers), str(pause)]
    words = [program, "-t2", f"-c{users}", f"-d{seconds:.0f}s", "--timeout", "30s", "-s", str(SCRIPT), url, "--", *own]
    before = service.processor()
    done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 - fixed words
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Figures(
        found["requests"] / found["microseconds"] * 1e6,
        found["p50"] / 1000,
        found["p99"] / 1000,
        found["errors"] + found["statuses"],
        (service.processor() - before) * 1000 / max(1, found["requests"]),
    )
