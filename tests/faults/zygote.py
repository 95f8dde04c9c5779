"""Starts servers and workers quickly: imports everything once, then forks for each line of standard input.

A line is a JSON list of words for the command `xinheng`; the answer is the process id. What is forked is a whole
process of its own: killing it kills nothing else.
"""

import json
import os
import signal
import sys

import service.app
import service.cli.serve
import service.cli.worker  # noqa: F401
import tests.faults.countjob  # noqa: F401
from service.cli import main


def _run(words: list[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setpgid(0, 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the parent has read from the other one
    code = 1
    try:
        code = main(words)
    finally:
        os._exit(code)


def serve_forks() -> None:
    """Fork for every line until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # dead children leave at once
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run(json.loads(line))
        print(pid, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    serve_forks()
