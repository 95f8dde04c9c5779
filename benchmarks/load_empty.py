"""The endpoint that only validates a case, listened to exactly as the service is: two processes, no Nagle's delay.

``python -m benchmarks.load_empty PORT WORKERS``
"""

import socket
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess

from service.cli.serve import _listening


def main(port: int, workers: int) -> int:
    """Listen until stopped."""
    config = uvicorn.Config(
        "benchmarks.empty_endpoint:app",
        workers=workers,
        log_config=None,
        access_log=False,
        timeout_worker_healthcheck=60,
    )
    with _listening(socket.AF_INET, ("127.0.0.1", port)) as listener:
        Multiprocess(config, sockets=[listener]).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
