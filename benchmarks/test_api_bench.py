"""The interface over HTTP: a case check against an endpoint that only validates the same body.

Both run under uvicorn in one process each: several workers multiply both alike. (uvicorn's own
workers would leave Nagle's delay on for the endpoint, 40 ms an answer; ours do not.) One connection is
kept open and asked again and again.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.in_turn import in_turn
from service.api.describe import EXAMPLE_CASE

HOST = "127.0.0.1"
REQUESTS = 20
ROOT = Path(__file__).resolve().parent.parent
BODY = json.dumps(EXAMPLE_CASE).encode()
HEAD = (
    f"POST /api/v1/cases/check HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\n"
    f"content-length: {len(BODY)}\r\n\r\n"
)
REQUEST = HEAD.encode() + BODY


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def _listening(*command: str, port: int) -> Iterator[socket.socket]:
    """A service in a process of its own, and a connection to it."""
    with TemporaryDirectory() as data:  # a database of its own, whatever lies in the home folder
        process = subprocess.Popen(  # noqa: S603 - our own command with fixed arguments
            [sys.executable, "-m", *command],
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "XINHENG_DATA_DIR": data},
        )
        try:
            with _connected(port, process) as link:
                yield link
        finally:
            process.terminate()
            process.wait(30)


def _connected(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return socket.create_connection((HOST, port), timeout=30)
        except OSError:
            time.sleep(0.05)
    message = "the service did not start"
    raise RuntimeError(message)


def _ask(link: socket.socket) -> bytes:
    """One request and its whole answer."""
    link.sendall(REQUEST)
    data = b""
    while b"\r\n\r\n" not in data:
        data += link.recv(1 << 16)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += link.recv(1 << 16)
    assert head.startswith(b"HTTP/1.1 200"), body
    return body


def _asking(link: socket.socket) -> Callable[[], None]:
    def work() -> None:
        for _ in range(REQUESTS):
            _ask(link)

    return work


def _service() -> AbstractContextManager[socket.socket]:
    port = _free_port()
    return _listening("service.cli", "serve", "--port", str(port), port=port)


def _empty_endpoint() -> AbstractContextManager[socket.socket]:
    port = _free_port()
    command = ("uvicorn", "benchmarks.empty_endpoint:app", "--port", str(port), "--no-access-log")
    return _listening(*command, port=port)


@pytest.mark.benchmark(group="interface")
def test_api_case_check(benchmark: BenchmarkFixture) -> None:
    with _service() as link, _empty_endpoint() as empty:
        assert b'"agrees":true' in _ask(link)
        benchmark(_asking(link))
        ratio = in_turn(_asking(link), _asking(empty), seconds=4)
    benchmark.extra_info.update(
        bar=">= 0.5 x api_empty_endpoint", items=REQUESTS, in_turn={"api_empty_endpoint": ratio}
    )


@pytest.mark.benchmark(group="interface")
def test_api_empty_endpoint(benchmark: BenchmarkFixture) -> None:
    benchmark.extra_info.update(items=REQUESTS)
    with _empty_endpoint() as link:
        assert _ask(link) == b'{"valid":true}'
        benchmark(_asking(link))
