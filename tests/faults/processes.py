"""The processes that are killed: two servers and two workers, each started again at once."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

START_SECONDS = 60.0


class Stable:
    """Servers on fixed ports and workers without; `kill` takes one away, and another takes its place."""

    def __init__(self, environ: dict[str, str], log: Path, servers: int = 2, workers: int = 2) -> None:
        self._log = log.open("ab")
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **environ},
            text=True,
        )
        self._lock = threading.Lock()
        self.ports = [_free_port() for _ in range(servers)]
        self._words = [["serve", "--port", str(port)] for port in self.ports] + [["worker"]] * workers
        self.pids = [self._start(place) for place in range(len(self._words))]

    def _start(self, place: int) -> int:
        assert self._zygote.stdin
        assert self._zygote.stdout
        with self._lock:
            self._zygote.stdin.write(json.dumps(self._words[place]) + "\n")
            self._zygote.stdin.flush()
            return int(self._zygote.stdout.readline())

    @property
    def count(self) -> int:
        return len(self._words)

    def is_server(self, place: int) -> bool:
        return self._words[place][0] == "serve"

    def wait_ready(self, place: int) -> None:
        """Until a server answers; a worker is not asked."""
        last = time.monotonic() + START_SECONDS
        while self.is_server(place):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ask(self.ports[place], "GET", "/healthz")[0] == 200:
                    return
            assert time.monotonic() < last, "a server did not come up: see the log"
            time.sleep(0.05)

    def kill(self, place: int) -> None:
        """Kill -9, and start another."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pids[place], signal.SIGKILL)
        self.pids[place] = self._start(place)

    def stop(self) -> None:
        """End all of them, gently."""
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        last = time.monotonic() + START_SECONDS
        while any(_is_there(pid) for pid in self.pids) and time.monotonic() < last:
            time.sleep(0.05)
        assert self._zygote.stdin
        self._zygote.stdin.close()
        self._zygote.wait(START_SECONDS)
        assert self._zygote.stdout
        self._zygote.stdout.close()
        self._log.close()


def ask(
    port: int, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> tuple[int, Any, dict[str, str]]:
    """One request on a connection of its own: status, JSON, headers. OSError or HTTPException when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"content-type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None, {k.lower(): v for k, v in answer.getheaders()}
    finally:
        connection.close()


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
