"""A client that calls an application in this process, without a socket."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

BASE = "http://127.0.0.1"


class Client:
    """One request at a time, each in an event loop of its own."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, path, **options)

        return asyncio.run(go())

    def get(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - as above
        return self.request("GET", path, **options)

    def check(self, body: object, content_type: str = "application/json") -> httpx.Response:
        """POST a case: bytes as they are, anything else as JSON."""
        headers = {"content-type": content_type}
        if isinstance(body, bytes):
            return self.request("POST", "/api/v1/cases/check", content=body, headers=headers)
        return self.request("POST", "/api/v1/cases/check", json=body)
