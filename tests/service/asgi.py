"""A client that calls an application in this process, without a socket."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from fastapi import FastAPI

BASE = "http://127.0.0.1"


class Client:
    """One request at a time, each in an event loop of its own; `headers` and `cookies` go with every one."""

    def __init__(
        self, app: FastAPI, headers: Mapping[str, str] | None = None, cookies: Mapping[str, str] | None = None
    ) -> None:
        self._app = app
        self.headers = dict(headers or {})
        self.cookies = dict(cookies or {})

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
        options["headers"] = {**self.headers, **options.get("headers", {})}

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=self.cookies) as client:
                return await client.request(method, path, **options)

        return asyncio.run(go())

    def get(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - as above
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - as above
        return self.request("POST", path, **options)

    def check(self, body: object, content_type: str = "application/json") -> httpx.Response:
        """POST a case: bytes as they are, anything else as JSON."""
        headers = {"content-type": content_type}
        if isinstance(body, bytes):
            return self.request("POST", "/api/v1/cases/check", content=body, headers=headers)
        return self.request("POST", "/api/v1/cases/check", json=body)
