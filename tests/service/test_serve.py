"""`xinheng serve` as a process: it listens on this machine alone, answers, and stops with its work done."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import CASE, Run

SECONDS = 60


@contextmanager
def _service(cache: Path, *words: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A service on a free port; what it says of itself, once it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve", "--port", "0", "--json", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "XINHENG_CACHE_DIR": str(cache),
            "XINHENG_DATA_DIR": str(cache / "data"),
            "XINHENG_JOB_WORKERS": "0",
            **settings,
        },
    )
    assert process.stdout
    assert process.stderr
    said = ""
    while not said.endswith("}\n}\n") and (line := process.stdout.readline()):
        said += line
    try:
        yield process, json.loads(said)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(SECONDS)
        process.stdout.close()
        process.stderr.close()


def _ask(there: dict[str, Any], method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, Any]:
    with closing(http.client.HTTPConnection(there["host"], there["port"], timeout=SECONDS)) as connection:
        connection.request(method, path, body, headers={"content-type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.mark.parametrize("words", [[], ["--host", "localhost"], ["--workers", "2"]], ids=str)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_stops_quietly(tmp_path: Path, words: list[str], number: signal.Signals) -> None:
    with _service(tmp_path, *words) as (process, there):
        assert there["pid"] == process.pid
        assert _ask(there, "GET", "/readyz")[0] == 200
        status, decision = _ask(there, "POST", "/api/v1/cases/check", json.dumps(CASE))
        assert status == 200
        assert decision["catalogue"]["digest"] == there["catalogue"]["digest"]
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
        assert process.stderr
        said = process.stderr.read()
    assert "只在本机监听" in said
    assert "已停止" in said
    assert "Traceback" not in said


def test_a_strange_host_name_is_refused(tmp_path: Path) -> None:
    with _service(tmp_path) as (_, there):
        assert _ask(there, "GET", "/healthz", host="evil.example")[1]["code"] == "wrong_host"


def test_a_large_body_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    with _service(tmp_path) as (_, there), socket.create_connection((there["host"], there["port"]), SECONDS) as link:
        head = "POST /api/v1/cases/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        link.sendall(f"{head}content-length: 50000000\r\n\r\n".encode())
        assert link.recv(200).startswith(b"HTTP/1.1 413")


ELSEWHERE = ["0.0.0.0", "::", "192.168.1.1", "example.com", "127.1", "", "127.0.0.1.evil.example"]  # noqa: S104 - refused


@pytest.mark.parametrize("host", ELSEWHERE)
def test_another_host_is_refused(run: Run, host: str) -> None:
    done = run("serve", "--host", host, "--json")
    assert done.code == 4
    assert done.json()["code"] == "not_loopback"
    assert "XINHENG_HOSTS" in done.json()["detail"]


def test_a_port_in_use_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_DATA_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]), "--json")
    assert done.code == 4
    assert done.json()["code"] == "port_taken"
